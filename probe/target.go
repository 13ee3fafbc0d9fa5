package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
)

// Tabs lists the tabs of the browser at where, which is as [Options.Attach].
func Tabs(ctx context.Context, where string) ([]datalayer.Choice, error) {
	c, err := dial(ctx, where)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.tabs(ctx)
}

func (c *conn) tabs(ctx context.Context) ([]datalayer.Choice, error) {
	var result target.GetTargetsResult
	if err := c.call(ctx, listTabs(), &result); err != nil {
		return nil, fmt.Errorf("listing the browser's tabs: %w", err)
	}
	return tabsOf(&result), nil
}

// tabOf returns the id of the tab with a page, where wanted is the page's id: that is
// what /json and other tools of the browser tell. Anything else it returns as it is. The
// browser does not say which tab a page is in, but both have its address and title.
func (c *conn) tabOf(ctx context.Context, tabs []datalayer.Choice, wanted string) (string, error) {
	if wanted == "" || len(fitting(tabs, wanted)) > 0 {
		return wanted, nil
	}
	var result target.GetTargetsResult
	if err := c.call(ctx, ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "page"}}}), &result); err != nil {
		return "", fmt.Errorf("listing the browser's pages: %w", err)
	}
	for _, page := range result.TargetInfos {
		if !strings.EqualFold(string(page.TargetID), wanted) {
			continue
		}
		same := slices.DeleteFunc(slices.Clone(tabs), func(t datalayer.Choice) bool { return t.URL != page.URL || t.Title != page.Title })
		if len(same) == 1 {
			return same[0].ID, nil
		}
	}
	return wanted, nil
}

func listTabs() command {
	return ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "tab"}}})
}

// tabsOf returns the tabs in a list of targets, by their addresses, and those with
// the browser's own pages last. Developer tools are none.
func tabsOf(r *target.GetTargetsResult) []datalayer.Choice {
	tabs := []datalayer.Choice{}
	for _, info := range r.TargetInfos {
		if info.Type == "tab" && !strings.HasPrefix(info.URL, "devtools://") {
			tabs = append(tabs, datalayer.Choice{ID: string(info.TargetID), Title: info.Title, URL: info.URL})
		}
	}
	slices.SortFunc(tabs, func(a, b datalayer.Choice) int {
		switch {
		case isInternal(a.URL) == isInternal(b.URL):
			return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.ID, b.ID))
		case isInternal(a.URL):
			return 1
		}
		return -1
	})
	return tabs
}

// named returns where in tabs the one with an ID is, or -1.
func named(tabs []datalayer.Choice, id string) int {
	return slices.IndexFunc(tabs, func(t datalayer.Choice) bool { return t.ID == id })
}

// attachTo makes the browser attach to a tab that it did not attach to by itself.
func attachTo(id string) command {
	flatten := true
	return ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: target.ID(id), Flatten: &flatten})
}

// fitting returns the tabs that wanted names: by its id one, by a part of the
// title or URL perhaps several. An empty one names all.
func fitting(tabs []datalayer.Choice, wanted string) []datalayer.Choice {
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

// choose returns the one tab that wanted names. Of those that nobody named it is the
// only one with a site's page in it: the tab in which remote debugging was allowed is
// open beside it.
func choose(tabs []datalayer.Choice, wanted string) (datalayer.Choice, error) {
	fit := fitting(tabs, wanted)
	sites := slices.DeleteFunc(slices.Clone(tabs), func(t datalayer.Choice) bool { return isInternal(t.URL) })
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
