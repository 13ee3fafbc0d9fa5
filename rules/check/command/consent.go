package command

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
func (c *Judge) consent(action, settings datalayer.Value) {
	if action.Opaque() {
		return
	}
	if !google.IsConsentAction(action.Text) {
		meant := "default"
		if strings.HasPrefix(strings.ToLower(action.Text), "u") || strings.Contains(strings.ToLower(action.Text), "grant") {
			meant = "update"
		}
		c.now.ReportOn(rules.ConsentCommand, "action", rules.Finding{Suggestion: meant}, nil, nil, "value", words.Quote(action.Text))
		return
	}
	for i := range settings.Fields {
		c.consentField(&settings.Fields[i])
	}
	c.consentOrder(action.Text)
}

func (c *Judge) consentField(f *datalayer.Field) {
	if f.Value.Opaque() {
		return
	}
	if setting, right := google.ConsentSetting(f.Name, f.Value); setting {
		if !right {
			c.now.ReportOn(rules.ConsentCommand, "setting", rules.Finding{Path: f.Name}, nil, nil, "path", words.Quote(f.Name), "value", words.Preview(f.Value))
		}
		return
	}
	if !google.IsConsentType(f.Name) && !c.isConsentType(f.Name) {
		form, meant := "key", google.MeantConsentType(f.Name)
		if near := c.consentNames().Near(f.Name); len(near) > 0 {
			meant = near[0].Name
		}
		if meant != "" {
			form = "key-near"
		}
		c.now.ReportOn(rules.ConsentCommand, form, rules.Finding{Path: f.Name, Suggestion: meant}, nil, nil, "path", words.Quote(f.Name))
		return
	}
	if !google.IsConsentValue(f.Value) {
		c.now.ReportOn(rules.ConsentCommand, "value", rules.Finding{Path: f.Name, Suggestion: google.MeantConsentValue(f.Value)}, nil, nil,
			"path", words.Quote(f.Name), "value", words.Preview(f.Value))
	}
}

// consentNames finds Google's types that a name was probably meant to be.
func (c *Judge) consentNames() *spelling.Speller {
	if c.speller == nil {
		c.speller = spelling.New(google.ConsentTypes())
	}
	return c.speller
}

// consentOrder judges when a consent command comes: a default has to come before
// everything that it is for, and an update after one.
func (c *Judge) consentOrder(action string) {
	state, push := c.now.Layer, c.now.Push
	if c.now.Page.Cause == datalayer.CauseAttach { // what came before nobody saw
		state.Defaulted = true
		return
	}
	before := state.Before
	if before == "" && c.reach.Sent(push.Page) {
		before = hitBefore
	}
	switch {
	case action == "default" && !state.Defaulted && before != "":
		c.lateDefault(push, before)
	case action == "update" && !state.Defaulted:
		c.causes.Concerns(rules.ConsentOrder, "none "+push.Layer, push.Seq, func() (rules.Finding, bool) {
			return c.now.Finding(rules.ConsentOrder, "none", rules.Finding{}, nil, nil, "other", words.Number(push.Seq))
		})
	}
	if action == "default" && !state.Defaulted && len(c.defaults) < maxDefaults {
		c.defaults[push.Page] = push
	}
	state.Defaulted = state.Defaulted || action == "default"
}

// hitBefore is a hit as a sentence has it, and maxDefaults bounds how many pages' defaults
// are kept in mind.
const (
	hitBefore   = "a hit to Google"
	maxDefaults = 1 << 16
)

// Hit takes in a hit. To Google it may have left before a default of its page, whichever
// was reported first.
func (c *Judge) Hit(hit *datalayer.Hit) {
	if hit.Vendor != "ga4" && hit.Vendor != "google-ads" {
		return
	}
	if set := c.defaults[hit.Page]; set != nil && hit.T < set.T { // it was answered later
		c.lateDefault(set, hitBefore)
	}
}

// lateDefault reports a default that comes after something that it is for: once for what
// comes before, on whichever page.
func (c *Judge) lateDefault(push *datalayer.Push, before string) {
	c.causes.Concerns(rules.ConsentOrder, "late "+push.Layer+" "+before, push.Seq, func() (rules.Finding, bool) {
		return c.now.Finding(rules.ConsentOrder, "late", rules.Finding{}, nil, nil, "other", before)
	})
}

// TakeOrder takes in what has to come after the consent default.
func (c *Judge) TakeOrder(outcome gtm.Outcome) {
	state, m := c.now.Layer, c.now.Message
	if state.Before != "" || state.Defaulted {
		return
	}
	switch {
	case c.now.IsGtag() && m.Event != "" && !m.Own:
		state.Before = "gtag(\"event\", " + words.Quote(m.Event) + ")"
	case c.now.IsGtag() && len(state.Configured) > 0:
		state.Before = "gtag(\"config\", …)"
	case m.Event != "" && !m.Own:
		state.Before = "the event " + words.Quote(m.Event)
	}
	for _, f := range outcome.Tags {
		if state.Before == "" && f.Fires == gtm.Yes && google.IsConsentAware(f.Tag.Type) && f.Tag.Container.Real() {
			state.Before = "the tag " + words.Quote(f.Tag.Name)
		}
	}
}
