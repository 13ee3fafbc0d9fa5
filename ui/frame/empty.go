package frame

import (
	"fmt"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/ui/messages"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Empty is the list of messages when there are none.
type Empty struct {
	screen.Capture
	List messages.List
	// Key returns how to run a command: its key or its name.
	Key func(command string) string
	// Can reports whether a command has a key and works now.
	Can func(command string) bool
}

// Why returns why there are no messages, and what to do next.
func (e Empty) Why() []text.Line {
	a, rowFilter, count := e.Snapshot.Attachment, e.List.RowFilter, e.Snapshot.Counts.Messages
	switch {
	case e.List.Scanning:
		return []text.Line{text.Of(style.Faint, "searching "+plural.Count(count, "message")+"…")}
	case !rowFilter.Filter.All():
		return []text.Line{
			text.Of(style.Strong, "no message matches the filter ").With(style.Warn, rowFilter.Filter.String()),
			text.Of(style.Faint, plural.Count(count, "message")+" in all · "+e.Key("back")+" clears the filter · "+e.Key("filter")+" changes it"),
		}
	case e.Seen.Noise > 0 && rowFilter.Folds():
		return []text.Line{
			text.Of(style.Strong, plural.Count(e.Seen.Noise, "message")+" so far, all from Google Tag Manager itself, hidden"),
			text.Of(style.Faint, e.Key("fold-noise")+" shows them · messages from the page will appear here"),
		}
	case e.Loading():
		return []text.Line{e.Phase().With(style.Plain, ": no messages so far")}
	case e.File != "":
		return []text.Line{text.Of(style.Strong, e.File+" contains no messages")}
	case a.Phase == datalayer.Live && e.WhyUnseen() != "":
		return []text.Line{
			text.Of(style.Warn, "▲ ").With(style.Strong, "attached to "+e.AttachedTo()+", 0 messages"),
			text.Of(style.Faint, "the page may push messages that can't be seen: "+e.Key("health")+" shows why"),
		}
	case a.Phase == datalayer.Live:
		return []text.Line{
			text.Of(style.Good, "● ").With(style.Strong, "attached to "+e.AttachedTo()+", hook in place, 0 messages"),
			text.Of(style.Faint, "click something on the page: every message to its data layer will appear here"),
			e.elsewhere(),
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

// elsewhere lists what else can be done if no message arrives.
func (e Empty) elsewhere() text.Line {
	var line text.Line
	for _, way := range []struct{ name, words string }{
		{"reload", "reloads the page"}, {"navigate", "opens another URL"}, {"switch-tab", "watches another tab"},
	} {
		if !e.Can(way.name) {
			continue
		}
		if line != nil {
			line = line.With(style.Faint, " · ")
		}
		line = line.With(style.Title, e.Key(way.name)).With(style.Faint, " "+way.words)
	}
	return line
}

// AttachedTo names what is watched.
func (e Empty) AttachedTo() string {
	if e.Seen.Page != nil {
		return text.BareURL(e.Seen.Page.URL)
	}
	for _, c := range e.Snapshot.Attachment.Choices {
		if c.Watched {
			return text.BareURL(c.URL)
		}
	}
	return text.BareURL(e.Snapshot.Header.URL)
}

// TooSmall returns the lines for a terminal that is too small for anything else; leave is
// the key that quits.
func TooSmall(sheet *style.Sheet, width, height, minWidth, minHeight int, leave string) []string {
	words := text.Of(style.Plain, fmt.Sprintf("The terminal has %d×%d characters; layertap needs %d×%d. Enlarge it, or press %s to quit.",
		width, height, minWidth, minHeight, leave))
	var lines []string
	for _, line := range words.Wrap(width) {
		lines = append(lines, line.Draw(sheet, style.Base, width))
	}
	return lines[:min(len(lines), max(height, 1))]
}
