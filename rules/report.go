package rules

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// severity is how bad a code is here: as the event says, or its plan, or any
// plan in force where the event is in none, or else as it is by itself.
func (c *Checker) severity(code Code, event *Event) Severity {
	if event != nil {
		if s, ok := event.severities[code]; ok {
			return s
		}
		if s, ok := event.plan.severities[code]; ok {
			return s
		}
	} else {
		for _, plan := range slices.Backward(c.plans) {
			if s, ok := plan.severities[code]; ok {
				return s
			}
		}
	}
	t, ok := finding(code)
	if !ok {
		return Off
	}
	s, _ := severityOf(t.Severity)
	return s
}

// report adds a finding about the message that is being judged. form is the
// case of the code's texts; words fill them in, beside event and path.
func (c *Checker) report(code Code, form string, f Finding, p *Parameter, words ...string) {
	var event *Event
	if c.now.rule != nil {
		event = c.now.rule.event
	}
	c.reportOn(code, form, f, event, p, words...)
}

// reportOn adds a finding that concerns an event of a plan, which need not be
// that of the message.
func (c *Checker) reportOn(code Code, form string, f Finding, event *Event, p *Parameter, words ...string) {
	severity := c.severity(code, event)
	if severity == Off {
		return
	}
	name := c.now.message.event
	if name == "" {
		name = "the message"
	}
	c.found = append(c.found, complete(code, form, severity, f, event, p,
		append(words, "event", name, "path", f.Path, "suggestion", f.Suggestion)...))
}

// complete fills in a finding's texts and what the plan says about its subject.
func complete(code Code, form string, severity Severity, f Finding, event *Event, p *Parameter, words ...string) Finding {
	f.Code, f.Severity = code, severity
	if event != nil {
		f.Plan, f.Description, f.Owner, f.Link = event.plan.Name, event.Description, event.Owner, event.Link
		f.Owner, f.Link = first(f.Owner, event.plan.Owner), first(f.Link, event.plan.Link)
		if f.Description == "" {
			f.Description = event.Trigger
		}
	}
	if p != nil {
		f.Description = first(p.Description, f.Description)
		f.Owner, f.Link = first(p.Owner, f.Owner), first(p.Link, f.Link)
	}
	if t, ok := finding(code); ok {
		sentence := t.Says[form]
		f.Message, f.Mend = capital(fill(sentence.Message, words)), capital(fill(sentence.Mend, words))
	}
	return f
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// capital makes a sentence out of text that began with a word to be filled in.
func capital(s string) string {
	if strings.HasPrefix(s, "the ") {
		return "T" + s[1:]
	}
	return s
}

// suggestion is a finding with the names that were probably meant.
type suggestion struct{ Finding }

// suggest makes one of candidates, the nearest first, keeping those that are as
// near as the first.
func suggest(near []candidate) suggestion {
	s := suggestion{Finding{Suggestion: near[0].name}}
	for _, other := range near[1:] {
		if other.cost-near[0].cost <= equallyNear && len(s.Also) < maxEqual-1 {
			s.Also = append(s.Also, other.name)
		}
	}
	return s
}

func (s suggestion) form() string {
	if len(s.Also) > 0 {
		return "several"
	}
	return "plain"
}

// all is the names as a sentence has them.
func (s suggestion) all() string {
	return oneOf(append([]string{s.Suggestion}, s.Also...))
}

// article puts a or an before a word.
func article(word string) string {
	switch {
	case word == "null" || word == "undefined":
		return word
	case word == "url":
		return "a " + word
	case strings.ContainsRune("aeiou", rune(word[0])):
		return "an " + word
	}
	return "a " + word
}

// kindWord is what a value is, in words.
func kindWord(v datalayer.Value) string { return article(v.Kind.String()) }

// maxPreview is how many characters of a value stand in a sentence.
const maxPreview = 60

// preview shows a value in a sentence, its personal data masked.
func preview(v datalayer.Value) string {
	var s string
	if v.Kind == datalayer.String {
		s = `"` + masked(v.Text) + `"`
	} else {
		s = string(datalayer.Encode(nil, v))
	}
	if runes := []rune(s); len(runes) > maxPreview {
		return string(runes[:maxPreview-1]) + "…"
	}
	return s
}
