// Package simulate pushes messages at a container without a browser, through the same
// pipeline that a visit takes.
package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/session"
)

// Message is one message to push: its event's name and its text as JSON.
type Message struct {
	Event string
	Text  []byte
}

// MaxMessages bounds a simulation.
const MaxMessages = 10_000

// Options say how messages are pushed.
type Options struct {
	// Apart gives each message a page of its own, so that none sees what another set.
	Apart bool
	// Consent is the state of consent types, as "ad_storage": "denied".
	Consent map[string]string
	URL     string // of the pages; empty for https://www.example.com/
	Plans   []*plan.Plan
}

// Started is the time of every simulation, so that two of them are equal.
var Started = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// New returns a session of the messages, each page's own events first, and the source
// that it is to be run with. Its errors are about messages that aren't JSON.
func New(c *gtm.Container, messages []Message, o Options) (*session.Session, session.Source, error) {
	if len(messages) > MaxMessages {
		return nil, nil, fmt.Errorf("%d messages are too many; at most %d can be simulated at once", len(messages), MaxMessages)
	}
	if o.URL == "" {
		o.URL = "https://www.example.com/"
	}
	src := &source{options: o}
	if err := src.fill(messages); err != nil {
		return nil, nil, err
	}
	return session.New(datalayer.Header{ID: "simulation", Tool: "layertap", Started: Started, URL: o.URL},
		session.Analysis{Rules: check.New(o.Plans...), GTM: engine.New(c)}), src, nil
}

// Run pushes the messages at the container, and returns the session of [New] when it has
// ended. Its errors are those of New and of ctx.
func Run(ctx context.Context, c *gtm.Container, messages []Message, o Options) (session.Snapshot, error) {
	s, src, err := New(c, messages, o)
	if err != nil {
		return session.Snapshot{}, err
	}
	if err := s.Run(ctx, src); err != nil {
		return session.Snapshot{}, err
	}
	return s.Snapshot(), ctx.Err()
}

// source is the simulated visit.
type source struct {
	options Options
	entries []datalayer.Entry
	page    string
	at      time.Duration
	handed  bool
}

func (s *source) Next(context.Context) (datalayer.Batch, error) {
	if s.handed {
		return datalayer.Batch{}, io.EOF
	}
	s.handed = true
	return datalayer.Batch{Entries: s.entries}, nil
}

func (s *source) fill(messages []Message) error {
	if len(messages) == 0 || !s.options.Apart {
		s.open()
	}
	for _, m := range messages {
		if s.options.Apart {
			s.open()
		}
		v, err := datalayer.Decode(m.Text)
		if err != nil {
			return fmt.Errorf("reading the message %.60q: %w", m.Text, err)
		}
		s.push(m.Text, v.Kind != datalayer.Object)
	}
	return nil
}

// open begins a page with what Google Tag Manager and the page push there themselves.
func (s *source) open() {
	s.page = fmt.Sprintf("p%d", len(s.entries)+1)
	s.entries = append(s.entries, &datalayer.Page{
		Place: s.place(), ID: s.page, Target: "t1", Frame: "main", URL: s.options.URL, Cause: datalayer.CauseLoad,
	})
	if len(s.options.Consent) > 0 {
		state, _ := json.Marshal(s.options.Consent) // strings always can be written
		s.push(fmt.Appendf(nil, `["consent","default",%s]`, state), true)
	}
	for _, event := range []string{"gtm.js", "gtm.dom", "gtm.load"} {
		s.push(fmt.Appendf(nil, `{"event":%q}`, event), false)
	}
}

func (s *source) push(text []byte, arguments bool) {
	kind, event := datalayer.Identify("dataLayer", text, arguments)
	s.entries = append(s.entries, &datalayer.Push{
		Place: s.place(), Page: s.page, Frame: "main", Layer: "dataLayer", Kind: kind, Event: event,
		Message: text, Received: datalayer.Yes, Via: datalayer.ViaPush,
	})
}

func (s *source) place() datalayer.Place {
	s.at += 1000 * time.Millisecond
	return datalayer.Place{T: s.at}
}

// Own reports whether a push is one of those that open every simulated page.
func Own(p *datalayer.Push) bool {
	return strings.HasPrefix(p.Event, "gtm.") || p.Kind == datalayer.KindGtag && p.Event == ""
}

// Samples returns a message with sample values for every event of the plans, or for
// those that are named, in the plans' order. The error names an event that no plan has.
func Samples(plans []*plan.Plan, names ...string) ([]Message, error) {
	var all []Message
	found := map[string]bool{}
	for _, p := range plans {
		for _, e := range p.Events {
			if len(names) > 0 && !slices.Contains(names, e.Name) {
				continue
			}
			found[e.Name] = true
			all = append(all, Message{Event: e.Name, Text: Sample(e)})
		}
	}
	for _, name := range names {
		if !found[name] {
			return nil, fmt.Errorf("no plan has the event %q; name another, or give the plan with --plan", name)
		}
	}
	return all, nil
}
