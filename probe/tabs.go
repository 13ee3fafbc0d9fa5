package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/devtools"
	"layertap/probe/protocol"
	"layertap/probe/tabs"
)

// Tabs lists the tabs of the browser at where, in the form of [Options.Attach].
func Tabs(ctx context.Context, where string) ([]datalayer.Choice, error) {
	c, err := browser.Dial(ctx, where)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return list(ctx, c)
}

func list(ctx context.Context, c *devtools.Conn) ([]datalayer.Choice, error) {
	var result target.GetTargetsResult
	if err := c.Call(ctx, tabs.List(), &result); err != nil {
		return nil, fmt.Errorf("listing the browser's tabs: %w", err)
	}
	return tabs.Of(&result), nil
}

// tabOf returns the ID of the tab that contains the page with the ID wanted, which is
// the ID in /json and other browser tools. It returns any other string unchanged. The
// browser doesn't report which tab contains a page, but the tab has the same URL and
// title.
func tabOf(ctx context.Context, c *devtools.Conn, all []datalayer.Choice, wanted string) (string, error) {
	if wanted == "" || len(tabs.Fitting(all, wanted)) > 0 {
		return wanted, nil
	}
	var result target.GetTargetsResult
	if err := c.Call(ctx, protocol.Ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "page"}}}), &result); err != nil {
		return "", fmt.Errorf("listing the browser's pages: %w", err)
	}
	for _, page := range result.TargetInfos {
		if !strings.EqualFold(string(page.TargetID), wanted) {
			continue
		}
		same := slices.DeleteFunc(slices.Clone(all), func(t datalayer.Choice) bool { return t.URL != page.URL || t.Title != page.Title })
		if len(same) == 1 {
			return same[0].ID, nil
		}
	}
	return wanted, nil
}
