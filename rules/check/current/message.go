// Package current holds the message that is being judged and makes the findings about it.
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

// Subject is what findings are about: a message, or the session if it is empty.
type Subject struct {
	datalayer.Message
	Page  *datalayer.Page
	Push  *datalayer.Push
	Layer *Layer
	Rule  *planned.Rule // nil for an event that is in no plan
	Bound gtm.Truth     // whether a gtag event goes to GA4
}

// IsGtag reports whether the message is a call of gtag().
func (s *Subject) IsGtag() bool { return s.Kind == datalayer.KindGtag }

// PlanEvent is the event of the plan that the message is judged as; nil for none.
func (s *Subject) PlanEvent() *plan.Event {
	if s.Rule == nil {
		return nil
	}
	return s.Rule.Event
}

// SendTo are the destinations that the message names.
func (s *Subject) SendTo() []string {
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Name == "send_to" {
			return Texts(f.Value)
		}
	}
	return nil
}

// Texts are the texts of a value that may be one or a list of them.
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

// Has reports whether fields have one of that name.
func Has(fields []datalayer.Field, name string) bool {
	for i := range fields {
		if fields[i].Name == name {
			return true
		}
	}
	return false
}

// Message is the message that is being judged, with the place in it that is looked at and
// what was found so far.
type Message struct {
	Subject

	plans *planned.Plans
	path  []segment
	found []rules.Finding
}

// New returns no message yet. The plans say how bad findings are.
func New(plans *planned.Plans) *Message { return &Message{plans: plans} }

// Begin makes s the subject, of which nothing was found so far.
func (m *Message) Begin(s Subject) {
	m.Subject, m.path, m.found = s, m.path[:0], m.found[:0]
}

// segment is a step on the way to a value: a key, or an index where the name is
// empty.
type segment struct {
	name  string
	index int
}

// At returns the path to where the judge is in the message, followed by name.
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

// Enter goes into the value of a key, EnterIndex into an item of a list, and Leave back
// out of it.
func (m *Message) Enter(name string) { m.path = append(m.path, segment{name: name}) }

// EnterIndex goes into an item of a list.
func (m *Message) EnterIndex(index int) { m.path = append(m.path, segment{index: index}) }

// Leave goes back out of what was entered last.
func (m *Message) Leave() { m.path = m.path[:len(m.path)-1] }

// Depth is how many values were entered; 0 on the top level of the message.
func (m *Message) Depth() int { return len(m.path) }

// IsIn reports whether the judge is directly in the value of a key of the message.
func (m *Message) IsIn(name string) bool { return len(m.path) == 1 && m.path[0].name == name }

// Report adds a finding about the message that is being judged. form is the
// case of the code's texts; pairs of words fill them in, beside event and path.
func (m *Message) Report(code rules.Code, form string, f rules.Finding, p *plan.Parameter, pairs ...string) {
	m.ReportOn(code, form, f, m.PlanEvent(), p, pairs...)
}

// ReportOn adds a finding that concerns an event of a plan, which need not be
// that of the message.
func (m *Message) ReportOn(code rules.Code, form string, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) {
	if f, ok := m.Finding(code, form, f, event, p, pairs...); ok {
		m.Add(f)
	}
}

// Finding makes a finding; it is not ok if a plan switched the code off.
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

// complete fills in a finding's texts and what the plan says about its subject.
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

// Add adds findings that were made before.
func (m *Message) Add(f ...rules.Finding) { m.found = append(m.found, f...) }

// Found is what was found so far, in that order. It holds until the next message.
func (m *Message) Found() []rules.Finding { return m.found }

// Sorted returns what was found, the worst first; nil for nothing.
func (m *Message) Sorted() []rules.Finding {
	if len(m.found) == 0 {
		return nil
	}
	found := slices.Clone(m.found)
	slices.SortStableFunc(found, func(a, b rules.Finding) int { return int(b.Severity) - int(a.Severity) })
	return found
}
