package session_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"layertap/crash"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/rules/plan/plantest"
	"layertap/session"
)

// script is a source that returns batches and then err.
type script struct {
	batches []datalayer.Batch
	err     error
	after   func() // called after the last batch, before err is returned
}

func (s *script) Next(ctx context.Context) (datalayer.Batch, error) {
	if len(s.batches) > 0 {
		batch := s.batches[0]
		s.batches = s.batches[1:]
		return batch, nil
	}
	if s.err == nil {
		<-ctx.Done()
		return datalayer.Batch{}, ctx.Err()
	}
	if s.after != nil {
		s.after()
	}
	return datalayer.Batch{}, s.err
}

// tape is a sink that records the calls.
type tape struct {
	header datalayer.Header
	lines  []string
	full   int           // the maximum number of lines; 0 if unlimited
	end    time.Duration // the session's end in the closing line
}

func (t *tape) Name() string { return "tape" }

func (t *tape) Begin(h datalayer.Header) error {
	t.header = h
	t.lines = append(t.lines, "begin "+h.Browser)
	return nil
}

func (t *tape) Write(entries []datalayer.Entry) error {
	for _, e := range entries {
		if t.full > 0 && len(t.lines) >= t.full {
			return errors.New("no space left")
		}
		line := fmt.Sprintf("%d %T", datalayer.At(e).Seq, e)
		if end, ok := e.(*datalayer.End); ok {
			line += fmt.Sprintf(" of %d", end.Pushes)
			t.end = end.T
		}
		t.lines = append(t.lines, line)
	}
	return nil
}

func (t *tape) Close() error {
	t.lines = append(t.lines, "close")
	return nil
}

func analysis(t *testing.T) session.Analysis {
	t.Helper()
	container, err := gtm.Patterns(gtm.Pattern{Name: "All", Regexp: "^widget_"})
	if err != nil {
		t.Fatal(err)
	}
	plan := plantest.Widget(t)
	return session.Analysis{Rules: check.New(plan), GTM: engine.New(container)}
}

func push(event string) *datalayer.Push {
	return &datalayer.Push{
		Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: event,
		Message: []byte(fmt.Sprintf(`{"event":%q,"widget_platform":"web","timestamp":1795424401523}`, event)),
	}
}

func live() datalayer.Batch {
	return datalayer.Batch{
		Attachment: &datalayer.Attachment{Phase: datalayer.Live, Browser: "Chrome/156"},
		Entries:    []datalayer.Entry{&datalayer.Page{ID: "p1", URL: "https://shop.example/"}},
	}
}

func batch(entries ...datalayer.Entry) datalayer.Batch { return datalayer.Batch{Entries: entries} }

func TestRun(t *testing.T) {
	s := session.New(datalayer.Header{ID: "x"}, analysis(t))
	gap := &datalayer.Gap{Why: "attached late", Lost: 3}
	src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("widget_opened"), push("widget_opend")), batch(gap)}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	got := s.Snapshot()
	if got.Len() != 4 || got.Counts.Messages != 2 || got.Counts.Errors != 1 || got.Counts.Gaps != 1 || got.Counts.Lost != 3 {
		t.Errorf("%d entries, %+v", got.Len(), got.Counts)
	}
	if findings := got.Verdict(2).Findings; len(findings) != 1 || findings[0].Code != "misspelled-event" {
		t.Errorf("findings about widget_opend: %+v", findings)
	}
	if len(got.Triggers) != 1 || got.Triggers[0].Matched != 2 || got.Triggers[0].Last != 3 {
		t.Errorf("triggers: %+v", got.Triggers)
	}
	if got.Header.Browser != "Chrome/156" || got.Page("p1").URL != "https://shop.example/" || got.Page("p9").ID != "p9" {
		t.Errorf("header %+v, pages %+v and %+v", got.Header, got.Page("p1"), got.Page("p9"))
	}
	for i := range got.Len() {
		if seq := datalayer.At(got.Entry(i)).Seq; seq != i+1 || got.Find(seq) != i {
			t.Errorf("entry %d has number %d and is found at %d", i, seq, got.Find(seq))
		}
	}
}

