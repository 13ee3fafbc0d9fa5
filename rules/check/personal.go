package check

import (
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/leftover"
	"layertap/rules/personal"
	"layertap/rules/words"
)

// values judges the message's values independently of the plan: personal data, and
// remains of templates.
func (c *Checker) values() {
	for i := range c.now.Fields {
		f := &c.now.Fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		form := "plain"
		if c.now.Rule != nil && c.allowsPersonal(f.Name) {
			form = ""
		}
		c.now.Enter(f.Name)
		c.valueIn(f.Name, f.Value, form)
		c.now.Leave()
	}
}

// personalHit reports personal data in the parameters of a hit, except in those that
// may contain it in the message.
func (c *Checker) personalHit(hit *datalayer.Hit) {
	params, err := datalayer.Decode(hit.Params)
	if err != nil {
		return // it has none
	}
	for _, f := range params.Fields {
		name := personal.BareName(f.Name)
		if c.now.Rule != nil && c.allowsPersonal(name) {
			continue
		}
		if name == f.Name && f.Value.Text != "" && strings.Trim(f.Value.Text, "0123456789") == "" || f.Value.Text == hit.ID {
			continue // the vendor's own numbers, which may look like a card's
		}
		c.now.Enter(f.Name)
		c.valueIn(name, f.Value, "hit", "other", hit.Vendor)
		c.now.Leave()
	}
}

// allowsPersonal reports whether the plan has a parameter with that name, or a similar
// one, that may contain what looks like personal data.
func (c *Checker) allowsPersonal(name string) bool {
	l := c.now.Rule.Level
	at, ok := l.Index[name]
	if !ok {
		if near := c.plans.Parameters.Spelling(name).Near; len(near) > 0 {
			at, ok = l.Index[near[0].Name]
		}
	}
	return ok && l.Slots[at].Parameter.Personal
}

// valueIn judges a value and its parts. form is that of personal data; empty if it is
// allowed.
func (c *Checker) valueIn(key string, v datalayer.Value, form string, pairs ...string) {
	switch {
	case v.Kind == datalayer.String || v.Kind == datalayer.Number:
		if v.Kind == datalayer.String && form != "hit" {
			if form, part := leftover.Find(v.Text); form != "" {
				c.now.ReportOn(rules.TemplateLeftover, form, rules.Finding{Path: c.now.At("")}, nil, nil, "actual", words.Quote(part))
			}
		}
		if form == "" {
			return
		}
		if kind := personal.KindOf(key, v); kind != "" {
			c.now.Report(rules.PersonalData, form, rules.Finding{Path: c.now.At("")}, nil,
				append([]string{"actual", kind.Words(), "value", personal.MaskAs(v.Text, kind)}, pairs...)...)
		}
	case v.Kind == datalayer.Redacted && (form == "" || !personal.Kind(v.Text).IsFinding()):
	case v.Kind == datalayer.Redacted: // it was removed from the recording
		c.now.Report(rules.PersonalData, form, rules.Finding{Path: c.now.At("")}, nil,
			append([]string{"actual", personal.Kind(v.Text).Words(), "value", "redacted"}, pairs...)...)
	case len(v.Fields) > 0 && v.Kind != datalayer.Element:
		for i := range v.Fields {
			c.now.Enter(v.Fields[i].Name)
			c.valueIn(v.Fields[i].Name, v.Fields[i].Value, form, pairs...)
			c.now.Leave()
		}
	default:
		for i := range v.Items {
			c.now.EnterIndex(i)
			c.valueIn(key, v.Items[i], form, pairs...)
			c.now.Leave()
		}
	}
}
