package plain_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/internal/golden"
	"layertap/report/plain"
	"layertap/report/reporttest"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
)

// printed returns what is printed about a session while it grows, step by step.
func printed(t *testing.T, f filter.Filter, steps ...datalayer.Batch) string {
	t.Helper()
	return printedWith(t, "^widget_", f, steps...)
}

// printedWith is printed with a trigger for a pattern.
func printedWith(t *testing.T, pattern string, f filter.Filter, steps ...datalayer.Batch) string {
	t.Helper()
	plan := plantest.Widget(t)
	container, err := gtm.Patterns(gtm.Pattern{Name: "All widget events", Regexp: pattern})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{Tool: "layertap 0.1.0", URL: "https://shop.example/", Started: time.Date(2026, 11, 23, 23, 59, 58, 0, time.UTC)},
		session.Analysis{Rules: check.New(plan), GTM: engine.New(container)})
	var out bytes.Buffer
	p := plain.Log{Out: &out, Filter: f, Zone: time.UTC}
	source := &stepped{steps: steps, each: func() {
		if err := p.Print(s.Snapshot()); err != nil {
			t.Fatal(err)
		}
	}}
	if err := s.Record(sink{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Run(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	if err := p.End(s.Snapshot()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// stepped is a source that calls each after every step.
type stepped struct {
	steps []datalayer.Batch
	each  func()
}

func (s *stepped) Next(context.Context) (datalayer.Batch, error) {
	s.each()
	if len(s.steps) == 0 {
		return datalayer.Batch{}, io.EOF
	}
	next := s.steps[0]
	s.steps = s.steps[1:]
	return next, nil
}

// sink discards a recording.
type sink struct{}

func (sink) Name() string                  { return "a.session.jsonl" }
func (sink) Begin(datalayer.Header) error  { return nil }
func (sink) Write([]datalayer.Entry) error { return nil }
func (sink) Close() error                  { return nil }

// A live session is printed as it arrives, with late results last.
func TestLive(t *testing.T) {
	seconds := func(n int) datalayer.Place { return datalayer.Place{T: time.Duration(n) * time.Second} }
	got := printed(t, filter.Filter{},
		datalayer.Batch{Attachment: &datalayer.Attachment{Detail: "starting /usr/bin/chromium"}},
		datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Live, Browser: "Chrome/156", Notices: []string{"Chrome runs without its sandbox"}}},
		datalayer.Batch{Entries: []datalayer.Entry{
			&datalayer.Page{Place: seconds(1), ID: "p1", Frame: "main", URL: "https://shop.example/", Title: "Shop", Cause: datalayer.CauseLoad},
			&datalayer.Action{Place: datalayer.Place{T: time.Second}, Page: "p1", Action: "click", Selector: "button.chat", Text: "Chat with us"},
		}},
		datalayer.Batch{Entries: []datalayer.Entry{reporttest.Push(3*time.Second, "p1", "widget_whatsapp_clicked",
			`{"event":"widget_whatsapp_clicked","widget_platform":"web","timestamp":1795424403000,"link_url":"https://wa.me/49","link_type":"whatsapp","tries":"2","of":{"list":[],"none":null}}`)}},
		datalayer.Batch{Entries: []datalayer.Entry{
			&datalayer.Hit{Place: seconds(4), Page: "p1", Vendor: "meta", ID: "12", Event: "Contact", Error: "blocked by client",
				Cause: &datalayer.HitCause{Push: 3, By: "initiator", Strength: "likely"}},
			&datalayer.PageValue{Place: seconds(4), Page: "p1", Variable: "JS - is mobile", Source: "global:isMobile", Value: []byte(`{"$":"undefined"}`)},
			&datalayer.Note{Place: seconds(4), On: 3, Text: "ask Mara"},
			&datalayer.Mark{Place: seconds(4), On: 3, Mark: "★"},
			&datalayer.Mark{Place: seconds(4), On: 3},
			&datalayer.Screenshot{Place: seconds(4), On: 3, File: "shop.png"},
			&datalayer.TabClosed{Place: seconds(4), Page: "p1", Target: "t2"},
			&datalayer.Container{Place: seconds(4), ID: "GTM-ABC123", Version: "42", Layer: "dataLayer", Source: "page", Resource: []byte(`{"no":"container"}`)},
		}},
		datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Lost, Detail: "the browser has gone", Notices: []string{"Chrome runs without its sandbox"}}},
		datalayer.Batch{Entries: []datalayer.Entry{&datalayer.Gap{Place: seconds(5), Until: 7500 * time.Millisecond, Why: "the browser had gone", Lost: -1}},
			Attachment: &datalayer.Attachment{Phase: datalayer.Over}},
	)
	golden.Compare(t, "testdata/plain-live.txt", got)
}

