package check

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/ga4tag"
	"layertap/rules/google"
	"layertap/rules/words"
)

// ga4 judges an event by the names and limits of Google Analytics 4: a gtag event that
// goes there, and one of a plan of GA4's events, which Google Tag Manager is to send
// there.
func (c *Checker) ga4() {
	m := c.now.message
	switch {
	case m.Event == "":
	case c.isGtag():
		if c.now.bound != gtm.No {
			c.ga4Event(m.Event, rules.Off)
			for i := range m.Fields {
				c.ga4Parameter(m.Fields[i].Name)
			}
			c.ga4Limits(m.Fields)
		}
	case c.now.rule != nil && c.now.rule.event.Plan.GA4:
		c.ga4Limits(c.eventFields())
	case c.now.rule == nil && c.sendsGA4:
		c.ga4Reserved(m.Event)
	}
}

// eventFields are the fields of the current message that hold its parameters: those in
// ecommerce where the event's are there.
func (c *Checker) eventFields() []datalayer.Field {
	fields := c.now.message.Fields
	if within := c.now.rule.event.Within; within != "" {
		for i := range fields {
			if f := &fields[i]; f.Name == within && f.Value.Fields != nil {
				return f.Value.Fields
			}
		}
	}
	return fields
}

// ga4Event judges the name of an event; with a severity it is not worse than that.
func (c *Checker) ga4Event(name string, most rules.Severity) bool {
	fault, detail := google.EventName(name)
	if fault == google.NameRight {
		return false
	}
	c.nameFault("event-"+string(fault), name, detail, most)
	return true
}

// ga4Reserved judges a data layer event that a container may send to GA4 under its
// name: what GA4 keeps for itself does not get there. How it is written isn't a fault of
// the data layer's.
func (c *Checker) ga4Reserved(name string) {
	fault, detail := google.EventName(name)
	if fault == google.NameReserved || fault == google.NamePrefix && detail != "_" {
		c.nameFault("event-"+string(fault), name, detail, rules.Warning)
	}
}

func (c *Checker) ga4Parameter(name string) {
	if rules.IsOwnKey(name) {
		return
	}
	if fault, detail := google.ParameterName(name); fault != google.NameRight {
		c.nameFault("parameter-"+string(fault), name, detail, rules.Off)
	}
}

func (c *Checker) nameFault(form, name, detail string, most rules.Severity) {
	f, ok := c.finding(rules.GA4Name, form, rules.Finding{}, nil, nil, "value", words.Quote(name), "expected", words.Quote(detail))
	if !ok {
		return
	}
	if most != rules.Off {
		f.Severity = min(f.Severity, most)
	}
	c.found = append(c.found, f)
}

// ga4Limits judges how many parameters an event has and how long their values are.
func (c *Checker) ga4Limits(fields []datalayer.Field) {
	count := 0
	for i := range fields {
		f := &fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		if f.Name == "items" && f.Value.Kind == datalayer.Array {
			c.ga4Items(f.Value.Items)
			continue
		}
		count++
		if isLong(f) {
			c.ga4Value(f.Name, f)
		}
	}
	if count > google.MaxParameters() {
		c.limit("parameters", "", strconv.Itoa(count), google.MaxParameters())
	}
}

func (c *Checker) ga4Items(items []datalayer.Value) {
	if len(items) > google.MaxItems() {
		c.limit("items", "items", strconv.Itoa(len(items)), google.MaxItems())
	}
	before := len(c.found)
	for i := range items {
		for j := range items[i].Fields {
			if f := &items[i].Fields[j]; isLong(f) {
				c.ga4Value("items["+strconv.Itoa(i)+"]."+f.Name, f)
			}
		}
		if len(c.found) > before { // one item reports them all
			return
		}
	}
}

// isLong reports whether a text may be longer than the value of a parameter can be.
func isLong(f *datalayer.Field) bool {
	return f.Value.Kind == datalayer.String && len(f.Value.Text) > google.MaxValue("")
}

func (c *Checker) ga4Value(path string, f *datalayer.Field) {
	if length := utf8.RuneCountInString(f.Value.Text); length > google.MaxValue(f.Name) {
		c.limit("value", path, strconv.Itoa(length), google.MaxValue(f.Name))
	}
}

func (c *Checker) limit(form, path, actual string, most int) {
	c.reportOn(rules.GA4Limit, form, rules.Finding{Path: path}, nil, nil, "actual", actual, "expected", strconv.Itoa(most))
}

// ga4Tags judges what firing GA4 tags send of the event: its name, and values of the
// message that are too long.
func (c *Checker) ga4Tags(outcome gtm.Outcome) {
	for _, f := range outcome.Tags {
		if f.Tag.Type != ga4tag.Type || f.Fires == gtm.No || !isRealTag(f.Tag) {
			continue
		}
		name := words.Quote(f.Tag.Name)
		if _, isEvents := ga4tag.EventName(f.Tag); isEvents { // a constant one is judged with the container
			if fault, detail := google.EventName(c.now.push.Event); fault != google.NameRight {
				c.reportOn(rules.GA4Name, "tag-"+string(fault), rules.Finding{}, nil, nil,
					"value", words.Quote(c.now.push.Event), "other", name, "expected", words.Quote(detail))
				return
			}
		}
		long, ok := ga4tag.TooLong(c.knownTags[f.Tag], c.now.message.Fields)
		if ok && !slices.ContainsFunc(c.found, func(f rules.Finding) bool { return f.Code == rules.GA4Limit }) {
			c.reportOn(rules.GA4Limit, "tag-value", rules.Finding{Path: long.Key}, nil, nil, "other", name,
				"value", words.Quote(long.Name), "actual", strconv.Itoa(long.Length), "expected", strconv.Itoa(google.MaxValue(long.Name)))
		}
	}
}

// ga4Tag judges the names that a container's GA4 tag sends, and how many they are.
func (c *Checker) ga4Tag(tag *gtm.Tag, parameters []ga4tag.Parameter) {
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

// tagFault reports something in a tag that no message changes.
func (c *Checker) tagFault(code rules.Code, form string, tag *gtm.Tag, name string, pairs ...string) {
	c.causes.Concerns(code, tag.Name+"\x00"+form+"\x00"+name, 0, func() (rules.Finding, bool) {
		return c.finding(code, form, rules.Finding{}, nil, nil, append(pairs, "value", words.Quote(name), "other", words.Quote(tag.Name))...)
	})
}
