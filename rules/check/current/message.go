// Package current has the message that is being judged, and creates the findings about
// it.
package current

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// Subject is what findings are about: a message or, if it is empty, the session.
type Subject struct {
	datalayer.Message
	Page  *datalayer.Page
	Push  *datalayer.Push
	Layer *Layer
	Rule  *planned.Rule // nil for an event that isn't in a plan
	Bound gtm.Truth     // whether a gtag event is sent to GA4
}

// IsGtag reports whether the message is a call of gtag().
func (s *Subject) IsGtag() bool { return s.Kind == datalayer.KindGtag }

// PlanEvent returns the plan's event for the message; nil if there is none.
func (s *Subject) PlanEvent() *plan.Event {
	if s.Rule == nil {
		return nil
	}
	return s.Rule.Event
}

// SendTo returns the destinations in the message.
func (s *Subject) SendTo() []string {
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Name == "send_to" {
			return Texts(f.Value)
		}
	}
	return nil
}

// Texts returns the texts of a value that may be a text or a list of texts.
func Texts(v datalayer.Value) []string {
	switch v.Kind {
	case datalayer.String:
		return []string{v.Text}
	case datalayer.Array:
		var all []string
		for i := range v.Items {
			if v.Items[i].Kind == datalayer.String {
				all = append(all, v.Items[i].Text)
			}
		}
		return all
	}
	return nil
}

// Has reports whether fields contain one with that name.
func Has(fields []datalayer.Field, name string) bool {
	for i := range fields {
		if fields[i].Name == name {
			return true
		}
	}
	return false
}

// Message is the message that is being judged, the current position in it, and the
// findings so far.
type Message struct {
	Subject

	plans *planned.Plans
	path  []segment
	found []rules.Finding
}

// New returns a Message without a subject. The plans determine severities.
func New(plans *planned.Plans) *Message { return &Message{plans: plans} }

// Begin sets the subject and clears the findings.
func (m *Message) Begin(s Subject) {
	m.Subject, m.path, m.found = s, m.path[:0], m.found[:0]
}

// segment is a step of a path: a key or, if name is empty, an index.
type segment struct {
	name  string
	index int
}

// At returns the path of the current position, followed by name.
func (m *Message) At(name string) string {
	var b strings.Builder
	for _, s := range m.path {
		if s.name == "" {
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		}
		dot(&b)
		b.WriteString(s.name)
	}
	if name != "" {
		dot(&b)
		b.WriteString(name)
	}
	return b.String()
}

func dot(b *strings.Builder) {
	if b.Len() > 0 {
		b.WriteByte('.')
	}
}

// Enter moves the position to the value of a key.
func (m *Message) Enter(name string) { m.path = append(m.path, segment{name: name}) }

// EnterIndex moves the position to an item of a list.
func (m *Message) EnterIndex(index int) { m.path = append(m.path, segment{index: index}) }

// Leave moves the position back to before the last Enter or EnterIndex.
func (m *Message) Leave() { m.path = m.path[:len(m.path)-1] }

// Depth returns the depth of the position; 0 at the top level of the message.
func (m *Message) Depth() int { return len(m.path) }

// IsIn reports whether the position is directly in the value of a key of the message.
func (m *Message) IsIn(name string) bool { return len(m.path) == 1 && m.path[0].name == name }

// Report adds a finding about the current message. form is the case of the code's
// texts; pairs are replacements for placeholders, in addition to event and path.
func (m *Message) Report(code rules.Code, form string, f rules.Finding, p *plan.Parameter, pairs ...string) {
	m.ReportOn(code, form, f, m.PlanEvent(), p, pairs...)
}

// ReportOn adds a finding about an event of a plan, which may differ from the
// message's.
func (m *Message) ReportOn(code rules.Code, form string, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) {
	if f, ok := m.Finding(code, form, f, event, p, pairs...); ok {
		m.Add(f)
	}
}

// Finding creates a finding; ok is false if a plan turned the code off.
func (m *Message) Finding(code rules.Code, form string, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) (rules.Finding, bool) {
	severity := m.plans.Severity(code, event)
	if severity == rules.Off {
		return f, false
	}
	name := m.Event
	if name == "" {
		name = "the message"
	} else {
		name = words.Quote(name)
	}
	return complete(code, form, severity, f, event, p,
		append(pairs, "event", name, "path", words.Quote(f.Path), "suggestion", words.Quote(f.Suggestion))...), true
}

// complete sets a finding's texts and what the plan contains about its subject.
func complete(code rules.Code, form string, severity rules.Severity, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) rules.Finding {
	f.Code, f.Severity = code, severity
	if event != nil {
		f.Plan, f.Description, f.Owner, f.Link = event.Plan.Name, event.Description, event.Owner, event.Link
		f.Owner, f.Link = cmp.Or(f.Owner, event.Plan.Owner), cmp.Or(f.Link, event.Plan.Link)
		if f.Description == "" {
			f.Description = event.Trigger
		}
	}
	if p != nil {
		f.Description = cmp.Or(p.Description, f.Description)
		f.Owner, f.Link = cmp.Or(p.Owner, f.Owner), cmp.Or(p.Link, f.Link)
	}
	f.Message, f.Fix = rules.Sentences(code, form, pairs...)
	return f
}

// Add adds existing findings.
func (m *Message) Add(f ...rules.Finding) { m.found = append(m.found, f...) }

// Found returns the findings so far, in order. It is valid until the next message.
func (m *Message) Found() []rules.Finding { return m.found }

// Sorted returns the findings, the most severe first; nil if there are none.
func (m *Message) Sorted() []rules.Finding {
	if len(m.found) == 0 {
		return nil
	}
	found := slices.Clone(m.found)
	slices.SortStableFunc(found, func(a, b rules.Finding) int { return int(b.Severity) - int(a.Severity) })
	return found
}
