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

// consent judges a consent command and when it occurs.
func (c *Judge) consent(action, settings datalayer.Value) {
	if action.Opaque() {
		return
	}
	if !google.IsConsentAction(action.Text) {
		intended := "default"
		if strings.HasPrefix(strings.ToLower(action.Text), "u") || strings.Contains(strings.ToLower(action.Text), "grant") {
			intended = "update"
		}
		c.now.ReportOn(rules.ConsentCommand, "action", rules.Finding{Suggestion: intended}, nil, nil, "value", words.Quote(action.Text))
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
		form, intended := "key", google.SuggestedConsentType(f.Name)
		if near := c.consentNames().Near(f.Name); len(near) > 0 {
			intended = near[0].Name
		}
		if intended != "" {
			form = "key-near"
		}
		c.now.ReportOn(rules.ConsentCommand, form, rules.Finding{Path: f.Name, Suggestion: intended}, nil, nil, "path", words.Quote(f.Name))
		return
	}
	if !google.IsConsentValue(f.Value) {
		c.now.ReportOn(rules.ConsentCommand, "value", rules.Finding{Path: f.Name, Suggestion: google.SuggestedConsentValue(f.Value)}, nil, nil,
			"path", words.Quote(f.Name), "value", words.Preview(f.Value))
	}
}

// consentNames returns a speller for Google's consent types.
func (c *Judge) consentNames() *spelling.Speller {
	if c.speller == nil {
		c.speller = spelling.New(google.ConsentTypes())
	}
	return c.speller
}

// consentOrder judges when a consent command occurs: a default has to precede
// everything that depends on it, and an update has to follow a default.
func (c *Judge) consentOrder(action string) {
	state, push := c.now.Layer, c.now.Push
	if c.now.Page.Cause == datalayer.CauseAttach { // earlier messages weren't captured
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

// hitBefore describes a hit in a sentence, and maxDefaults bounds the pages whose
// defaults are stored.
const (
	hitBefore   = "a hit to Google"
	maxDefaults = 1 << 16
)

// Hit adds a hit. A hit to Google may have been sent before its page's default, even if
// it is reported later.
func (c *Judge) Hit(hit *datalayer.Hit) {
	if hit.Vendor != "ga4" && hit.Vendor != "google-ads" {
		return
	}
	if set := c.defaults[hit.Page]; set != nil && hit.T < set.T { // its response came later
		c.lateDefault(set, hitBefore)
	}
}

// lateDefault reports a default after something that depends on it, once for each such
// thing on all pages.
func (c *Judge) lateDefault(push *datalayer.Push, before string) {
	c.causes.Concerns(rules.ConsentOrder, "late "+push.Layer+" "+before, push.Seq, func() (rules.Finding, bool) {
		return c.now.Finding(rules.ConsentOrder, "late", rules.Finding{}, nil, nil, "other", before)
	})
}

// TakeOrder records what has to follow the consent default.
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
