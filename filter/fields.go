package filter

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
)

// Field is a property of messages that can be used in a filter.
type Field struct {
	Name    string
	Help    string // a short description
	Example string
	late    bool // it can change after the message
	// texts calls each with the texts of the field until a call returns true, and
	// reports whether one did. It is nil for fields with their own syntax.
	texts func(m *message, each func(string) bool) bool
}

// Fields returns the fields, the most used first.
func Fields() []Field {
	return []Field{
		{"event", "the event's name", "event:widget_", false, eventTexts},
		{"param", "a parameter's name or path, optionally with its value", "param:link_url~wa.me", false, nil},
		{"value", "the value of any parameter", "value=undefined", false, nil},
		{"trigger", "a trigger that matches the message, or may", "trigger:Clicks", true, triggerTexts},
		{"tag", "a tag that a trigger matches, whether it fires or not", "tag:GA4", true, tagTexts},
		{"fired", "a tag that fires on the message", "fired:GA4", true, firedTexts},
		{"blocked", "a tag that a trigger blocks", "blocked:GA4", true, blockedTexts},
		{"consent", "a consent type that blocks a tag", "consent:ad_storage", true, consentTexts},
		{"variable", "a container variable's name, optionally with its value", "variable:Page=7", true, nil},
		{"hit", "the vendor, event or ID of a hit that the message caused", "hit:ga4", true, hitTexts},
		{"url", "the URL of the page or frame that pushed it", "url:/checkout", false, urlTexts},
		{"page", "the page's title, or its ID in the session", "page=p1", false, pageTexts},
		{"frame", "main, or the frame's ID", "frame=main", false, frameTexts},
		{"layer", "the data layer's name", "layer=dataLayer", false, layerTexts},
		{"kind", "the form of the message: object, gtag, command, function or other", "kind=gtag", false, kindTexts},
		{"code", "the code of a finding", "code:misspelled", true, codeTexts},
		{"note", "the text of your note on it", "note:ask", true, noteTexts},
		{"mark", "your mark on it", "mark:★", true, markTexts},
		{"seq", "its number, or a range of numbers", "seq:10-20", false, nil},
	}
}

// Word is a keyword with a special meaning. In quotes it is an ordinary text.
type Word struct {
	Name string
	Help string
	late bool
	test test
}

// Words returns the keywords with a special meaning.
func Words() []Word {
	return []Word{
		{"error", "has an error", true, severity(rules.Error)},
		{"warning", "has a warning", true, severity(rules.Warning)},
		{"info", "has an info finding", true, severity(rules.Info)},
		{"finding", "has any of these", true, func(m *message) bool { return len(m.verdict().Findings) > 0 }},
		{"gtm", "is one of Google Tag Manager's own gtm.* events", false, func(m *message) bool {
			return m.push.Own()
		}},
	}
}

func severity(s rules.Severity) test {
	return func(m *message) bool {
		for _, f := range m.verdict().Findings {
			if f.Severity == s {
				return true
			}
		}
		return false
	}
}

func eventTexts(m *message, each func(string) bool) bool { return each(m.push.Event) }
func frameTexts(m *message, each func(string) bool) bool { return each(m.push.Frame) }
func layerTexts(m *message, each func(string) bool) bool { return each(m.push.Layer) }
func kindTexts(m *message, each func(string) bool) bool  { return each(string(m.push.Kind)) }

func urlTexts(m *message, each func(string) bool) bool {
	return each(m.session.Page(m.push.Page).URL)
}

func pageTexts(m *message, each func(string) bool) bool {
	return each(m.push.Page) || each(m.session.Page(m.push.Page).Title)
}

func triggerTexts(m *message, each func(string) bool) bool {
	for _, match := range m.verdict().Outcome.Triggers {
		if each(match.Trigger.Name) {
			return true
		}
	}
	return false
}

// tagTexts calls each with the tags that fire, may fire, or don't fire although they
// were triggered.
func tagTexts(m *message, each func(string) bool) bool {
	outcome := m.verdict().Outcome
	for _, firing := range outcome.Tags {
		if each(firing.Tag.Name) {
			return true
		}
	}
	for _, kept := range outcome.NotFired {
		if each(kept.Tag.Name) {
			return true
		}
	}
	return false
}

func firedTexts(m *message, each func(string) bool) bool {
	for _, firing := range m.verdict().Outcome.Tags {
		if firing.Fires == gtm.Yes && each(firing.Tag.Name) {
			return true
		}
	}
	return false
}

func blockedTexts(m *message, each func(string) bool) bool {
	for _, kept := range m.verdict().Outcome.NotFired {
		if kept.Status == gtm.StatusBlocked && each(kept.Tag.Name) {
			return true
		}
	}
	return false
}

func consentTexts(m *message, each func(string) bool) bool {
	for _, kept := range m.verdict().Outcome.NotFired {
		if kept.Status != gtm.StatusHeldBack {
			continue
		}
		for _, denied := range strings.Split(kept.Consent, ", ") {
			if each(denied) {
				return true
			}
		}
	}
	return false
}

// variable matches messages for which a variable with a matching name has a known and
// matching value. value may be nil.
func variable(name pattern, value *pattern) test {
	return func(m *message) bool {
		explained, ok := m.session.Explain(m.index)
		return ok && slices.ContainsFunc(explained.Variables, func(r gtm.Reading) bool {
			return r.Known && name.matches(r.Variable.Name) && (value == nil || leaves("", r.Value, func(_, text string) bool { return value.matches(text) }))
		})
	}
}

func codeTexts(m *message, each func(string) bool) bool {
	for _, f := range m.verdict().Findings {
		if each(string(f.Code)) {
			return true
		}
	}
	return false
}

func hitTexts(m *message, each func(string) bool) bool {
	for _, e := range m.session.About(m.index) {
		if hit, ok := e.(*datalayer.Hit); ok && (each(hit.Vendor) || each(hit.Event) || each(hit.ID)) {
			return true
		}
	}
	return false
}

// noteTexts calls each with the message's current note, which is the last one.
func noteTexts(m *message, each func(string) bool) bool {
	text := ""
	for _, e := range m.session.About(m.index) {
		if note, ok := e.(*datalayer.Note); ok {
			text = note.Text
		}
	}
	return text != "" && each(text)
}

func markTexts(m *message, each func(string) bool) bool {
	text := ""
	for _, e := range m.session.About(m.index) {
		if mark, ok := e.(*datalayer.Mark); ok {
			text = mark.Mark
		}
	}
	return text != "" && each(text)
}
