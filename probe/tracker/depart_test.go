package tracker

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/bounds"
)

func TestGoesOverToATab(t *testing.T) {
	p := newPlaybook(t)
	lists := func(tabs string, want ...datalayer.Choice) {
		t.Helper()
		p.now = p.now.Add(bounds.CheckEvery)
		p.tr.Tick(p.now)
		p.event("", "nothing", "{}")
		p.answer(`{"targetInfos":[` + tabs + `]}`)
		if diff := cmp.Diff(want, p.tr.roster); diff != "" {
			t.Errorf("the tabs (-want +got):\n%s", diff)
		}
	}
	news := datalayer.Choice{ID: "NEXT", Title: "News", URL: "https://news.example/"}
	lists(`{"targetId":"TAB","type":"tab","title":"Shop","url":"https://shop.example/"},
		{"targetId":"TOOLS","type":"tab","title":"DevTools","url":"devtools://devtools/x"},
		{"targetId":"NEXT","type":"tab","title":"News","url":"https://news.example/"}`,
		news, datalayer.Choice{ID: "TAB", Title: "Shop", URL: "https://shop.example/"})
	lists(`{"targetId":"NEW","type":"tab","title":"","url":"about:blank"},
		{"targetId":"TAB","type":"tab","title":"A shop","url":"https://a.example/"},
		{"targetId":"NEXT","type":"tab","title":"News","url":"https://news.example/"}`,
		news, datalayer.Choice{ID: "TAB", Title: "A shop", URL: "https://a.example/"}, datalayer.Choice{ID: "NEW", URL: "about:blank"})
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.tr.Depart(p.now)
	p.tr.Follows = func(info *target.Info) bool { return info.TargetID == "NEXT" }
	if got := p.event("", "nothing", "{}"); got != "Target.detachFromTarget" {
		t.Errorf("the old tab is let go, not:\n%s", got)
	}
	p.pushes("P", "one", 2, "late")
	p.attach("", "N", "NEXT", "tab", "")
	if got := p.attach("", "N2", "NEXT", "tab", ""); !strings.Contains(got, "Target.detachFromTarget") {
		t.Errorf("a tab that is followed is not followed twice:\n%s", got)
	}
	p.attach("N", "M", "NEWS", "page", "")
	p.pushes("M", "two", 1, "b")
	story := []string{
		"page t1 main load http://shop.example/one", "push http://shop.example/one dataLayer a",
		"gap switched to another tab; this tab is no longer captured",
		"page t2 main load http://shop.example/two", "push http://shop.example/two dataLayer b",
	}
	if diff := cmp.Diff(story, p.entries(p.now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
