// Package tabs knows which tabs a browser has, and which of them somebody means.
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

// List asks for the tabs.
func List() protocol.Command {
	return protocol.Ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "tab"}}})
}

// Of returns the tabs in a list of targets, by their addresses, and those with
// the browser's own pages last. Developer tools are none.
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

// Index returns where in tabs the one with an ID is, or -1.
func Index(tabs []datalayer.Choice, id string) int {
	return slices.IndexFunc(tabs, func(t datalayer.Choice) bool { return t.ID == id })
}

// Fitting returns the tabs that wanted names: by its id one, by a part of the
// title or URL perhaps several. An empty one names all.
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

// Choose returns the one tab that wanted names. Of those that nobody named it is the
// only one with a site's page in it: the tab in which remote debugging was allowed is
// open beside it.
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

// listed writes tabs for an error, a line each.
func listed(tabs []datalayer.Choice) string {
	var b strings.Builder
	for _, t := range tabs {
		fmt.Fprintf(&b, "\n  %s  %s  %s", t.ID, t.URL, t.Title)
	}
	return b.String()
}
