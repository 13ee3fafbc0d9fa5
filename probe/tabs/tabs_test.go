package tabs

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
)

func TestChoosesATab(t *testing.T) {
	tabs := []datalayer.Choice{
		{ID: "A1", Title: "Shop", URL: "https://shop.example/"},
		{ID: "B2", Title: "Shop - cart", URL: "https://shop.example/cart"},
		{ID: "C3", Title: "News", URL: "https://news.example/"},
	}
	for wanted, want := range map[string]string{"a1": "A1", "news": "C3", "/cart": "B2", "shop": "", "": "", "none": ""} {
		got, err := Choose(tabs, wanted)
		if got.ID != want || (err != nil) != (want == "") {
			t.Errorf("%q chooses %+v, %v", wanted, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "https://shop.example/cart") {
			t.Errorf("%q: the error does not list the tabs: %v", wanted, err)
		}
	}
}

// The tab in which the user enabled remote debugging is not chosen.
func TestChoosesTheOnlySite(t *testing.T) {
	tabs := Of(&target.GetTargetsResult{TargetInfos: []*target.Info{
		{TargetID: "A", Type: "tab", URL: "chrome://inspect/#remote-debugging"},
		{TargetID: "B", Type: "tab", URL: "https://shop.example/"},
	}})
	if got := Index(tabs, "A"); got != 1 {
		t.Errorf("the browser's own page is number %d", got)
	}
	if got, err := Choose(tabs, ""); err != nil || got.ID != "B" {
		t.Errorf("%+v is chosen: %v", got, err)
	}
	if got, err := Choose(tabs, "inspect"); err != nil || got.ID != "A" {
		t.Errorf("%+v is chosen by name: %v", got, err)
	}
}
