// Package parameters judges the parameters of a message by those of a plan's event.
package parameters

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// Judge judges the parameters of a session's messages. It is not safe for concurrent
// use.
type Judge struct {
	now     *current.Message
	plans   *planned.Plans
	started time.Time
	present []bool // of the slots of the levels that were entered
	seen    unplanned
}

// New returns a judge of the current messages.
func New(now *current.Message, plans *planned.Plans) *Judge { return &Judge{now: now, plans: plans} }

// Begin sets when the session started, which is needed to find timestamps in the
// future.
func (c *Judge) Begin(started time.Time) { c.started = started }

// Message judges the parameters of the current message as those of an event.
func (c *Judge) Message(rule *planned.Rule) {
	c.parametersOf(rule)
	if rule.Event.Schema != nil {
		c.schema(rule.Event)
	}
}

func (c *Judge) parametersOf(rule *planned.Rule) {
	m := c.now.Message
	within := rule.Event.Within
	if within == "" || m.Kind == datalayer.KindGtag {
		c.fields(rule.Level, m.Fields, true)
		return
	}
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.Name == within && f.Value.Fields != nil {
			c.now.Enter(within)
			c.fields(rule.Level, f.Value.Fields, false)
			c.now.Leave()
			return
		}
	}
	if len(rule.Level.Slots) == 0 {
		return
	}
	if slices.ContainsFunc(m.Fields, func(f datalayer.Field) bool { _, ok := rule.Level.Index[f.Name]; return ok }) {
		c.fields(rule.Level, m.Fields, true)
		return
	}
	c.container(within, m.Fields)
}

// container reports that the object that contains the parameters is missing or has a
// different name.
func (c *Judge) container(within string, fields []datalayer.Field) {
	for _, f := range fields {
		for _, near := range c.plans.Parameters.Spelling(f.Name).Near {
			if near.Name == within {
				c.now.Report(rules.MisspelledParameter, "plain", rules.Finding{Path: f.Name, Suggestion: within}, nil)
				return
			}
		}
	}
	c.now.Report(rules.MissingParameter, "plain", rules.Finding{Path: within}, nil, "what", "")
}

// fields judges the keys of a message, or of an object in it. top is set for those of
// the message itself.
func (c *Judge) fields(l *planned.Level, fields []datalayer.Field, top bool) {
	mark, unknown := len(c.present), 0
	for range l.Slots {
		c.present = append(c.present, false)
	}
	for i := range fields {
		f := &fields[i]
		if at, ok := l.Index[f.Name]; ok {
			c.present[mark+at] = true
			c.now.Enter(f.Name)
			c.value(&l.Slots[at], f.Value)
			c.now.Leave()
		} else if !top || !rules.IsOwnKey(f.Name) {
			unknown++
		}
	}
	for i := 0; unknown > 0 && i < len(fields); i++ {
		f := &fields[i]
		if _, ok := l.Index[f.Name]; !ok && (!top || !rules.IsOwnKey(f.Name)) {
			c.unplannedParameter(l, mark, fields, f, top)
			unknown--
		}
	}
	for i := range l.Slots {
		if !c.present[mark+i] {
			c.missing(l, mark, fields, l.Slots[i].Parameter)
		}
	}
	c.present = c.present[:mark]
}

// unplannedParameter judges a key that isn't in the plan at this place.
func (c *Judge) unplannedParameter(l *planned.Level, mark int, fields []datalayer.Field, f *datalayer.Field, top bool) {
	if head, _, dotted := strings.Cut(f.Name, "."); dotted && top { // GTM nests it
		if at, ok := l.Index[head]; ok {
			c.present[mark+at] = true
			return
		}
	}
	if p, at := c.slip(l, mark, fields, f.Name, top); p != nil {
		c.misspelled(l, mark, f, current.Suggestion{Finding: rules.Finding{Suggestion: p.Name, Note: p.Misspellings[f.Name]}}, at)
		return
	}
	if s, at, ok := c.suggest(l, mark, fields, f.Name, top); ok {
		c.misspelled(l, mark, f, s, at)
		return
	}
	if c.stringified(f.Name, f.Value) {
		return
	}
	if drifted := c.drift(l, f.Name); !drifted && !l.Open && !c.extra() {
		c.now.Report(rules.UnexpectedParameter, "plain", rules.Finding{Path: c.now.At(f.Name)}, nil)
	}
	if c.now.Depth() == 0 { // keys in unknown objects are often data and not names
		c.typeOf(f.Name, f.Value)
	}
}

// elsewhere is the slot of a parameter of a different event.
const elsewhere = -1

// misspelled reports the parameter that was meant, and judges the value as that
// parameter's.
func (c *Judge) misspelled(l *planned.Level, mark int, f *datalayer.Field, s current.Suggestion, at int) {
	s.Path = c.now.At(f.Name)
	if at == elsewhere {
		c.now.Report(rules.MisspelledParameter, s.Form(), s.Finding, nil, "suggestion", s.All())
		return
	}
	c.present[mark+at] = true
	c.now.Report(rules.MisspelledParameter, s.Form(), s.Finding, l.Slots[at].Parameter, "suggestion", s.All())
	c.now.Enter(f.Name)
	c.value(&l.Slots[at], f.Value)
	c.now.Leave()
}

