package ui

import (
	"slices"
	"strconv"

	"layertap/datalayer"
	"layertap/ui/style"
	"layertap/ui/text"
)

// status is what the screen has to tell about the last thing that was done.
type status struct {
	text  string
	error bool // stays until it is dismissed
	// dismissed says that the user has read an error.
	dismissed bool
	older     *status // an error that was not read yet either
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

// then returns what is to be told after s, where next is what there is to tell
// now. No error goes away unread.
func (s status) then(next status) status {
	switch {
	case next.dismissed && s.older != nil:
		return *s.older
	case next.dismissed:
		return status{}
	case s.error && next.error && next.text != s.text:
		next.older = &s
		return next
	case s.error:
		return s
	}
	return next
}

// unread is how many errors there are.
func (s status) unread() int {
	n := 1
	for older := s.older; older != nil; older = older.older {
		n++
	}
	return n
}

// mostErrorLines is how much of the screen an error may take.
const mostErrorLines = 4

// errorLines is the error that was not read yet, whole where it is not too long.
func (m Model) errorLines() []text.Line {
	line := text.Of(style.Bad, "✗ "+m.status.text)
	hint := "  esc dismisses"
	if more := m.status.unread() - 1; more > 0 {
		hint = "  and " + strconv.Itoa(more) + " more," + hint[1:]
	}
	lines := line.With(style.Faint, hint).Wrap(max(m.width-2, 1))
	if len(lines) > mostErrorLines {
		lines = append(lines[:mostErrorLines-1], text.Of(style.Bad, "…").With(style.Faint, hint))
	}
	return lines
}

// footer is what stands below the panes: what was just done, where the list
// stands, and the keys that there are.
func (m Model) footer() []string {
	if m.chooser.choices != nil {
		return []string{m.chooser.draw(m.sheet, m.width)}
	}
	if m.status.error {
		var lines []string
		for _, line := range m.errorLines() {
			lines = append(lines, text.Of(style.Bad, " ").And(line).Draw(m.sheet, style.Base, m.width))
		}
		return lines
	}
	left := m.standing()
	if m.status.text != "" {
		left = text.Of(style.Accent, " "+m.status.text)
	}
	right := m.keyHints(m.width - left.Width() - 1)
	return []string{text.Spread(m.sheet, style.Base, m.width, left, right)}
}

// standing says where the list stands and what it leaves out.
func (m Model) standing() text.Line {
	line := text.Of(style.Plain, " ")
	if m.screen == onHits && !m.hasBeside() && len(m.seen.hitRows) > 0 {
		return line.With(style.Faint, "→ what it says")
	}
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
	var help text.Line // for which there is always room: it leads to all the others
	hints := m.commands.hints(m.scope())
	if i := slices.IndexFunc(hints, func(c command) bool { return c.name == "help" }); i >= 0 {
		help = hintOf(hints[i])
		hints = slices.Delete(hints, i, i+1)
	}
	for _, c := range hints {
		if c.name == "quit" && len(m.behind) > 0 || m.from.File != "" && c.whyNot != nil && c.whyNot(m) != "" {
			continue // it stands in front, or is for live sessions
		}
		hint := hintOf(c)
		if line.Width()+hint.Width()+help.Width() > room {
			break
		}
		line = append(line, hint...)
	}
	return append(line, help...)
}

func hintOf(c command) text.Line {
	return text.Of(style.Title, shownKey(c.keys[0])).With(style.Faint, " "+c.hint+"  ")
}
