package recorder

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/flow"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
	"layertap/session/sessiontest"
)

func at(ms int) datalayer.Place { return datalayer.Place{T: time.Duration(ms) * time.Millisecond} }

func TestFlow(t *testing.T) {
	page := func(ms int, id, path string, cause datalayer.Cause) *datalayer.Page {
		return &datalayer.Page{Place: at(ms), ID: id, Target: "t1", Frame: "main", URL: "https://shop.example" + path, Cause: cause}
	}
	act := func(ms int, page, action, selector, text string) *datalayer.Action {
		return &datalayer.Action{Place: at(ms), Page: page, Action: action, Selector: selector, Text: text}
	}
	source := sessiontest.Source{{Entries: []datalayer.Entry{
		page(0, "p1", "/?auto&pace=fast", datalayer.CauseLoad),
		&datalayer.Page{Place: at(1), ID: "f1", Target: "t1", Frame: "F", Parent: "main", URL: "https://ads.example/", Cause: datalayer.CauseLoad},
		act(100, "p1", "click", "a.card", "Alba"),
		page(200, "p2", "/alba", datalayer.CauseLoad),
		act(300, "p2", "change", "#note", "Note"),
		act(400, "p2", "key", "#note", "Note"),
		act(405, "p2", "submit", "#form", ""), // caused by that key
		page(500, "p3", "/alba#sent", datalayer.CauseHistory),
		act(600, "f1", "click", "img", ""),
		page(700, "p4", "/alba", datalayer.CauseReload),
		page(800, "p5", "/alba#later", datalayer.CauseHistory), // caused by the page itself
	}}}
	s := session.New(datalayer.Header{URL: "https://shop.example/"}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	if err := s.Run(t.Context(), &source); err != nil {
		t.Fatal(err)
	}
	want := flow.Flow{
		Title: "A visit of https://shop.example/ (typed values to fill in: 1; actions in frames or other tabs left out: 1)",
		Steps: []flow.Step{
			{Type: flow.NavigateStep, URL: "https://shop.example/", Navigates: true},
			{Type: flow.ClickStep, Selectors: []flow.Selector{{"aria/Alba"}, {"a.card"}}, Click: flow.Click{Button: "primary"}, Navigates: true},
			{Type: flow.ChangeStep, Selectors: []flow.Selector{{"aria/Note"}, {"#note"}}, Value: "text", Unrecorded: true},
			{Type: flow.KeyDownStep, Key: "Enter"},
			{Type: flow.KeyUpStep, Key: "Enter", Navigates: true},
			{Type: flow.NavigateStep, URL: "https://shop.example/alba", Navigates: true},
		},
	}
	if diff := cmp.Diff(want, Flow(s.Snapshot())); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAutomation(t *testing.T) {
	for address, want := range map[string]string{
		"https://shop.example/":                    "https://shop.example/",
		"https://shop.example/?auto":               "https://shop.example/",
		"https://shop.example/?auto&pace=fast#top": "https://shop.example/#top",
		"https://shop.example/?a=1&auto=&b=%20":    "https://shop.example/?a=1&b=%20",
		"https://shop.example/?automatic=1":        "https://shop.example/?automatic=1",
		"https://shop.example/?%61uto":             "https://shop.example/",
		"https://shop.example/?":                   "https://shop.example/?",
	} {
		if got := WithoutAutomation(address); got != want {
			t.Errorf("%s became %s, not %s", address, got, want)
		}
	}
}
