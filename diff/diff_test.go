package diff_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
	"layertap/session/sessiontest"
)

// pages returns a session of messages on pages: each element is a path and its
// messages.
func pages(t *testing.T, site string, messages ...[]string) session.Snapshot {
	t.Helper()
	return run(t, sessiontest.Visit(t, site, messages...))
}

// run returns the session of some entries.
func run(t *testing.T, entries []datalayer.Entry) session.Snapshot {
	t.Helper()
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	s.Add(entries...)
	return s.Snapshot()
}

func page(at time.Duration, id, url string) *datalayer.Page {
	return &datalayer.Page{Place: datalayer.Place{T: at}, ID: id, Frame: "main", URL: url}
}

func push(at time.Duration, page, event, message string) *datalayer.Push {
	return &datalayer.Push{Place: datalayer.Place{T: at}, Page: page, Layer: "dataLayer",
		Kind: datalayer.KindObject, Event: event, Message: []byte(message)}
}

func TestCompare(t *testing.T) {
	const a, b, c = `{"event":"a"}`, `{"event":"b"}`, `{"event":"c"}`
	for name, tt := range map[string]struct {
		before, after [][]string
		ignore        diff.Ignore
		want          []string
	}{
		"the same":         {before: [][]string{{"/", a, b}}, after: [][]string{{"/", a, b}}},
		"missing":          {before: [][]string{{"/", a, b, c}}, after: [][]string{{"/", a, c}}, want: []string{"missing / b"}},
		"extra":            {before: [][]string{{"/", a, c}}, after: [][]string{{"/", a, b, c}}, want: []string{"extra / b"}},
		"reordered":        {before: [][]string{{"/", a, b, c}}, after: [][]string{{"/", b, c, a}}, want: []string{"reordered / a"}},
		"a page missing":   {before: [][]string{{"/", a}, {"/x", b}}, after: [][]string{{"/", a}}, want: []string{"missing /x b"}},
		"a page extra":     {before: [][]string{{"/", a}}, after: [][]string{{"/x?y=1", b}, {"/", a}}, want: []string{"extra /x b"}},
		"pages in turn":    {before: [][]string{{"/", a}, {"/x", b}, {"/", c}}, after: [][]string{{"/x", b}, {"/", a, c}}},
		"reordered, other": {before: [][]string{{"/", `{"event":"a","n":1}`, b, c}}, after: [][]string{{"/", b, c, `{"event":"a","n":2}`}}, want: []string{"reordered / a", "value / a: n value 1 2"}},
		"a key misspelled": {
			before: [][]string{{"/", `{"event":"a","widget_conversation_id":"1"}`}}, after: [][]string{{"/", `{"event":"a","widet_conversation_id":"1"}`}},
			ignore: diff.Usual(), want: []string{`shape / a: widget_conversation_id missing "1" undefined widet_conversation_id extra undefined "1"`},
		},
		"a type": {
			before: [][]string{{"/", `{"event":"a","user_id":1}`}}, after: [][]string{{"/", `{"event":"a","user_id":"1"}`}},
			ignore: diff.Usual(), want: []string{`shape / a: user_id type 1 "1"`},
		},
		"deep": {
			before: [][]string{{"/", `{"event":"a","e":{"items":[{"price":1},{"price":2}]}}`}}, after: [][]string{{"/", `{"event":"a","e":{"items":[{"price":3}]}}`}},
			want: []string{`shape / a: e.items[1] missing {"price":2} undefined`, "value / a: e.items[0].price value 1 3"},
		},
		"what changes on each visit": {
			before: [][]string{{"/", `{"event":"a","gtm.uniqueEventId":7,"timestamp":1,"sessionId":"x","created_at":1,"to":"https://a.example/x"}`}},
			after:  [][]string{{"/", `{"event":"a","timestamp":2,"sessionId":"y","created_at":2,"to":"https://b.example/x"}`}},
			ignore: diff.Usual(),
		},
		"another site that begins alike": {
			before: [][]string{{"/", `{"event":"a","to":"https://a.example.org/x"}`}}, after: [][]string{{"/", `{"event":"a","to":"https://b.example.org/x"}`}},
			ignore: diff.Usual(), want: []string{`value / a: to value "https://a.example.org/x" "https://b.example.org/x"`},
		},
		"the same, exactly": {
			before: [][]string{{"/", `{"event":"a","gtm.start":7,"timestamp":1}`}}, after: [][]string{{"/", `{"event":"a","timestamp":2}`}},
			want: []string{"shape / a: gtm.start missing 7 undefined", "value / a: timestamp value 1 2"},
		},
		"no id": {
			before: [][]string{{"/", `{"event":"a","paid":1,"format":"x"}`}}, after: [][]string{{"/", `{"event":"a","paid":2,"format":"y"}`}},
			ignore: diff.Usual(), want: []string{`value / a: paid value 1 2 format value "x" "y"`},
		},
		"ignored by name, path and pattern": {
			before: [][]string{{"/", `{"event":"a","n":1,"e":{"items":[{"price":1}]},"ab_x":1}`}}, after: [][]string{{"/", `{"event":"a","e":{"items":[{"price":2}]},"ab_x":2}`}},
			ignore: diff.Ignore{Keys: []string{"n", "e.items.price", "ab_*"}},
		},
		"what JSON cannot say": {
			before: [][]string{{"/", `{"event":"a","v":{"$":"date","value":"2026"},"u":{"$":"undefined"}}`}},
			after:  [][]string{{"/", `{"event":"a","v":{"$":"date","value":"2027"},"u":null}`}},
			want:   []string{"shape / a: u type undefined null", `value / a: v value {"$":"date","value":"2026"} {"$":"date","value":"2027"}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := diff.Sessions(pages(t, "https://a.example", tt.before...), pages(t, "https://b.example", tt.after...), tt.ignore)
			if unlike := cmp.Diff(tt.want, lines(found)); unlike != "" {
				t.Errorf("expected (-) and found (+):\n%s", unlike)
			}
		})
	}
}

// lines formats differences, one per line.
func lines(found []diff.Difference) []string {
	var lines []string
	for _, one := range found {
		line := fmt.Sprintf("%s %s %s", one.Kind, one.Page, one.Event)
		separator := ": "
		for _, c := range one.Changes {
			line += fmt.Sprintf("%s%s %s %s %s", separator, c.Path, c.Kind, value(c.Before), value(c.After))
			separator = " "
		}
		lines = append(lines, line)
	}
	return lines
}

func value(v datalayer.Value) string {
	if v.Kind == datalayer.Undefined {
		return "undefined"
	}
	return string(datalayer.Encode(nil, v))
}

// Two data layers of a page are separate sequences.
func TestCompareLayers(t *testing.T) {
	layers := func(names ...string) session.Snapshot {
		entries := []datalayer.Entry{page(0, "p1", "https://shop.example/")}
		for _, name := range names {
			one := push(time.Millisecond, "p1", "a", `{"event":"a"}`)
			one.Layer = name
			entries = append(entries, one)
		}
		return run(t, entries)
	}
	if found := diff.Sessions(layers("x", "y"), layers("y", "x"), diff.Usual()); len(found) > 0 {
		t.Errorf("%q", lines(found))
	}
	if found := diff.Sessions(layers("x"), layers("y"), diff.Usual()); len(found) != 2 {
		t.Errorf("%q", lines(found))
	}
}
