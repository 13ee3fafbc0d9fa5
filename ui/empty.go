package ui

import (
	"strings"

	"layertap/datalayer"
	"layertap/ui/style"
	"layertap/ui/text"
)

// emptyBody says why there is nothing to see and what to do next.
func (m Model) emptyBody(r rect) []string { return m.centred(m.whyEmpty(), r) }

// centred draws paragraphs in the middle of a part of the screen.
func (m Model) centred(paragraphs []text.Line, r rect) []string {
	var lines []string
	for _, paragraph := range paragraphs {
		for _, line := range paragraph.Wrap(min(m.width-8, 72)) {
			left := max(m.width-line.Width(), 0) / 2
			whole := append(text.Of(style.Plain, strings.Repeat(" ", left)), line...)
			lines = append(lines, whole.Draw(m.sheet, style.Base, r.width))
		}
	}
	blank := strings.Repeat(" ", r.width)
	top := max(r.height-len(lines), 0) * 2 / 5
	lines = append(slicesOf(blank, top), lines...)
	if len(lines) < r.height {
		lines = append(lines, slicesOf(blank, r.height-len(lines))...)
	}
	return lines[:r.height]
}

func slicesOf(s string, n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = s
	}
	return lines
}

func (m Model) whyEmpty() []text.Line {
	a := m.snapshot.Attachment
	l := m.messages
	switch {
	case l.scanning:
		return []text.Line{text.Of(style.Faint, "looking through "+count(m.snapshot.Counts.Messages, "message")+"…")}
	case !l.sieve.filter.All():
		return []text.Line{
			text.Of(style.Strong, "no message matches ").With(style.Warn, l.sieve.filter.String()),
			text.Of(style.Faint, count(m.snapshot.Counts.Messages, "message")+" in all · "+m.commands.keyOrName("back")+" takes the filter off · "+m.commands.keyOrName("filter")+" changes it"),
		}
	case m.seen.noise > 0 && l.sieve.folds():
		return []text.Line{
			text.Of(style.Strong, count(m.seen.noise, "message")+" of Google Tag Manager's own so far, folded away"),
			text.Of(style.Faint, m.commands.keyOrName("fold-noise")+" shows them · what the page itself pushes will stand here"),
		}
	case m.from.File != "":
		return []text.Line{text.Of(style.Strong, m.from.File+" holds no messages")}
	case a.Phase == datalayer.Live && m.blind() != "":
		return []text.Line{
			text.Of(style.Warn, "▲ ").With(style.Strong, "attached to "+m.attachedTo()+", 0 messages"),
			text.Of(style.Faint, "that says nothing of what the page pushes: "+m.commands.keyOrName("health")+" shows what is known of it"),
		}
	case a.Phase == datalayer.Live:
		return []text.Line{
			text.Of(style.Good, "● ").With(style.Strong, "attached to "+m.attachedTo()+", hook in place, 0 messages"),
			text.Of(style.Faint, "click something on the page: every message its data layer receives will stand here"),
			m.elsewhere(),
		}
	case a.Phase == datalayer.Lost || a.Phase == datalayer.Over:
		return []text.Line{
			text.Of(style.Warn, "■ ").With(style.Strong, "no messages came"),
			text.Of(style.Faint, a.Detail),
		}
	}
	return []text.Line{
		text.Of(style.Warn, "◌ ").With(style.Strong, "starting"),
		text.Of(style.Faint, a.Detail),
	}
}

// elsewhere names what else can be done where no message comes.
func (m Model) elsewhere() text.Line {
	var line text.Line
	for _, way := range []struct{ name, words string }{
		{"reload", "loads the page anew"}, {"navigate", "opens another address"}, {"switch-tab", "watches another tab"},
	} {
		c, _ := m.commands.named(way.name)
		if len(c.keys) == 0 || c.whyNot != nil && c.whyNot(m) != "" {
			continue
		}
		if line != nil {
			line = line.With(style.Faint, " · ")
		}
		line = line.With(style.Title, shownKey(c.keys[0])).With(style.Faint, " "+way.words)
	}
	return line
}

func (m Model) attachedTo() string {
	if m.seen.page != nil {
		return bareURL(m.seen.page.URL)
	}
	for _, c := range m.snapshot.Attachment.Choices {
		if c.Watched {
			return bareURL(c.URL)
		}
	}
	return bareURL(m.snapshot.Header.URL)
}