// With a filter, only the hits and notes about matching messages are printed.
func TestFilter(t *testing.T) {
	f, err := filter.Builtin().Parse("event:opened")
	if err != nil {
		t.Fatal(err)
	}
	hit := func(event string, push int) *datalayer.Hit {
		h := &datalayer.Hit{Page: "p1", Vendor: "ga4", Event: event, Status: 204}
		if push > 0 {
			h.Cause = &datalayer.HitCause{Push: push, By: "initiator", Strength: "certain"}
		}
		return h
	}
	got := printed(t, f, datalayer.Batch{Entries: []datalayer.Entry{
		&datalayer.Page{ID: "p1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad},
		reporttest.Push(time.Second, "p1", "widget_opened", `{"event":"widget_opened"}`), reporttest.Push(time.Second, "p1", "widget_closed", `{"event":"widget_closed"}`),
		hit("sent_opened", 2), hit("sent_closed", 3), hit("of_no_message", 0),
		&datalayer.Note{On: 2, Text: "the note on it"}, &datalayer.Note{On: 3, Text: "the other note"}, &datalayer.Action{Place: datalayer.Place{T: time.Second}, Page: "p1", Action: "click", Selector: "button.chat", Text: "Chat"},
		&datalayer.Gap{Why: "the browser did not respond"},
	}})
	for text, want := range map[string]bool{"message 2 widget_opened": true, "sent_opened": true, "the note on it": true, "the browser did not respond": true, "page https": true,
		"widget_closed": false, "sent_closed": false, "of_no_message": false, "the other note": false, "button.chat": false} {
		if strings.Contains(got, text) != want {
			t.Errorf("%q is printed: %v, in:\n%s", text, !want, got)
		}
	}
}

// What was not reached is printed at the end, once per frame: the attachment only lists
// frames that still exist.
func TestNotReached(t *testing.T) {
	live := func(frames ...datalayer.Frame) datalayer.Batch {
		return datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Live, Frames: frames}}
	}
	page := datalayer.Frame{Target: "t1", URL: "https://shop.example/", Hooked: true}
	silent := datalayer.Frame{Target: "t1", URL: "https://shop.example/", Hooked: true, Silent: time.Date(2026, 11, 24, 0, 0, 5, 0, time.UTC)}
	other := datalayer.Frame{Target: "t2", URL: "https://pay.example/", Remark: "the hook did not start in it"}
	frame := func(url, remark string) datalayer.Frame {
		return datalayer.Frame{Target: "t1", Depth: 1, URL: url, Remark: remark}
	}
	empty := frame("https://ads.example/still", "scripts are disabled in it")
	empty.Empty = true
	leaving := frame("https://chat.example/", "what it push while unloading are not captured, because it is sandboxed")
	leaving.Hooked = true
	over := datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Over}}
	for _, tt := range []struct {
		name  string
		steps []datalayer.Batch
		want  []string
	}{
		{"all well", []datalayer.Batch{live(page, empty, frame("https://chat.example/", "")), over}, nil},
		{"busy for a while", []datalayer.Batch{live(silent), live(page), over}, nil},
		{"busy and left", []datalayer.Batch{live(silent), live(datalayer.Frame{Target: "t1", URL: "https://shop.example/next"}), over}, nil},
		{"busy to the end", []datalayer.Batch{live(page), live(silent), over},
			[]string{"partly reached: page https://shop.example/: no response since 00:00:05 (busy or paused)"}},
		{"gone by then", []datalayer.Batch{live(page, frame("https://chat.example/w?visitor=7", "the hook did not start in it")), live(page), over},
			[]string{"not reached: frame https://chat.example/w: the hook did not start in it"}},
		{"repeatedly", []datalayer.Batch{live(page, frame("https://a.example/?1", "it crashed"), frame("https://a.example/?2", "it crashed")),
			live(frame("https://a.example/?3", "it crashed"), other), over},
			[]string{"not reached: frame https://a.example/: it crashed", "not reached: page https://pay.example/ in tab t2: the hook did not start in it"}},
		{"in part", []datalayer.Batch{live(page, leaving), over},
			[]string{"partly reached: frame https://chat.example/: what it push while unloading are not captured, because it is sandboxed"}},
		{"a page in its address", []datalayer.Batch{live(frame("data:text/html,"+strings.Repeat("x", 1000), "it crashed")), over},
			[]string{"not reached: frame data:text/html," + strings.Repeat("x", 105) + "…: it crashed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, end, _ := strings.Cut(printed(t, filter.Filter{}, tt.steps...), " end ")
			var got []string
			for line := range strings.Lines(end) {
				if line = strings.TrimSpace(line); strings.Contains(line, "reached") {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// If many frames were not reached, the first ones are printed.
func TestManyFramesNotReached(t *testing.T) {
	var frames []datalayer.Frame
	for n := range 50 {
		frames = append(frames, datalayer.Frame{Target: "t1", Depth: 1, URL: fmt.Sprintf("https://%d.example/", n), Remark: "it crashed"})
	}
	got := printed(t, filter.Filter{}, datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Live, Frames: frames}})
	if strings.Count(got, "not reached: frame ") != 20 || !strings.Contains(got, "\n    not reached: 30 more\n") {
		t.Errorf("printed:\n%s", got)
	}
}

// A session without a selected tab has no URL.
func TestBeforeTheTab(t *testing.T) {
	var out bytes.Buffer
	s := session.New(datalayer.Header{Tool: "layertap 0.1.0"}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	if err := (&plain.Log{Out: &out, Zone: time.UTC}).End(s.Snapshot()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), " session by layertap 0.1.0\n") {
		t.Errorf("printed:\n%s", out.String())
	}
}

// A container that arrives late is evaluated on the earlier messages, and its matches are
// printed.
func TestContainerComesLate(t *testing.T) {
	const published = `{"macros":[{"function":"__e"},{"function":"__v","vtp_name":"widget_platform","vtp_dataLayerVersion":2}],
		"tags":[{"function":"__html","vtp_html":["macro",1],"tag_id":1}],
		"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"own"},{"function":"_eq","arg0":["macro",0],"arg1":"widget_closed"}],
		"rules":[[["if",0],["add",0]],[["if",1],["add",0]]]}`
	say := func(event string) *datalayer.Push {
		return reporttest.Push(0, "p1", event, `{"event":"`+event+`","widget_platform":"web","timestamp":1795424403000}`)
	}
	own := func() *datalayer.Push { return reporttest.Push(0, "p1", "own", `{"event":"own"}`) }
	got := printedWith(t, "^widget_opened$", filter.Filter{},
		datalayer.Batch{Entries: []datalayer.Entry{
			&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad},
			say("widget_opened"), say("widget_closed"), own(), own(),
		}},
		datalayer.Batch{Entries: []datalayer.Entry{
			&datalayer.Container{ID: "GTM-A", Layer: "dataLayer", Source: "page", Resource: []byte(published)}, own(),
		}},
	)
	golden.Compare(t, "testdata/plain-container.txt", got)
}

// A recording without messages isn't reported as saved.
func TestOfNothing(t *testing.T) {
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	if err := s.Record(sink{}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := plain.Log{Out: &out, Zone: time.UTC}
	if err := p.Print(s.Snapshot()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.StopRecording(), p.Print(s.Snapshot())); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasSuffix(got, " recording nothing was recorded in a.session.jsonl\n") {
		t.Errorf("printed:\n%s", got)
	}
}

// With a filter, only the messages that it passes are printed.
func TestFiltered(t *testing.T) {
	f, err := filter.Parse("opened")
	if err != nil {
		t.Fatal(err)
	}
	got := printed(t, f, datalayer.Batch{Entries: []datalayer.Entry{
		reporttest.Push(0, "p1", "widget_opened", `{"event":"widget_opened"}`), reporttest.Push(0, "p1", "widget_closed", `{"event":"widget_closed"}`),
	}})
	if !strings.Contains(got, "message 1 widget_opened, ") || strings.Contains(got, "message 2") {
		t.Errorf("printed:\n%s", got)
	}
}

// Long texts and lists are cut.
func TestCuts(t *testing.T) {
	var many []string
	for i := range 50 {
		many = append(many, fmt.Sprintf(`"p%d":%d`, i, i))
	}
	got := printed(t, filter.Filter{}, datalayer.Batch{Entries: []datalayer.Entry{
		reporttest.Push(0, "p1", "a", `{"event":"a","text":"`+strings.Repeat("x", 500)+`"}`),
		reporttest.Push(0, "p1", "b", `{"event":"b",`+strings.Join(many, ",")+`}`),
		reporttest.Push(0, "p1", "c", `{"event":"c","empty":"","no":"false","list":"a, b","yes":true}`),
	}})
	for _, want := range []string{
		"text: " + strings.Repeat("x", 80) + ", cut from 500 characters\n", "p39: 39, and 10 more\n",
		`with empty: "", no: "false", list: "a, b", yes: true`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
}

// An error on writing ends the output.
func TestToNowhere(t *testing.T) {
	p := plain.Log{Out: failing{}, Zone: time.UTC}
	s := reporttest.Shop(t)
	if err := p.Print(s); err == nil {
		t.Error("nobody notices that nothing was written")
	}
	if err := p.End(s); err != nil {
		t.Errorf("it is said twice: %v", err)
	}
}

// A heading is printed whenever the page differs from that of the previous row.
func TestHeadings(t *testing.T) {
	entries := []datalayer.Entry{
		&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/"},
		&datalayer.Page{ID: "p2", Target: "t1", Frame: "F", Parent: "main", URL: "https://widget.example/"},
	}
	for _, page := range []string{"p2", "p1", "p1", "p2"} {
		entries = append(entries, &datalayer.Push{Page: page, Layer: "dataLayer", Kind: datalayer.KindObject, Event: "of_" + page, Message: []byte(`{}`)})
	}
	var got []string
	for line := range strings.Lines(printed(t, filter.Filter{}, datalayer.Batch{Entries: entries})) {
		switch words := strings.Fields(strings.ReplaceAll(line, ",", " ")); {
		case len(words) > 2 && words[1] == "page":
			got = append(got, words[2])
		case len(words) > 3 && words[1] == "message":
			got = append(got, words[3])
		}
	}
	want := []string{"https://shop.example/", "https://widget.example/", "of_p2", "https://shop.example/", "of_p1", "of_p1", "https://widget.example/", "of_p2"}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are\n%q, not\n%q", got, want)
	}
}

// failing is a writer that always fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// A long recording of which the session drops messages is printed as if it kept them.
func TestSettled(t *testing.T) {
	const messages, batch = 8000, 400
	for _, text := range []string{"", "event:opened"} {
		f, err := filter.Builtin().Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		run := func(print func(*plain.Log, *session.Session, session.Source) error, settle bool) (printed string, left int) {
			var out bytes.Buffer
			log := &plain.Log{Out: &out, Filter: f, Zone: time.UTC}
			analysis := session.Analysis{Rules: check.New(plantest.Widget(t)), GTM: engine.New()}
			if settle {
				analysis.Settle = log.Settle
			}
			s := session.New(datalayer.Header{Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}, analysis)
			if err := print(log, s, &stepped{steps: visit(messages, batch), each: func() {}}); err != nil {
				t.Fatal(err)
			}
			if err := log.End(s.Snapshot()); err != nil {
				t.Fatal(err)
			}
			return out.String(), s.Snapshot().Len()
		}
		atEnd := func(_ *plain.Log, s *session.Session, source session.Source) error { return s.Run(t.Context(), source) }
		meanwhile := func(log *plain.Log, s *session.Session, source session.Source) error {
			source.(*stepped).each = func() {
				if err := log.Print(s.Snapshot()); err != nil {
					t.Error(err)
				}
			}
			return s.Run(t.Context(), source)
		}
		want, all := run(atEnd, false)
		for name, print := range map[string]func(*plain.Log, *session.Session, session.Source) error{"settled": atEnd, "printed before": meanwhile} {
			got, left := run(print, true)
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" || !strings.Contains(got, "widget_opened") {
				t.Errorf("%q, %s: %s", text, name, diff)
			}
			if left > all*7/8 {
				t.Errorf("%q, %s: %d of %d entries are kept", text, name, left, all)
			}
		}
	}
}

// visit returns the messages of a page, in complete batches.
func visit(messages, batch int) []datalayer.Batch {
	batches := []datalayer.Batch{{Complete: true, Entries: []datalayer.Entry{
		&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad},
	}}}
	for n := range messages {
		if n%batch == 0 {
			batches = append(batches, datalayer.Batch{Complete: true})
		}
		event := []string{"widget_opened", "widget_opend", "widget_closed"}[n%3]
		last := &batches[len(batches)-1]
		last.Entries = append(last.Entries, reporttest.Push(time.Duration(n)*time.Second, "p1", event, fmt.Sprintf(`{"event":%q,"widget_platform":"web","n":%d}`, event, n)))
	}
	return append(batches, datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Over}})
}
