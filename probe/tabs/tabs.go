// Package tabs lists the tabs of a browser, and selects those that a user refers to.
package tabs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// List returns the command that lists the targets for [Of].
func List() protocol.Command {
	return protocol.Ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "tab"}}})
}

// Of returns the tabs in a list of targets, sorted by URL, those with the browser's own
// pages last. It omits developer tools.
func Of(r *target.GetTargetsResult) []datalayer.Choice {
	tabs := []datalayer.Choice{}
	for _, info := range r.TargetInfos {
		if info.Type == "tab" && !strings.HasPrefix(info.URL, "devtools://") {
			tabs = append(tabs, datalayer.Choice{ID: string(info.TargetID), Title: info.Title, URL: info.URL})
		}
	}
	slices.SortFunc(tabs, func(a, b datalayer.Choice) int {
		switch {
		case hook.IsInternal(a.URL) == hook.IsInternal(b.URL):
			return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.ID, b.ID))
		case hook.IsInternal(a.URL):
			return 1
		}
		return -1
	})
	return tabs
}

// Index returns the index in tabs of the one with an ID, or -1.
func Index(tabs []datalayer.Choice, id string) int {
	return slices.IndexFunc(tabs, func(t datalayer.Choice) bool { return t.ID == id })
}

// Fitting returns the tabs that match wanted: the one with that ID, or all whose title
// or URL contains it. An empty wanted matches all tabs.
func Fitting(tabs []datalayer.Choice, wanted string) []datalayer.Choice {
	var fit []datalayer.Choice
	for _, t := range tabs {
		if strings.EqualFold(t.ID, wanted) {
			return []datalayer.Choice{t}
		}
		if contains(t.Title, wanted) || contains(t.URL, wanted) {
			fit = append(fit, t)
		}
	}
	return fit
}

// Choose returns the one tab that matches wanted. If wanted is empty, it is the only
// tab with a site's page: the tab in which remote debugging was enabled is open, too.
func Choose(tabs []datalayer.Choice, wanted string) (datalayer.Choice, error) {
	fit := Fitting(tabs, wanted)
	sites := slices.DeleteFunc(slices.Clone(tabs), func(t datalayer.Choice) bool { return hook.IsInternal(t.URL) })
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case wanted == "" && len(sites) == 1:
		return sites[0], nil
	case len(tabs) == 0:
		return datalayer.Choice{}, errors.New("the browser has no tab; open one")
	case len(fit) == 0:
		return datalayer.Choice{}, fmt.Errorf("no tab matches %q; the tabs are:%s", wanted, listed(tabs))
	case wanted == "":
		return datalayer.Choice{}, fmt.Errorf("the browser has several tabs; choose one with --tab:%s", listed(fit))
	default:
		return datalayer.Choice{}, fmt.Errorf("%q matches several tabs; be more specific, or give an ID:%s", wanted, listed(fit))
	}
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// listed formats tabs for an error, one per line.
func listed(tabs []datalayer.Choice) string {
	var b strings.Builder
	for _, t := range tabs {
		fmt.Fprintf(&b, "\n  %s  %s  %s", t.ID, t.URL, t.Title)
	}
	return b.String()
}
