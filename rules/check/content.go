package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// content judges the parameters of an event.
func (c *Checker) content(rule *eventRule) {
	c.parametersOf(rule)
	if rule.event.Schema != nil {
		c.schema(rule.event)
	}
}

func (c *Checker) parametersOf(rule *eventRule) {
	m := c.now.message
	within := rule.event.Within
	if within == "" || m.Kind == datalayer.KindGtag {
		c.fields(rule.level, m.Fields, true)
		return
	}
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.Name == within && f.Value.Fields != nil {
			c.enter(within)
			c.fields(rule.level, f.Value.Fields, false)
			c.leave()
			return
		}
	}
	if len(rule.level.slots) == 0 {
		return
	}
	if slices.ContainsFunc(m.Fields, func(f datalayer.Field) bool { _, ok := rule.level.index[f.Name]; return ok }) {
		c.fields(rule.level, m.Fields, true)
		return
	}
	c.container(within, m.Fields)
}

// container says that the object that holds the parameters is not there, or
// under which name it is.
func (c *Checker) container(within string, fields []datalayer.Field) {
	for _, f := range fields {
		for _, near := range c.parameters.spelling(f.Name).near {
			if near.Name == within {
				c.report(rules.MisspelledParameter, "plain", rules.Finding{Path: f.Name, Suggestion: within}, nil)
				return
			}
		}
	}
	c.report(rules.MissingParameter, "plain", rules.Finding{Path: within}, nil, "what", "")
}

// fields judges the keys of a message, or of an object in it. On top are those
// of the message itself.
func (c *Checker) fields(l *level, fields []datalayer.Field, top bool) {
	mark, unknown := len(c.present), 0
	for range l.slots {
		c.present = append(c.present, false)
	}
	for i := range fields {
		f := &fields[i]
		if at, ok := l.index[f.Name]; ok {
			c.present[mark+at] = true
			c.enter(f.Name)
			c.value(&l.slots[at], f.Value)
			c.leave()
		} else if !top || !rules.IsOwnKey(f.Name) {
			unknown++
		}
	}
	for i := 0; unknown > 0 && i < len(fields); i++ {
		f := &fields[i]
		if _, ok := l.index[f.Name]; !ok && (!top || !rules.IsOwnKey(f.Name)) {
			c.unplannedParameter(l, mark, fields, f, top)
			unknown--
		}
	}
	for i := range l.slots {
		if !c.present[mark+i] {
			c.missing(l, mark, fields, l.slots[i].parameter)
		}
	}
	c.present = c.present[:mark]
}

// unplannedParameter judges a key that the plan does not have here.
func (c *Checker) unplannedParameter(l *level, mark int, fields []datalayer.Field, f *datalayer.Field, top bool) {
	if head, _, dotted := strings.Cut(f.Name, "."); dotted && top { // GTM nests it
		if at, ok := l.index[head]; ok {
			c.present[mark+at] = true
			return
		}
	}
	if p, at := c.slip(l, mark, fields, f.Name, top); p != nil {
		c.misspelled(l, mark, f, suggestion{rules.Finding{Suggestion: p.Name, Note: p.Misspellings[f.Name]}}, at)
		return
	}
	if s, at, ok := c.meant(l, mark, fields, f.Name, top); ok {
		c.misspelled(l, mark, f, s, at)
		return
	}
	if c.stringified(f.Name, f.Value) {
		return
	}
	if drifted := c.drift(l, f.Name); !drifted && !l.open && !c.extra() {
		c.report(rules.UnexpectedParameter, "plain", rules.Finding{Path: c.at(f.Name)}, nil)
	}
	if len(c.path) == 0 { // keys inside unknown objects are data as often as names
		c.typeOf(f.Name, f.Value)
	}
}

// elsewhere stands for the slot of a parameter of another event.
const elsewhere = -1

// misspelled says which parameter was meant, and judges the value as that one's.
func (c *Checker) misspelled(l *level, mark int, f *datalayer.Field, s suggestion, at int) {
	s.Path = c.at(f.Name)
	if at == elsewhere {
		c.report(rules.MisspelledParameter, s.form(), s.Finding, nil, "suggestion", s.all())
		return
	}
	c.present[mark+at] = true
	c.report(rules.MisspelledParameter, s.form(), s.Finding, l.slots[at].parameter, "suggestion", s.all())
	c.enter(f.Name)
	c.value(&l.slots[at], f.Value)
	c.leave()
}

