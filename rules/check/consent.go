package check

import (
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/google"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// consent judges a consent command and the moment in which it comes.
func (c *Checker) consent(action, settings datalayer.Value) {
	if action.Opaque() {
		return
	}
	if !google.IsConsentAction(action.Text) {
		meant := "default"
		if strings.HasPrefix(strings.ToLower(action.Text), "u") || strings.Contains(strings.ToLower(action.Text), "grant") {
			meant = "update"
		}
		c.reportOn(rules.ConsentCommand, "action", rules.Finding{Suggestion: meant}, nil, nil, "value", words.Quote(action.Text))
		return
	}
	for i := range settings.Fields {
		c.consentField(&settings.Fields[i])
	}
	c.consentOrder(action.Text)
}

func (c *Checker) consentField(f *datalayer.Field) {
	if f.Value.Opaque() {
		return
	}
	if setting, right := google.ConsentSetting(f.Name, f.Value); setting {
		if !right {
			c.reportOn(rules.ConsentCommand, "setting", rules.Finding{Path: f.Name}, nil, nil, "path", words.Quote(f.Name), "value", words.Preview(f.Value))
		}
		return
	}
	if !google.IsConsentType(f.Name) && !c.consentTypes[f.Name] {
		form, meant := "key", google.MeantConsentType(f.Name)
		if near := c.consentNames().Near(f.Name); len(near) > 0 {
			meant = near[0].Name
		}
		if meant != "" {
			form = "key-near"
		}
		c.reportOn(rules.ConsentCommand, form, rules.Finding{Path: f.Name, Suggestion: meant}, nil, nil, "path", words.Quote(f.Name))
		return
	}
	if !google.IsConsentValue(f.Value) {
		c.reportOn(rules.ConsentCommand, "value", rules.Finding{Path: f.Name, Suggestion: google.MeantConsentValue(f.Value)}, nil, nil,
			"path", words.Quote(f.Name), "value", words.Preview(f.Value))
	}
}

// consentNames finds Google's types that a name was probably meant to be.
func (c *Checker) consentNames() *spelling.Speller {
	if c.consentSpeller == nil {
		c.consentSpeller = spelling.New(google.ConsentTypes())
	}
	return c.consentSpeller
}

// consentOrder judges when a consent command comes: a default has to come before
// everything that it is for, and an update after one.
func (c *Checker) consentOrder(action string) {
	state, push := c.now.layer, c.now.push
	if c.now.page.Cause == datalayer.CauseAttach { // what came before nobody saw
		state.defaulted = true
		return
	}
	before := state.before
	if before == "" && c.reach.Sent(push.Page) {
		before = hitBefore
	}
	switch {
	case action == "default" && !state.defaulted && before != "":
		c.lateDefault(push, before)
	case action == "update" && !state.defaulted:
		c.causes.Concerns(rules.ConsentOrder, "none "+push.Layer, push.Seq, func() (rules.Finding, bool) {
			return c.finding(rules.ConsentOrder, "none", rules.Finding{}, nil, nil, "other", words.Number(push.Seq))
		})
	}
	if action == "default" && !state.defaulted && len(c.defaults) < maxDefaults {
		c.defaults[push.Page] = push
	}
	state.defaulted = state.defaulted || action == "default"
}

// hitBefore is a hit as a sentence has it, and maxDefaults bounds how many pages' defaults
// are kept in mind.
const (
	hitBefore   = "a hit to Google"
	maxDefaults = 1 << 16
)

// lateDefault reports a default that comes after something that it is for: once for what
// comes before, on whichever page.
func (c *Checker) lateDefault(push *datalayer.Push, before string) {
	c.causes.Concerns(rules.ConsentOrder, "late "+push.Layer+" "+before, push.Seq, func() (rules.Finding, bool) {
		return c.finding(rules.ConsentOrder, "late", rules.Finding{}, nil, nil, "other", before)
	})
}

// takeOrder takes in what has to come after the consent default.
func (c *Checker) takeOrder(outcome gtm.Outcome) {
	state, m := c.now.layer, c.now.message
	if state.before != "" || state.defaulted {
		return
	}
	switch {
	case c.isGtag() && m.Event != "" && !m.Own:
		state.before = "gtag(\"event\", " + words.Quote(m.Event) + ")"
	case c.isGtag() && len(state.configured) > 0:
		state.before = "gtag(\"config\", …)"
	case m.Event != "" && !m.Own:
		state.before = "the event " + words.Quote(m.Event)
	}
	for _, f := range outcome.Tags {
		if state.before == "" && f.Fires == gtm.Yes && google.IsConsentAware(f.Tag.Type) && isRealTag(f.Tag) {
			state.before = "the tag " + words.Quote(f.Tag.Name)
		}
	}
}
