package probe

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/target"
)

// Tab is a tab that can be attached to.
type Tab struct {
	ID    string
	Title string
	URL   string
}

// Tabs lists the tabs of the browser at where, which is as [Options.Attach].
func Tabs(ctx context.Context, where string) ([]Tab, error) {
	c, err := dial(ctx, where)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.tabs(ctx)
}

func (c *conn) tabs(ctx context.Context) ([]Tab, error) {
	var result target.GetTargetsResult
	list := ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "tab"}}})
	if err := c.call(ctx, list, &result); err != nil {
		return nil, fmt.Errorf("listing the browser's tabs: %w", err)
	}
	var tabs []Tab
	for _, info := range result.TargetInfos {
		if !strings.HasPrefix(info.URL, "devtools://") {
			tabs = append(tabs, Tab{ID: string(info.TargetID), Title: info.Title, URL: info.URL})
		}
	}
	return tabs, nil
}

// tab finds the tab that wanted names.
func (c *conn) tab(ctx context.Context, wanted string) (Tab, error) {
	tabs, err := c.tabs(ctx)
	if err != nil {
		return Tab{}, err
	}
	return choose(tabs, wanted)
}

// choose returns the tab that wanted names: by its id, or by a part of its title
// or URL. An empty one names the only tab.
func choose(tabs []Tab, wanted string) (Tab, error) {
	var fitting []Tab
	for _, t := range tabs {
		if strings.EqualFold(t.ID, wanted) {
			return t, nil
		}
		if contains(t.Title, wanted) || contains(t.URL, wanted) {
			fitting = append(fitting, t)
		}
	}
	switch {
	case len(fitting) == 1:
		return fitting[0], nil
	case len(tabs) == 0:
		return Tab{}, fmt.Errorf("the browser has no tab; open one")
	case len(fitting) > 1 && wanted == "":
		return Tab{}, fmt.Errorf("the browser has several tabs; choose one with --tab:%s", listed(fitting))
	case len(fitting) > 1:
		return Tab{}, fmt.Errorf("%q fits several tabs; say more, or give an id:%s", wanted, listed(fitting))
	}
	return Tab{}, fmt.Errorf("no tab fits %q; there are:%s", wanted, listed(tabs))
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// listed writes tabs for an error, a line each.
func listed(tabs []Tab) string {
	var b strings.Builder
	for _, t := range tabs {
		fmt.Fprintf(&b, "\n  %s  %s  %s", t.ID, t.URL, t.Title)
	}
	return b.String()
}
