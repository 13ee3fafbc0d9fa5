package demo_test

import (
	stdcmp "cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/demo"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/internal/golden"
	"layertap/probe"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
)

// The tour in real Chrome, captured by the probe, equals testdata/tour.txt: every
// message with its parameters and findings, and no others.
func TestTour(t *testing.T) {
	for round := range 3 {
		t.Run(fmt.Sprint(round+1), func(t *testing.T) {
			seen := play(t, "")
			golden.Compare(t, "testdata/tour.txt", describe(t, seen))
			checkFaults(t, seen)
		})
	}
}

// The same tour with a fixed widget has no findings, and every event of the plan
// occurs.
func TestFixedTour(t *testing.T) {
	seen := play(t, "&fixed")
	for i := range seen.Len() {
		for _, f := range seen.Verdict(i).Findings {
			t.Errorf("%s: %s %s", seen.Entry(i).(*datalayer.Push).Event, f.Code, f.Message)
		}
	}
	for _, f := range seen.Findings {
		t.Errorf("the session: %s %s", f.Code, f.Message)
	}
	for _, event := range seen.Coverage {
		if event.Seen == 0 || len(event.Unfilled) > 0 {
			t.Errorf("%s was seen %d times, unfilled: %v", event.Event, event.Seen, event.Unfilled)
		}
	}
}

// checkFaults compares the findings with the planted faults.
func checkFaults(t *testing.T, s session.Snapshot) {
	t.Helper()
	faults, err := demo.Faults()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, fault := range faults {
		if f := fault.Finding; f != nil {
			want = append(want, strings.Join([]string{fault.Event, f.Code, f.Path, f.Suggestion}, " "))
		}
	}
	for i := range s.Len() {
		for _, f := range s.Verdict(i).Findings {
			event := s.Entry(i).(*datalayer.Push).Event
			got = append(got, strings.Join([]string{event, string(f.Code), f.Path, f.Suggestion}, " "))
		}
	}
	for _, f := range s.Findings {
		event := "the session" // its sentence begins with the event
		if rest, ok := strings.CutPrefix(f.Message, `"`); ok {
			event, _, _ = strings.Cut(rest, `"`)
		}
		got = append(got, strings.Join([]string{event, string(f.Code), f.Path, f.Suggestion}, " "))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-planted +found):\n%s", diff)
	}
}

// patience bounds the wait for the end of a tour. It is much longer than a tour takes
// on a busy machine.
const patience = 10 * time.Minute

// play plays the tour, with more appended to its URL, and returns the session when it
// has ended.
func play(t *testing.T, more string) session.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	started := time.Now()
	browser, err := probe.Open(probe.Options{
		URL:       start(t).TourURL(demo.Fast) + more,
		Browser:   os.Getenv("LAYERTAP_BROWSER"),
		Headless:  true,
		Started:   started,
		Container: findContainer,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{Started: started}, analysis(t))
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx, browser) }()

	waitErr := waitForEnd(ctx, s)
	if err := errors.Join(waitErr, browser.Close(), <-ran); err != nil {
		t.Fatalf("the tour did not come to its end: %v; %+v", err, s.Snapshot().Attachment)
	}
	return s.Snapshot()
}

func analysis(t *testing.T) session.Analysis {
	t.Helper()
	plan := plantest.Widget(t)
	triggers, err := gtm.Patterns(plan.Triggers...)
	if err != nil {
		t.Fatal(err)
	}
	return session.Analysis{Rules: check.New(plan), GTM: engine.New(triggers)}
}

// waitForEnd returns when the session has received the tour's last message, or when its
// source has ended.
func waitForEnd(ctx context.Context, s *session.Session) error {
	var version uint64
	seen := 0
	for {
		snapshot, newer := s.Wait(ctx, version)
		if !newer {
			return ctx.Err()
		}
		version = snapshot.Version
		for ; seen < snapshot.Len(); seen++ {
			if push, ok := snapshot.Entry(seen).(*datalayer.Push); ok && push.Event == demo.TourOver {
				return nil
			}
		}
		if snapshot.Attachment.Phase == datalayer.Over {
			return errors.New("the browser has gone")
		}
	}
}

// describe formats a session as text: each page, followed by the messages in its data
// layer. Messages are grouped by document, because those pushed while a document
// unloads may arrive after the next one has started.
func describe(t *testing.T, s session.Snapshot) string {
	t.Helper()
	var pages []string
	at := map[string]int{} // by page ID
	for i := range s.Len() {
		switch e := s.Entry(i).(type) {
		case *datalayer.Page:
			address, err := url.Parse(e.URL)
			if err != nil {
				t.Fatal(err)
			}
			at[e.ID] = len(pages)
			pages = append(pages, fmt.Sprintf("%s (%s)\n", address.Path, e.Cause))
		case *datalayer.Push:
			pages[at[e.Page]] += describeMessage(t, e, s.Verdict(i).Findings) + describeHits(s.About(i))
		case *datalayer.Gap:
			t.Errorf("a gap: %s", e.Why)
		case *datalayer.Hit:
			if e.Page == "" || e.Event != "page_view" && (e.Cause == nil || e.Cause.Strength == "weak") {
				t.Errorf("nobody knows where the hit %s came from: %+v", e.Event, e.Cause)
			}
		}
	}
	return strings.Join(pages, "\n")
}

// describeHits lists the hits caused by a message: what GA4 received, and whether it
// was rejected.
func describeHits(about []datalayer.Entry) string {
	text := ""
	for _, e := range about {
		if hit, ok := e.(*datalayer.Hit); ok && hit.Cause.Strength != "weak" {
			line := fmt.Sprint("    → ", hit.Vendor, " ", hit.Event)
			if hit.KeyEvent {
				line += ", a key event"
			}
			if hit.Status >= 400 {
				line += fmt.Sprint(", ", hit.Status)
			}
			text += line + "\n"
		}
	}
	return text
}

// describeMessage formats a message, its parameters in the order in which they were
// pushed, and its findings.
func describeMessage(t *testing.T, push *datalayer.Push, findings []rules.Finding) string {
	t.Helper()
	value, err := datalayer.Decode(push.Message)
	if err != nil {
		t.Fatal(err)
	}
	var parameters []string
	for _, field := range value.Fields {
		if field.Name != "event" {
			parameters = append(parameters, field.Name)
		}
	}
	text := strings.TrimRight(fmt.Sprintf("  %-34s %s", stdcmp.Or(push.Event, "(no event)"), strings.Join(parameters, " ")), " ") + "\n"
	for _, f := range findings {
		text += "    " + strings.TrimSpace(fmt.Sprint(f.Code, " ", f.Path, " ", f.Suggestion)) + "\n"
	}
	return text
}
