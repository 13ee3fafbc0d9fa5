package check

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/personal"
)

// personal says where the message holds personal data.
func (c *Checker) personal() {
	for i := range c.now.message.Fields {
		f := &c.now.message.Fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		if c.now.rule != nil && c.allowsPersonal(f.Name) {
			continue
		}
		c.enter(f.Name)
		c.personalIn(f.Name, f.Value, "plain")
		c.leave()
	}
}

// personalHit says where the parameters of a hit hold personal data, but for
// those that may in the message that it came from.
func (c *Checker) personalHit(hit *datalayer.Hit) {
	params, err := datalayer.Decode(hit.Params)
	if err != nil {
		return // it has none
	}
	for _, f := range params.Fields {
		name := personal.BareName(f.Name)
		if c.now.rule != nil && c.allowsPersonal(name) {
			continue
		}
		if name == f.Name && isDigits(f.Value.Text) || f.Value.Text == hit.ID {
			continue // the vendor's own numbers, some of which could be a card's
		}
		c.enter(f.Name)
		c.personalIn(name, f.Value, "hit", "other", hit.Vendor)
		c.leave()
	}
}

// allowsPersonal says whether the plan has a parameter of that name, or nearly,
// that may look like personal data.
func (c *Checker) allowsPersonal(name string) bool {
	l := c.now.rule.level
	at, ok := l.index[name]
	if near := c.parameters.spelling(name).near; !ok && len(near) > 0 {
		at, ok = l.index[near[0].Name]
	}
	return ok && l.slots[at].parameter.Personal
}

func (c *Checker) personalIn(key string, v datalayer.Value, form string, words ...string) {
	switch {
	case v.Kind == datalayer.String || v.Kind == datalayer.Number:
		if kind := personal.KindOf(key, v); kind != "" {
			c.report(rules.PersonalData, form, rules.Finding{Path: c.at("")}, nil,
				append([]string{"actual", kind.Words(), "value", personal.MaskAs(v.Text, kind)}, words...)...)
		}
	case v.Kind == datalayer.Redacted: // it was there, and was taken out of the recording
		c.report(rules.PersonalData, form, rules.Finding{Path: c.at("")}, nil,
			append([]string{"actual", personal.Kind(v.Text).Words(), "value", "redacted"}, words...)...)
	case len(v.Fields) > 0 && v.Kind != datalayer.Element:
		for i := range v.Fields {
			c.enter(v.Fields[i].Name)
			c.personalIn(v.Fields[i].Name, v.Fields[i].Value, form, words...)
			c.leave()
		}
	default:
		for i := range v.Items {
			c.enterIndex(i)
			c.personalIn(key, v.Items[i], form, words...)
			c.leave()
		}
	}
}
