package demo_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/demo"
	"layertap/flow"
	"layertap/probe"
	"layertap/probe/visit"
	"layertap/session"
)

// A Recorder flow of the tour's visit, which clicks and types like a visitor, results in
// the messages of the tour.
func TestVisitByFlow(t *testing.T) {
	text, err := os.ReadFile("testdata/visit.flow.json")
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := flow.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	recorded.Steps = recorded.Steps[2:] // after the viewport and the first page
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	started := time.Now()
	browser, err := probe.Open(probe.Options{
		URL: start(t).URL(), Browser: os.Getenv("LAYERTAP_BROWSER"), Headless: true, Started: started, Container: findContainer,
		Visit: visit.Visit{Viewport: visit.Size{Width: 1280, Height: 800}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{Started: started}, analysis(t))
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx, browser) }()
	live := func(s session.Snapshot) bool { return !s.Attachment.Since.IsZero() }
	err = awaitSnapshot(ctx, s, live)
	if err == nil {
		err = browser.Play(ctx, recorded, func(int, flow.Step) {})
	}
	if err == nil {
		err = awaitSnapshot(ctx, s, pushed(lastOfVisit))
	}
	if err := errors.Join(err, browser.Close(), <-ran); err != nil {
		t.Fatalf("%v; so far there is\n%s", err, describe(t, s.Snapshot()))
	}
	text, err = os.ReadFile("testdata/tour.txt")
	if err != nil {
		t.Fatal(err)
	}
	tour := regexp.MustCompile(`(?m)^  `+demo.TourOver+`.*\n`).ReplaceAllString(string(text), "")
	if diff := cmp.Diff(strings.Split(tour, "\n"), strings.Split(describe(t, s.Snapshot()), "\n")); diff != "" {
		t.Errorf("the tour (-) and the flow (+):\n%s", diff)
	}
}

// lastOfVisit is the last event of the visit before the end of the tour.
const lastOfVisit = "widget_loaded"

func awaitSnapshot(ctx context.Context, s *session.Session, until func(session.Snapshot) bool) error {
	for version := uint64(0); ; {
		snapshot, newer := s.Wait(ctx, version)
		switch {
		case until(snapshot):
			return nil
		case !newer:
			return ctx.Err()
		case snapshot.Attachment.Phase == datalayer.Over:
			return errors.New("the browser has gone")
		}
		version = snapshot.Version
	}
}

// pushed reports whether the last page of a session has pushed an event.
func pushed(event string) func(session.Snapshot) bool {
	return func(s session.Snapshot) bool {
		page, seen := "", false
		for i := range s.Len() {
			switch e := s.Entry(i).(type) {
			case *datalayer.Page:
				page, seen = e.ID, false
			case *datalayer.Push:
				seen = seen || e.Page == page && e.Event == event
			}
		}
		return seen
	}
}