// slip returns the parameter for which the plan lists name as a misspelling, and its
// slot; nil if there is none, or if the message has the parameter under its right name.
func (c *Judge) slip(l *planned.Level, mark int, fields []datalayer.Field, name string, top bool) (*plan.Parameter, int) {
	if at, ok := l.Wrong[name]; ok && !c.present[mark+at] {
		return l.Slots[at].Parameter, at
	}
	p := c.plans.Slip(name)
	if p == nil || !top || current.Has(fields, p.Name) {
		return nil, elsewhere
	}
	return p, elsewhere
}

// extra reports whether the event may have parameters that aren't in the plan.
func (c *Judge) extra() bool {
	event := c.now.Rule.Event
	if event.Extra != nil {
		return *event.Extra
	}
	return event.Plan.Extra
}

// ownFirst is how much farther a parameter of the event may be than one of another
// event and still be the better guess.
const ownFirst = 0.5

// suggest returns the parameter that was probably meant by name, and its slot. Parameters
// that the message has under their right names are excluded.
func (c *Judge) suggest(l *planned.Level, mark int, fields []datalayer.Field, name string, top bool) (current.Suggestion, int, bool) {
	verdict := c.plans.Parameters.Spelling(name)
	var own, others []spelling.Candidate
	for _, near := range verdict.Near {
		at, ok := l.Index[near.Name]
		switch {
		case ok && !c.present[mark+at]:
			own = append(own, near)
		case !ok && top && !current.Has(fields, near.Name):
			others = append(others, near)
		}
	}
	if len(own) > 0 && (len(others) == 0 || own[0].Cost <= others[0].Cost+ownFirst) {
		s := current.Suggest(own)
		return s, l.Index[s.Suggestion], true
	}
	if len(others) > 0 {
		return current.Suggest(others), elsewhere, true
	}
	return current.Suggestion{}, elsewhere, false
}

// elsewhereInMessage reports where a missing parameter was found: at the top level of
// the message, next to the object that should contain it, or in the format of Universal
// Analytics.
func (c *Judge) elsewhereInMessage(p *plan.Parameter) bool {
	within := ""
	if c.now.Rule != nil {
		within = c.now.Rule.Event.Within
	}
	if within == "" || !c.now.IsIn(within) {
		return false
	}
	fields := c.now.Fields
	if current.Has(fields, p.Name) {
		c.now.Report(rules.MissingParameter, "beside", rules.Finding{Path: c.now.At(p.Name)}, p, "other", words.Quote(p.Name))
		return true
	}
	if p.Name != "items" {
		return false
	}
	for i := range fields {
		if fields[i].Name != within {
			continue
		}
		for j := range fields[i].Value.Fields {
			f := &fields[i].Value.Fields[j]
			_, products := f.Value.Get("products")
			if products || f.Name == "products" || f.Name == "impressions" {
				at := within + "." + f.Name
				if products {
					at += ".products"
				}
				c.now.Report(rules.MissingParameter, "universal", rules.Finding{Path: c.now.At(p.Name)}, p, "other", words.Quote(at))
				return true
			}
		}
	}
	return false
}

// missing reports that a parameter is missing where it should be.
func (c *Judge) missing(l *planned.Level, mark int, fields []datalayer.Field, p *plan.Parameter) {
	if p.Required && len(p.With) == 0 && len(p.Without) == 0 && len(p.When) == 0 {
		if c.elsewhereInMessage(p) {
			return
		}
		c.now.Report(rules.MissingParameter, "plain", rules.Finding{Path: c.now.At(p.Name)}, p, "what", what(p))
		return
	}
	for _, other := range p.With {
		if at, ok := l.Index[other]; ok && c.present[mark+at] {
			c.now.Report(rules.MissingParameter, "with", rules.Finding{Path: c.now.At(p.Name)}, p, "other", words.Quote(other))
			return
		}
	}
	if len(p.Without) > 0 && c.lacksAll(l, mark, p) {
		c.now.Report(rules.MissingParameter, "without", rules.Finding{Path: c.now.At(p.Name)}, p, "other", rules.OneOf(words.Quoted(p.Without)))
		return
	}
	for other, values := range p.When {
		for i := range fields {
			if f := &fields[i]; f.Name == other && slices.Contains(values, f.Value.Text) {
				c.now.Report(rules.MissingParameter, "when", rules.Finding{Path: c.now.At(p.Name)}, p, "other", words.Quote(other)+" is "+words.Preview(f.Value))
				return
			}
		}
	}
}

// lacksAll reports whether all of the parameters whose absence makes p required are
// missing. If several are required in each other's absence, only the first is reported.
func (c *Judge) lacksAll(l *planned.Level, mark int, p *plan.Parameter) bool {
	for _, name := range p.Without {
		at, ok := l.Index[name]
		if ok && (c.present[mark+at] || at < l.Index[p.Name] && slices.Contains(l.Slots[at].Parameter.Without, p.Name)) {
			return false
		}
	}
	return true
}

// what adds a parameter's description to a fix if it is one sentence.
func what(p *plan.Parameter) string {
	description := strings.TrimSuffix(strings.TrimSpace(p.Description), ".")
	if description == "" || strings.Contains(description, ". ") {
		return ""
	}
	first, size := utf8.DecodeRuneInString(description)
	if second, _ := utf8.DecodeRuneInString(description[size:]); unicode.IsUpper(second) {
		return ": " + description // it begins with an abbreviation
	}
	return ": " + string(unicode.ToLower(first)) + description[size:]
}
