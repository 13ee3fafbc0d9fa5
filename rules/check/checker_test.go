package check_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/rules/plan/plantest"
)

// bench is a session under test: messages in, findings out.
type bench struct {
	*check.Checker
	t       testing.TB
	page    *datalayer.Page
	trigger gtm.Outcome
	now     time.Duration
	seq     int
}

func newBench(t testing.TB, plans ...*plan.Plan) *bench {
	return &bench{
		Checker: check.New(plans...),
		t:       t,
		page:    &datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad},
		trigger: gtm.Outcome{Triggers: []gtm.Match{{Trigger: &gtm.Trigger{Name: "All"}, Matched: gtm.Yes}}},
	}
}

// push judges a message, one second after the previous one.
func (b *bench) push(message string) []rules.Finding {
	b.t.Helper()
	b.now += time.Second
	return b.pushAs(message, func(*datalayer.Push) {})
}

// pushAs judges a message at the current time, after applying change.
func (b *bench) pushAs(message string, change func(*datalayer.Push)) []rules.Finding {
	b.t.Helper()
	v, err := datalayer.Decode([]byte(message))
	if err != nil {
		b.t.Fatalf("%s: %v", message, err)
	}
	b.seq++
	p := &datalayer.Push{Place: datalayer.Place{Seq: b.seq, T: b.now}, Page: b.page.ID, Frame: "main",
		Layer: "dataLayer", Kind: datalayer.KindObject, Message: []byte(message)}
	p.Kind, p.Event = datalayer.Identify(p.Layer, p.Message, v.Kind == datalayer.Array)
	change(p)
	m := datalayer.ReadMessage(p.Layer, p.Kind, v)
	return b.Check(b.page, p, &m, b.trigger)
}

func widget(t testing.TB) *plan.Plan {
	t.Helper()
	return plantest.Widget(t)
}

// codes returns the codes of findings with their paths, in order.
func codes(findings []rules.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, strings.TrimSpace(string(f.Code)+" "+f.Path))
	}
	return all
}

// faithful returns the messages of a session in which every event of a plan occurs
// correctly.
func faithful(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/faithful.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func TestFaithfulSessionHasNoFindings(t *testing.T) {
	b := newBench(t, widget(t))
	for _, message := range faithful(t) {
		if found := b.push(message); len(found) > 0 {
			t.Errorf("%s\n%+v", message, found)
		}
	}
	if found := b.Finish(0); len(found) > 0 {
		t.Errorf("at the end: %+v", found)
	}
	if got, want := len(b.Coverage()), len(widget(t).Events); got != want {
		t.Errorf("%d events are covered, want %d", got, want)
	}
	for _, cover := range b.Coverage() {
		if cover.Seen != 1 || len(cover.Unfilled) > 0 {
			t.Errorf("%s: seen %d times, unfilled %v", cover.Event, cover.Seen, cover.Unfilled)
		}
	}
}

func TestMisspelledConversationID(t *testing.T) {
	const message = `{"event":"widget_message_sent","widget_platform":"web","widet_conversation_id":"c-1","timestamp":1795424401523,"total_messages":1}`
	found := newBench(t, widget(t)).push(message)
	if diff := cmp.Diff([]string{"misspelled-parameter widet_conversation_id"}, codes(found)); diff != "" {
		t.Fatal(diff)
	}
	if found[0].Suggestion != "widget_conversation_id" || !strings.Contains(found[0].Note, "data layer variable") {
		t.Errorf("got %+v", found[0])
	}

	found = newBench(t, widget(t)).push(`{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523,"widet_conversation_id":"c-1"}`)
	if len(found) != 1 || found[0].Suggestion != "widget_conversation_id" || found[0].Note == "" {
		t.Errorf("in an event that has no conversation: %+v", found)
	}

	accepting, err := plan.Parse([]byte(`
plan: mine
include: [widget]
parameters:
  widget_conversation_id:
    aliases: [widet_conversation_id]
`), "mine.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	for accepted, want := range map[string][]string{
		message: nil,
		`{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523,"widet_conversation_id":"c-1"}`: {"unexpected-parameter widet_conversation_id"},
	} {
		if diff := cmp.Diff(want, codes(newBench(t, accepting).push(accepted))); diff != "" {
			t.Errorf("with the alias: %s", diff)
		}
	}
}

// The fix for a missing parameter contains the plan's description as a separate
// sentence, in any language and of any length.
func TestDescriptionInAdvice(t *testing.T) {
	for description, want := range map[string]string{
		"The link's text.":        ": the link's text.",
		"Überschrift des Links":   ": überschrift des Links.",
		"URL of the link":         ": URL of the link.",
		"A URL":                   ": a URL.",
		".":                       `every "e".`,
		" ":                       `every "e".`,
		"One thing. And another.": `every "e".`,
	} {
		b := newBench(t, parse(t, "events: {e: {parameters: {a: {type: string, description: '"+strings.ReplaceAll(description, "'", "''")+"'}}}}\n"))
		found := b.push(`{"event":"e"}`)
		if len(found) != 1 || !strings.HasSuffix(found[0].Fix, want) {
			t.Errorf("%q: %+v, want advice that ends with %q", description, found, want)
		}
	}
}

// A message that contains itself causes no event, because Google Tag Manager throws
// while merging it. There is no finding about its name.
func TestMessageThatContainsItself(t *testing.T) {
	b := newBench(t, widget(t))
	found := b.push(`{"event":"widget_opened","widget":{"self":{"$":"cycle","path":"$.widget"}}}`)
	if len(found) != 0 {
		t.Errorf("found %+v", found)
	}
}