// A session attached to a tab is named after the first tab, even if another one is
// chosen later.
func TestRunNamesTheTab(t *testing.T) {
	tape := &tape{}
	s := session.New(datalayer.Header{}, analysis(t))
	if err := s.Record(tape); err != nil {
		t.Fatal(err)
	}
	choices := []datalayer.Choice{{URL: "https://news.example/"}, {URL: "https://shop.example/"}}
	watched := slices.Clone(choices)
	watched[1].Watched = true
	later := []datalayer.Choice{{URL: "https://news.example/", Watched: true}}
	var batches []datalayer.Batch
	for _, a := range []datalayer.Attachment{
		{Phase: datalayer.ChoosingTab, Browser: "Chrome/156", Choices: choices},
		{Phase: datalayer.Starting, Choices: watched},
		{Phase: datalayer.Live, Choices: watched},
		{Phase: datalayer.Live, Choices: later},
	} {
		batches = append(batches, datalayer.Batch{Attachment: &a})
	}
	if err := s.Run(t.Context(), &script{err: io.EOF, batches: batches}); err != nil {
		t.Fatal(err)
	}
	for where, got := range map[string]string{"recording": tape.header.URL, "session": s.Snapshot().Header.URL} {
		if got != "https://shop.example/" {
			t.Errorf("the %s is of %q", where, got)
		}
	}
}

// Findings about a hit are added to its message.
func TestRunFindsTheMessageOfAHit(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	hit := &datalayer.Hit{Vendor: "ga4", Event: "chat_widget_opened", Status: 204}
	src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("widget_opened"), push("widget_closed")), batch(hit)}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	got := s.Snapshot()
	if findings := got.Verdict(1).Findings; len(findings) != 1 || findings[0].Code != rules.HitRenamed || got.Counts.Warnings != 1 {
		t.Errorf("findings about the message: %+v, %+v", findings, got.Counts)
	}
}