// slip finds the parameter of which a plan knows that it is misspelled so, and its
// slot; nil for none, and where the message has it by its right name.
func (c *Checker) slip(l *level, mark int, fields []datalayer.Field, name string, top bool) (*plan.Parameter, int) {
	if at, ok := l.wrong[name]; ok && !c.present[mark+at] {
		return l.slots[at].parameter, at
	}
	p := c.slips[name]
	if p == nil || !top || has(fields, p.Name) {
		return nil, elsewhere
	}
	return p, elsewhere
}

// extra reports whether the event may carry parameters that the plan does not name.
func (c *Checker) extra() bool {
	event := c.now.rule.event
	if event.Extra != nil {
		return *event.Extra
	}
	return event.Plan.Extra
}

// ownFirst is by how much a parameter of the event may be farther than one of
// another event and still be the better guess.
const ownFirst = 0.5

// meant finds the parameter that was probably meant by name, and its slot. One
// that the message has by its right name was not meant.
func (c *Checker) meant(l *level, mark int, fields []datalayer.Field, name string, top bool) (suggestion, int, bool) {
	verdict := c.parameters.spelling(name)
	var own, others []spelling.Candidate
	for _, near := range verdict.near {
		at, ok := l.index[near.Name]
		switch {
		case ok && !c.present[mark+at]:
			own = append(own, near)
		case !ok && top && !has(fields, near.Name):
			others = append(others, near)
		}
	}
	if len(own) > 0 && (len(others) == 0 || own[0].Cost <= others[0].Cost+ownFirst) {
		s := suggest(own)
		return s, l.index[s.Suggestion], true
	}
	if len(others) > 0 {
		return suggest(others), elsewhere, true
	}
	return suggestion{}, elsewhere, false
}

func has(fields []datalayer.Field, name string) bool {
	for i := range fields {
		if fields[i].Name == name {
			return true
		}
	}
	return false
}

// elsewhereInMessage tells where a missing parameter was found: on the top level of the
// message, beside the object that should have it, or in the shape of Universal Analytics.
func (c *Checker) elsewhereInMessage(p *plan.Parameter) bool {
	within := ""
	if c.now.rule != nil {
		within = c.now.rule.event.Within
	}
	if within == "" || len(c.path) != 1 || c.path[0].name != within {
		return false
	}
	fields := c.now.message.Fields
	if has(fields, p.Name) {
		c.report(rules.MissingParameter, "beside", rules.Finding{Path: c.at(p.Name)}, p, "other", words.Quote(p.Name))
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
				c.report(rules.MissingParameter, "universal", rules.Finding{Path: c.at(p.Name)}, p, "other", words.Quote(at))
				return true
			}
		}
	}
	return false
}

// missing says that a parameter is not there, where it should be.
func (c *Checker) missing(l *level, mark int, fields []datalayer.Field, p *plan.Parameter) {
	if p.Required && len(p.With) == 0 && len(p.Without) == 0 && len(p.When) == 0 {
		if c.elsewhereInMessage(p) {
			return
		}
		c.report(rules.MissingParameter, "plain", rules.Finding{Path: c.at(p.Name)}, p, "what", what(p))
		return
	}
	for _, other := range p.With {
		if at, ok := l.index[other]; ok && c.present[mark+at] {
			c.report(rules.MissingParameter, "with", rules.Finding{Path: c.at(p.Name)}, p, "other", words.Quote(other))
			return
		}
	}
	if len(p.Without) > 0 && c.lacksAll(l, mark, p) {
		c.report(rules.MissingParameter, "without", rules.Finding{Path: c.at(p.Name)}, p, "other", rules.OneOf(words.Quoted(p.Without)))
		return
	}
	for other, values := range p.When {
		for i := range fields {
			if f := &fields[i]; f.Name == other && slices.Contains(values, f.Value.Text) {
				c.report(rules.MissingParameter, "when", rules.Finding{Path: c.at(p.Name)}, p, "other", words.Quote(other)+" is "+words.Preview(f.Value))
				return
			}
		}
	}
}

// lacksAll reports whether none of the parameters is there in whose absence p is
// required. Of those that are required in each other's absence only the first
// says so.
func (c *Checker) lacksAll(l *level, mark int, p *plan.Parameter) bool {
	for _, name := range p.Without {
		at, ok := l.index[name]
		if ok && (c.present[mark+at] || at < l.index[p.Name] && slices.Contains(l.slots[at].parameter.Without, p.Name)) {
			return false
		}
	}
	return true
}

// what adds a parameter's description to advice, where that is one sentence.
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
