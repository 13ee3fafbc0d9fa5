package demo_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/session"
)

// findContainer returns the container in a script that the shop loads.
func findContainer(script []byte, id string) datalayer.Entry {
	c := parse.Find(script)
	if c == nil {
		return nil
	}
	c.ID = id
	return c.Entry("")
}

// The results of the container's tags in the tour are as intended: some fire, one is
// blocked, one held back by consent, one paused.
func TestTagsOfTheTour(t *testing.T) {
	s := play(t, "")
	got := map[string]map[string]int{}
	for i := range s.Len() {
		explained, ok := s.Explain(i)
		if !ok {
			continue
		}
		for _, v := range explained.Tags {
			if v.Status == gtm.StatusNotTriggered {
				continue
			}
			if got[v.Tag.ID] == nil {
				got[v.Tag.ID] = map[string]int{}
			}
			got[v.Tag.ID][v.Status.String()]++
		}
	}
	want := map[string]map[string]int{
		"1": {"fired": 8},                // the Google tag, on each page
		"2": {"fired": 33, "blocked": 1}, // the widget's events, except widget_user_joined
		"3": {"fired": 8},                // its links
		"4": {"fired": 1},                // widget_user_joined, to the old property
		"5": {"fired": 8},                // the shop's events
		"6": {"held-back": 1},            // the Ads conversion: ad_storage is denied
		"7": {"fired": 3},                // the Meta tag: its condition fails on the other links
		"8": {"paused": 8},               // the Meta tag for page views
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what became of the tags, by their IDs (-want +got):\n%s", diff)
	}
	compareWithHits(t, s)
}

// compareWithHits compares the computed parameters of each GA4 event tag with those
// that were sent.
func compareWithHits(t *testing.T, s session.Snapshot) {
	t.Helper()
	compared := 0
	for i := range s.Len() {
		explained, ok := s.Explain(i)
		if !ok {
			continue
		}
		want := map[string]string{}
		for _, v := range explained.Tags {
			if v.Tag.Type == "gaawe" && v.Status == gtm.StatusFired {
				addParameters(t, want, v.Sends)
			}
		}
		if len(want) == 0 {
			continue
		}
		for _, e := range s.About(i) {
			if hit, ok := e.(*datalayer.Hit); ok {
				compared++
				if diff := cmp.Diff(want, parametersOf(t, hit)); diff != "" {
					t.Errorf("%s (-worked out +sent):\n%s", hit.Event, diff)
				}
			}
		}
	}
	if compared < 45 {
		t.Errorf("only %d hits were compared", compared)
	}
}

// addParameters adds the event parameters that a tag sends, except items.
func addParameters(t *testing.T, all map[string]string, sends []gtm.Parameter) {
	t.Helper()
	for _, p := range sends {
		name, isParameter := strings.CutPrefix(p.Name, "Event Parameters.")
		if !isParameter {
			name, isParameter = strings.CutPrefix(p.Name, "Ecommerce.")
		}
		if !isParameter || strings.HasPrefix(name, "items") {
			continue
		}
		text, plain := p.Value.AsString()
		if !p.Known || !plain {
			t.Errorf("%s is unknown: %s", p.Name, p.Reason)
		}
		all[name] = text
	}
}

// parametersOf returns the event's parameters in a hit.
func parametersOf(t *testing.T, hit *datalayer.Hit) map[string]string {
	t.Helper()
	var sent map[string]string
	if err := json.Unmarshal(hit.Params, &sent); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for wire, value := range sent {
		kind, name, _ := strings.Cut(wire, ".")
		switch kind {
		case "ep", "epn":
			all[name] = value
		case "cu":
			all["currency"] = value
		}
	}
	return all
}