// A finding about a hit that is only known when the session ends is added to its message.
func TestRunFindsTheMessageOfAHitLate(t *testing.T) {
	container, err := parse.Container([]byte(`{"macros":[{"function":"__e"}],
		"tags":[{"function":"__gaawe","vtp_eventName":"widget_opened","vtp_measurementIdOverride":"G-ABC1234567","tag_id":1}],
		"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"widget_opened"}],"rules":[[["if",0],["add",0]]]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(plantest.Widget(t)), GTM: engine.New(container)})
	hit := &datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-ABC1234567", Event: "my_widget_opened", Status: 204}
	src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("widget_opened")), batch(hit)}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	got := s.Snapshot()
	if findings := got.Verdict(1).Findings; !slices.ContainsFunc(findings, func(f rules.Finding) bool { return f.Code == rules.HitRenamed }) || len(got.Findings) > 0 {
		t.Errorf("findings about the message: %+v; %+v; about the session: %+v", findings, got.Counts, got.Findings)
	}
}

// Entries of a file that has lost lines keep their numbers.
func TestRunKeepsNumbersOfFiles(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	first, second := push("a"), push("b")
	datalayer.Stamp(first, 2)
	datalayer.Stamp(second, 7)
	if err := s.Run(t.Context(), &script{err: io.EOF, batches: []datalayer.Batch{batch(first, second)}}); err != nil {
		t.Fatal(err)
	}
	got := s.Snapshot()
	if got.Find(2) != 0 || got.Find(7) != 1 || got.Find(3) != -1 || got.Find(8) != -1 {
		t.Errorf("found at %d, %d, %d, %d", got.Find(2), got.Find(7), got.Find(3), got.Find(8))
	}
}

func TestRunEnds(t *testing.T) {
	broken := errors.New("the browser is gone")
	for _, tt := range []struct{ from, want error }{{io.EOF, nil}, {broken, broken}} {
		s := session.New(datalayer.Header{}, analysis(t))
		if err := s.Run(t.Context(), &script{err: tt.from}); !errors.Is(err, tt.want) {
			t.Errorf("a source that ends with %v: %v", tt.from, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := session.New(datalayer.Header{}, analysis(t)).Run(ctx, &script{}); err != nil {
		t.Errorf("the end of the context: %v", err)
	}
}

// A recording that is started late contains everything, and a header with the browser.
func TestRecord(t *testing.T) {
	for _, when := range []string{"first", "late"} {
		tape := &tape{}
		s := session.New(datalayer.Header{}, analysis(t))
		if when == "first" {
			if err := s.Record(tape); err != nil {
				t.Fatal(err)
			}
			if got := s.Snapshot(); len(tape.lines) > 0 || got.Recording.File != "tape" {
				t.Errorf("before the browser answered: %v, %+v", tape.lines, got.Recording)
			}
		}
		src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("a"))}}
		if when == "late" {
			s.Add(&datalayer.Page{ID: "p1"}, push("a"))
			if err := s.Record(tape); err != nil {
				t.Fatal(err)
			}
			src.batches = nil
		}
		if err := s.Run(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		want := "1 *datalayer.Page, 2 *datalayer.Push, 3 *datalayer.End of 1, close"
		if got := strings.Join(tape.lines, ", "); !strings.HasPrefix(got, "begin ") || !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s", when, got)
		}
		if s.Snapshot().Recording != (session.Recording{Saved: "tape"}) {
			t.Errorf("%s: recording goes on: %+v", when, s.Snapshot().Recording)
		}
	}
}

// frail is a tape whose file is deleted while it is being written.
type frail struct {
	tape
	name string
	gone bool
}

func (f *frail) Name() string { return f.name }
func (f *frail) Gone() bool   { return f.gone }

// If a recording's file is gone, another one with everything continues it, even if that
// is noticed only at the end.
func TestRenewedRecording(t *testing.T) {
	for _, noticed := range []string{"at once", "in the end"} {
		first, second := &frail{name: "a"}, &frail{name: "a-2"}
		s := session.New(datalayer.Header{}, analysis(t))
		s.RenewWith(func(gone string) (session.Sink, error) {
			if gone != "a" {
				t.Errorf("%q is gone", gone)
			}
			return second, nil
		})
		if err := s.Record(first); err != nil {
			t.Fatal(err)
		}
		if s.CheckRecording(); s.Snapshot().Recording.File != "a" {
			t.Errorf("it was renewed without need: %+v", s.Snapshot().Recording)
		}
		src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("a"))}}
		src.after = func() {
			first.gone = true
			if noticed == "at once" {
				s.CheckRecording()
				if got := s.Snapshot().Recording; got.File != "a-2" || got.Gone != "a" {
					t.Errorf("the recording is %+v", got)
				}
			}
		}
		if err := s.Run(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		want := "2 *datalayer.Push, 3 *datalayer.End of 1, close"
		if got := strings.Join(second.lines, ", "); !strings.HasPrefix(got, "begin ") || !strings.HasSuffix(got, want) {
			t.Errorf("%s: the second file has %s", noticed, got)
		}
		if got := s.Snapshot().Recording; got != (session.Recording{Gone: "a", Saved: "a-2"}) {
			t.Errorf("%s: in the end the recording is %+v", noticed, got)
		}
	}
}

// A hit's time is when it was sent, which may be before that of earlier entries. The
// end has the latest time.
func TestRecordEndsLast(t *testing.T) {
	sent := &datalayer.Hit{Place: datalayer.Place{T: time.Second}, Page: "p1"}
	pushed := push("a")
	pushed.T = 2 * time.Second
	tape := &tape{}
	s := session.New(datalayer.Header{}, analysis(t))
	if err := s.Record(tape); err != nil {
		t.Fatal(err)
	}
	src := &script{err: io.EOF, batches: []datalayer.Batch{live(), {Entries: []datalayer.Entry{pushed, sent}}}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	if tape.end != pushed.T {
		t.Errorf("the end is at %v, and the message was at %v", tape.end, pushed.T)
	}
}

func TestRecordTwice(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	if err := s.Record(&tape{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Record(&tape{}); err == nil {
		t.Error("two recordings at once")
	}
	if err := errors.Join(s.StopRecording(), s.StopRecording()); err != nil {
		t.Error(err)
	}
	second := &tape{}
	if err := s.Record(second); err != nil {
		t.Errorf("a second recording after the first: %v", err)
	}
}

// A full disk is reported, and ends the recording but not the session.
func TestRecordOnFullDisk(t *testing.T) {
	tape := &tape{full: 3}
	s := session.New(datalayer.Header{}, analysis(t))
	if err := s.Record(tape); err != nil {
		t.Fatal(err)
	}
	src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("a")), batch(push("b")), batch(push("c"))}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	got := s.Snapshot()
	if got.Recording.Err == nil || got.Recording.File != "tape" || got.Counts.Messages != 3 {
		t.Errorf("recording %+v after %d messages", got.Recording, got.Counts.Messages)
	}
	if last := tape.lines[len(tape.lines)-1]; last != "close" {
		t.Errorf("the file was left open: %v", tape.lines)
	}
}

// A snapshot doesn't change when entries are added.
func TestSnapshotsAreImmutable(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	s.Add(push("first"))
	old := s.Snapshot()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for version := old.Version; version < 200; {
				snapshot, newer := s.Wait(t.Context(), version)
				if !newer || snapshot.Version <= version {
					t.Errorf("version %d after %d", snapshot.Version, version)
					return
				}
				version = snapshot.Version
				for i := range snapshot.Len() {
					if datalayer.At(snapshot.Entry(i)).Seq != i+1 {
						t.Errorf("entry %d is not in its place", i)
					}
				}
			}
		})
	}
	for range 300 {
		entries := make([]datalayer.Entry, 17)
		for i := range entries {
			entries[i] = push("more")
		}
		s.Add(entries...)
	}
	readers.Wait()
	if old.Len() != 1 || old.Counts.Messages != 1 {
		t.Errorf("an old snapshot has grown to %d", old.Len())
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	ctx, cancel := context.WithCancel(t.Context())
	if got, newer := s.Wait(&watchedContext{ctx, cancel}, s.Snapshot().Version); newer {
		t.Errorf("waiting for what never comes gave %v", got)
	}
}

// watchedContext is canceled as soon as its Done method is called.
type watchedContext struct {
	context.Context
	cancel func()
}

func (c *watchedContext) Done() <-chan struct{} {
	defer c.cancel()
	return c.Context.Done()
}

// The recording is complete even if the analysis panics.
func TestPanicClosesTheRecording(t *testing.T) {
	for where, a := range map[string]session.Analysis{
		"in the source":   analysis(t),
		"in the analysis": {Rules: check.New(), GTM: new(engine.Engine)}, // its Open method panics
	} {
		s := session.New(datalayer.Header{}, a)
		recorded := new(tape)
		if err := s.Record(recorded); err != nil {
			t.Fatal(err)
		}
		err := s.Run(t.Context(), broken{&script{batches: []datalayer.Batch{live(), batch(push("widget_opened"))}}})
		if caught := new(crash.Error); !errors.As(err, &caught) {
			t.Errorf("%s: the panic became %v", where, err)
		}
		want := "begin Chrome/156, 1 *datalayer.Page, 2 *datalayer.Push, 3 *datalayer.End of 1, close"
		if where == "in the analysis" {
			want = "begin Chrome/156, 1 *datalayer.Page, 2 *datalayer.End of 0, close"
		}
		if got := strings.Join(recorded.lines, ", "); got != want {
			t.Errorf("%s: the recording is %s", where, got)
		}
	}
}

// broken is a source that panics at the end.
type broken struct{ *script }

func (b broken) Next(ctx context.Context) (datalayer.Batch, error) {
	if len(b.batches) == 0 {
		panic("there is nothing more")
	}
	return b.script.Next(ctx)
}

// A missing hit is reported during the session. At the end, the findings are the same
// whether the entries came one by one or all at once.
func TestHitThatDoesNotCome(t *testing.T) {
	plan, err := plan.Parse([]byte("events: {widget_opened: {hits: [meta]}}"), "plan.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	at := func(seconds int, e datalayer.Entry) datalayer.Entry {
		switch e := e.(type) {
		case *datalayer.Push:
			e.T = time.Duration(seconds) * time.Second
		case *datalayer.Hit:
			e.T = time.Duration(seconds) * time.Second
		}
		return e
	}
	entries := func() []datalayer.Entry {
		return []datalayer.Entry{
			at(1, push("widget_opened")),
			at(2, &datalayer.Hit{Vendor: "ga4", Event: "widget_opened", Status: 204, Cause: &datalayer.HitCause{Push: 1, Strength: "likely"}}),
			at(10, push("other")),
			at(20, push("other")),
			at(21, push("other")),
		}
	}
	begin := func() *session.Session {
		return session.New(datalayer.Header{}, session.Analysis{Rules: check.New(plan), GTM: engine.New()})
	}
	live := begin()
	for i, e := range entries() {
		live.Add(e)
		got := live.Snapshot()
		if reported := len(got.Findings) == 1 && got.Counts.Warnings == 1; reported != (i >= 3) {
			t.Errorf("after entry %d: %+v, %+v", i, got.Findings, got.Counts)
		}
	}
	read := begin()
	for _, src := range []struct {
		s       *session.Session
		batches []datalayer.Batch
	}{{live, nil}, {read, []datalayer.Batch{batch(entries()...)}}} {
		if err := src.s.Run(t.Context(), &script{err: io.EOF, batches: src.batches}); err != nil {
			t.Fatal(err)
		}
	}
	a, b := live.Snapshot(), read.Snapshot()
	if len(a.Findings) != 1 || !slices.EqualFunc(a.Findings, b.Findings, func(f, g rules.Finding) bool { return f.Equal(&g) }) || a.Counts != b.Counts {
		t.Errorf("%+v, %+v; read at once: %+v, %+v", a.Findings, a.Counts, b.Findings, b.Counts)
	}
}

// A page can send any number of hits for one message. In quadratic time this test would
// take hours.
func TestManyHitsOfOneMessage(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	opened := push("widget_opened")
	entries := []datalayer.Entry{opened}
	for i := range 100_000 {
		entries = append(entries, &datalayer.Hit{
			Vendor: "ga4", Event: "widget_opened", Error: fmt.Sprintf("reason %d", i/2), During: []datalayer.PushRef{{Push: opened}},
		})
	}
	s.Add(entries...)
	got := s.Snapshot()
	if about := got.About(0); len(about) != 100_000 {
		t.Errorf("%d hits", len(about))
	}
	findings := got.Verdict(0).Findings
	if len(findings) != 100 || findings[0].Equal(&findings[1]) || got.Counts.Warnings != 100 {
		t.Errorf("%d findings, %+v", len(findings), got.Counts)
	}
}
