// Package ga4 judges events and tags by the names and limits of Google Analytics 4.
package ga4

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/check/current"
	"layertap/rules/check/planned"
	"layertap/rules/ga4tag"
	"layertap/rules/google"
	"layertap/rules/words"
)

// Judge judges the events of a session and the tags of its containers. It is not safe
// for concurrent use.
type Judge struct {
	now    *current.Message
	plans  *planned.Plans
	causes *causes.Causes
}

// New returns a judge of the current messages.
func New(now *current.Message, plans *planned.Plans, causes *causes.Causes) *Judge {
	return &Judge{now, plans, causes}
}

// Event judges the current message by the names and limits of Google Analytics 4: a
// gtag event sent there, or an event of a plan for GA4, which Google Tag Manager should
// send there.
func (c *Judge) Event() {
	m := c.now.Message
	switch {
	case m.Event == "":
	case c.now.IsGtag():
		if c.now.Bound != gtm.No {
			c.name(m.Event, rules.Off)
			for i := range m.Fields {
				c.parameter(m.Fields[i].Name)
			}
			c.limits(m.Fields)
		}
	case c.now.Rule != nil && c.now.Rule.Event.Plan.GA4:
		c.limits(c.eventFields())
	case c.now.Rule == nil && c.plans.GA4:
		c.reserved(m.Event)
	}
}

// eventFields returns the fields that contain the current message's parameters: those
// in ecommerce, if the event has its parameters there.
func (c *Judge) eventFields() []datalayer.Field {
	fields := c.now.Fields
	if within := c.now.Rule.Event.Within; within != "" {
		for i := range fields {
			if f := &fields[i]; f.Name == within && f.Value.Fields != nil {
				return f.Value.Fields
			}
		}
	}
	return fields
}

// name judges the name of an event; most is the maximum severity.
func (c *Judge) name(name string, most rules.Severity) bool {
	fault, detail := google.EventName(name)
	if fault == google.NameRight {
		return false
	}
	c.nameFault("event-"+string(fault), name, detail, most)
	return true
}

// reserved judges a data layer event that a container may send to GA4 under its name:
// GA4 rejects reserved names. The notation isn't a mistake in the data layer.
func (c *Judge) reserved(name string) {
	fault, detail := google.EventName(name)
	if fault == google.NameReserved || fault == google.NamePrefix && detail != "_" {
		c.nameFault("event-"+string(fault), name, detail, rules.Warning)
	}
}

func (c *Judge) parameter(name string) {
	if rules.IsOwnKey(name) {
		return
	}
	if fault, detail := google.ParameterName(name); fault != google.NameRight {
		c.nameFault("parameter-"+string(fault), name, detail, rules.Off)
	}
}

func (c *Judge) nameFault(form, name, detail string, most rules.Severity) {
	f, ok := c.now.Finding(rules.GA4Name, form, rules.Finding{}, nil, nil, "value", words.Quote(name), "expected", words.Quote(detail))
	if !ok {
		return
	}
	if most != rules.Off {
		f.Severity = min(f.Severity, most)
	}
	c.now.Add(f)
}

// limits judges the number of an event's parameters and the length of their values.
func (c *Judge) limits(fields []datalayer.Field) {
	count := 0
	for i := range fields {
		f := &fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		if f.Name == "items" && f.Value.Kind == datalayer.Array {
			c.items(f.Value.Items)
			continue
		}
		count++
		if isLong(f) {
			c.value(f.Name, f)
		}
	}
	if count > google.MaxParameters() {
		c.limit("parameters", "", strconv.Itoa(count), google.MaxParameters())
	}
}

func (c *Judge) items(items []datalayer.Value) {
	if len(items) > google.MaxItems() {
		c.limit("items", "items", strconv.Itoa(len(items)), google.MaxItems())
	}
	before := len(c.now.Found())
	for i := range items {
		for j := range items[i].Fields {
			if f := &items[i].Fields[j]; isLong(f) {
				c.value("items["+strconv.Itoa(i)+"]."+f.Name, f)
			}
		}
		if len(c.now.Found()) > before { // reported once for all items
			return
		}
	}
}

// isLong reports whether a text may be longer than the maximum for a parameter.
func isLong(f *datalayer.Field) bool {
	return f.Value.Kind == datalayer.String && len(f.Value.Text) > google.MaxValue("")
}

func (c *Judge) value(path string, f *datalayer.Field) {
	if length := utf8.RuneCountInString(f.Value.Text); length > google.MaxValue(f.Name) {
		c.limit("value", path, strconv.Itoa(length), google.MaxValue(f.Name))
	}
}

func (c *Judge) limit(form, path, actual string, most int) {
	c.now.ReportOn(rules.GA4Limit, form, rules.Finding{Path: path}, nil, nil, "actual", actual, "expected", strconv.Itoa(most))
}

// Tags judges what firing GA4 tags send for the event: its name, and values in the
// message that are too long.
func (c *Judge) Tags(outcome gtm.Outcome, sends map[*gtm.Tag][]ga4tag.Parameter) {
	for _, f := range outcome.Tags {
		if f.Tag.Type != ga4tag.Type || f.Fires == gtm.No || !f.Tag.Container.Real() {
			continue
		}
		name := words.Quote(f.Tag.Name)
		if _, isEvents := ga4tag.EventName(f.Tag); isEvents { // a constant one is judged with the container
			if fault, detail := google.EventName(c.now.Push.Event); fault != google.NameRight {
				c.now.ReportOn(rules.GA4Name, "tag-"+string(fault), rules.Finding{}, nil, nil,
					"value", words.Quote(c.now.Push.Event), "other", name, "expected", words.Quote(detail))
				return
			}
		}
		long, ok := ga4tag.TooLong(sends[f.Tag], c.now.Fields)
		if ok && !slices.ContainsFunc(c.now.Found(), func(f rules.Finding) bool { return f.Code == rules.GA4Limit }) {
			c.now.ReportOn(rules.GA4Limit, "tag-value", rules.Finding{Path: long.Key}, nil, nil, "other", name,
				"value", words.Quote(long.Name), "actual", strconv.Itoa(long.Length), "expected", strconv.Itoa(google.MaxValue(long.Name)))
		}
	}
}

// Tag judges the names and the number of parameters that a container's GA4 tag sends.
func (c *Judge) Tag(tag *gtm.Tag, parameters []ga4tag.Parameter) {
	if tag.Type != ga4tag.Type || tag.Paused {
		return
	}
	if name, _ := ga4tag.EventName(tag); name != "" {
		if fault, detail := google.EventName(name); fault != google.NameRight {
			c.tagFault(rules.GA4Name, "tag-"+string(fault), tag, name, "expected", words.Quote(detail))
		}
	}
	for _, p := range parameters {
		if fault, _ := google.ParameterName(p.Name); fault != google.NameRight {
			c.tagFault(rules.GA4Name, "tag-parameter", tag, p.Name)
		}
	}
	if n := len(parameters); n > google.MaxParameters() {
		c.tagFault(rules.GA4Limit, "tag", tag, "", "actual", strconv.Itoa(n), "expected", strconv.Itoa(google.MaxParameters()))
	}
}

// tagFault reports a mistake in a tag that is the same for every message.
func (c *Judge) tagFault(code rules.Code, form string, tag *gtm.Tag, name string, pairs ...string) {
	c.causes.Concerns(code, tag.Name+"\x00"+form+"\x00"+name, 0, func() (rules.Finding, bool) {
		return c.now.Finding(code, form, rules.Finding{}, nil, nil, append(pairs, "value", words.Quote(name), "other", words.Quote(tag.Name))...)
	})
}
