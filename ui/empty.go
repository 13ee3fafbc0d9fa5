package ui

import (
	"layertap/datalayer"
	"layertap/ui/help"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// emptyBody says why nothing to capture and what to do next.
func emptyBody(m Model, r pane.Rect) []string { return pane.Centered(m.sheet, whyEmpty(m), r) }

func whyEmpty(m Model) []text.Line {
	a := m.snapshot.Attachment
	l := m.messages
	switch {
	case l.Scanning:
		return []text.Line{text.Of(style.Faint, "searching "+text.Count(m.snapshot.Counts.Messages, "message")+"…")}
	case !l.Sieve.Filter.All():
		return []text.Line{
			text.Of(style.Strong, "no message matches ").With(style.Warn, l.Sieve.Filter.String()),
			text.Of(style.Faint, text.Count(m.snapshot.Counts.Messages, "message")+" in all · "+m.commands.keyOrName("back")+" clears the filter · "+m.commands.keyOrName("filter")+" changes it"),
		}
	case m.seen.Noise > 0 && l.Sieve.Folds():
		return []text.Line{
			text.Of(style.Strong, text.Count(m.seen.Noise, "message")+" so far, all from Google Tag Manager itself, hidden"),
			text.Of(style.Faint, m.commands.keyOrName("fold-noise")+" shows them · messages from the page will appear here"),
		}
	case m.from.File != "":
		return []text.Line{text.Of(style.Strong, m.from.File+" contains no messages")}
	case a.Phase == datalayer.Live && m.capture().Blind() != "":
		return []text.Line{
			text.Of(style.Warn, "▲ ").With(style.Strong, "attached to "+m.attachedTo()+", 0 messages"),
			text.Of(style.Faint, "the page may push messages that can't be seen: "+m.commands.keyOrName("health")+" shows why"),
		}
	case a.Phase == datalayer.Live:
		return []text.Line{
			text.Of(style.Good, "● ").With(style.Strong, "attached to "+m.attachedTo()+", hook in place, 0 messages"),
			text.Of(style.Faint, "click something on the page: every message to its data layer will appear here"),
			elsewhere(m),
		}
	case a.Phase == datalayer.Lost || a.Phase == datalayer.Over:
		return []text.Line{
			text.Of(style.Warn, "■ ").With(style.Strong, "no messages received"),
			text.Of(style.Faint, a.Detail),
		}
	}
	return []text.Line{
		text.Of(style.Warn, "◌ ").With(style.Strong, "starting"),
		text.Of(style.Faint, a.Detail),
	}
}

// elsewhere names what else can be done where no message comes.
func elsewhere(m Model) text.Line {
	var line text.Line
	for _, way := range []struct{ name, words string }{
		{"reload", "reloads the page"}, {"navigate", "opens another URL"}, {"switch-tab", "watches another tab"},
	} {
		c, _ := m.commands.named(way.name)
		if len(c.keys) == 0 || c.whyNot != nil && c.whyNot(m) != "" {
			continue
		}
		if line != nil {
			line = line.With(style.Faint, " · ")
		}
		line = line.With(style.Title, help.ShownKey(c.keys[0])).With(style.Faint, " "+way.words)
	}
	return line
}

func (m Model) attachedTo() string {
	if m.seen.Page != nil {
		return text.BareURL(m.seen.Page.URL)
	}
	for _, c := range m.snapshot.Attachment.Choices {
		if c.Watched {
			return text.BareURL(c.URL)
		}
	}
	return text.BareURL(m.snapshot.Header.URL)
}
