// Package simulate evaluates messages in a container without a browser, through the
// same pipeline as captured messages.
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

// Message is a message to push: the event's name, and the message as JSON.
type Message struct {
	Event string
	Text  []byte
}

// MaxMessages bounds a simulation.
const MaxMessages = 10_000

// Options configures a simulation.
type Options struct {
	// Apart pushes each message on a page of its own, so that none sees values set by
	// another.
	Apart bool
	// Consent is the state of consent types, such as "ad_storage": "denied".
	Consent map[string]string
	URL     string // of the pages; empty for https://www.example.com/
	Plans   []*plan.Plan
}

// Started is the time at which every simulation starts, so that equal ones have equal
// results.
var Started = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// New returns a session for the messages, preceded by each page's own events, and the
// source to run it with. The errors are about messages that aren't valid JSON.
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

// Run evaluates the messages in the container, and returns the ended session of [New].
// Its errors are those of New and of ctx.
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

// source is the source of a simulated session.
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

// open starts a page with the messages that Google Tag Manager and the page push first.
func (s *source) open() {
	s.page = fmt.Sprintf("p%d", len(s.entries)+1)
	s.entries = append(s.entries, &datalayer.Page{
		Place: s.place(), ID: s.page, Target: "t1", Frame: "main", URL: s.options.URL, Cause: datalayer.CauseLoad,
	})
	if len(s.options.Consent) > 0 {
		state, _ := json.Marshal(s.options.Consent) // strings can always be encoded
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

// Own reports whether a push is one of the first ones of every simulated page.
func Own(p *datalayer.Push) bool {
	return strings.HasPrefix(p.Event, "gtm.") || p.Kind == datalayer.KindGtag && p.Event == ""
}

// Samples returns a message with sample values for every event of the plans, in order,
// or only for the named events. The error names an event that isn't in a plan.
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
			return nil, fmt.Errorf("no plan has the event %q; name its plan with --plan, such as --plan ga4, or push messages of your own with --messages", name)
		}
	}
	return all, nil
}
