package ui

import (
	"strconv"

	"layertap/datalayer"
	"layertap/ui/style"
	"layertap/ui/text"
)

// status is what the screen has to tell about the last thing that was done.
type status struct {
	text  string
	error bool // stays until a key is pressed that is not for the list
}

func told(text string) status { return status{text: text} }

func failed(err error) status { return status{text: err.Error(), error: true} }

// read returns what remains to be told after the next key. An error stays until
// it is dismissed.
func (s status) read() status {
	if s.error {
		return s
	}
	return status{}
}

// footer is the last line: what was just done, where the list stands, and the
// keys that there are.
func (m Model) footer() string {
	if m.chooser.choices != nil {
		return m.chooser.draw(m.sheet, m.width)
	}
	if m.status.error {
		return text.Spread(m.sheet, style.Base, m.width,
			text.Of(style.Bad, " ✗ "+m.status.text), text.Of(style.Faint, " esc dismisses "))
	}
	left := m.standing()
	if m.status.text != "" {
		left = text.Of(style.Accent, " "+m.status.text)
	}
	right := m.keyHints(m.width - left.Width() - 1)
	return text.Spread(m.sheet, style.Base, m.width, left, right)
}

// standing says where the list stands and what it leaves out.
func (m Model) standing() text.Line {
	line := text.Of(style.Plain, " ")
	if m.screen != onMessages {
		return line
	}
	l := m.messages
	switch {
	case m.paused:
		line = line.With(style.Warn, "‖ paused, "+strconv.Itoa(m.missed())+" more").With(style.Faint, " p")
	case l.unseen() > 0 && (m.from.File == "" || m.snapshot.Attachment.Phase != datalayer.Over):
		line = line.With(style.Accent, "▼ "+strconv.Itoa(l.unseen())+" new").With(style.Faint, " G")
	case l.follow && m.snapshot.Attachment.Phase != datalayer.Over:
		line = line.With(style.Good, "▼ following")
	case len(l.rows) > 0:
		line = line.With(style.Faint, strconv.Itoa(l.list.Cursor+1)+"/"+strconv.Itoa(len(l.rows)))
	}
	if !l.sieve.filter.All() {
		line = line.With(style.Warn, "  ⊂ "+text.Cut(l.sieve.filter.String(), 24))
	}
	if l.scanning {
		line = line.With(style.Faint, "  looking…")
	}
	if m.seen.noise > 0 && l.sieve.folds() {
		line = line.With(style.Faint, "  "+strconv.Itoa(m.seen.noise)+" gtm.* folded")
	}
	return line
}

// keyHints lists as many of the keys that matter now as there is room for.
func (m Model) keyHints(room int) text.Line {
	var line text.Line
	if quit, ok := m.commands.named("quit"); ok && len(m.behind) > 0 && len(quit.keys) > 0 {
		line = text.Of(style.Title, shownKey(quit.keys[0])).With(style.Faint, " back to ").And(m.behind[0].brief()).With(style.Plain, "  ")
	}
	for _, c := range m.commands.hints(m.scope()) {
		if c.name == "quit" && len(m.behind) > 0 || m.from.File != "" && c.whyNot != nil && c.whyNot(m) != "" {
			continue // it stands in front, or is for live sessions
		}
		hint := text.Of(style.Title, shownKey(c.keys[0])).With(style.Faint, " "+c.hint+"  ")
		if line.Width()+hint.Width() > room {
			break
		}
		line = append(line, hint...)
	}
	return line
}
