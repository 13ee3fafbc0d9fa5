package ui

import (
	"slices"
	"strconv"
	"strings"

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
	hint := "  Esc dismisses"
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
	left := m.footerLeft()
	var right text.Line
	for _, h := range m.keyHints(m.width - left.Width() - 2) {
		right = append(right, h.line...)
	}
	return []string{text.Spread(m.sheet, style.Base, m.width, left, right)}
}

// footerLeft says what was just done, or else where the list stands.
func (m Model) footerLeft() text.Line {
	if m.status.text != "" {
		return text.Of(style.Accent, " "+m.status.text)
	}
	return m.standing()
}

// standing says where the list stands and what it leaves out.
func (m Model) standing() text.Line {
	line := text.Of(style.Plain, " ")
	if m.paused {
		line = line.With(style.Warn, "‖ paused, "+strconv.Itoa(m.missed())+" more").With(style.Title, " "+m.commands.keyOf("pause"))
	}
	if m.screen == onHits && !m.hasBeside() && len(m.seen.hitRows) > 0 && !m.paused {
		return line.With(style.Title, m.commands.keyOrName("unfold")).With(style.Faint, " what it says")
	}
	if m.screen != onMessages {
		return line
	}
	l := m.messages
	switch {
	case m.paused:
	case l.unseen() > 0 && (m.from.File == "" || m.snapshot.Attachment.Phase != datalayer.Over):
		line = line.With(style.Accent, "▼ "+strconv.Itoa(l.unseen())+" new").With(style.Title, " "+m.commands.keyOf("end"))
	case l.follow && m.snapshot.Attachment.Phase != datalayer.Over:
		line = line.With(style.Good, "▼ following")
	case len(l.rows) > 0:
		nth, of := l.standing(m.snapshot)
		line = line.With(style.Faint, strconv.Itoa(nth)+"/"+strconv.Itoa(of))
	}
	if !l.sieve.filter.All() {
		line = line.With(style.Warn, "  ⊂ "+text.Cut(l.sieve.filter.String(), 24))
	}
	if l.scanning {
		line = line.With(style.Faint, "  looking…")
	}
	if l.folded > 0 && m.width >= oneLineWidth { // on a narrow screen the header tells of it
		line = line.With(style.Faint, "  "+strconv.Itoa(l.folded)+" gtm.* folded")
	}
	return line
}

// hint is a key, and a word for what it does.
type hint struct {
	line text.Line
	command
}

func hintOf(c command) hint {
	return hint{text.Of(style.Title, shownKey(c.keys[0])).With(style.Faint, " "+c.hint+"  "), c}
}

// keyHints are as many of the keys that matter now as there is room for.
func (m Model) keyHints(room int) []hint {
	var hints []hint
	room++ // the last one has one cell behind it, and not two
	if quit, ok := m.commands.named("quit"); ok && len(m.behind) > 0 && len(quit.keys) > 0 {
		back := text.Of(style.Title, shownKey(quit.keys[0])).With(style.Faint, " back to ").And(m.behind[0].brief()).With(style.Plain, "  ")
		hints = append(hints, hint{back, quit})
		room -= back.Width()
	}
	bound := m.commands.hints(m.scope())
	fits := map[string]hint{}
	for _, h := range byRank {
		i := slices.IndexFunc(bound, func(c command) bool { return c.name == h.name })
		if i < 0 || !m.isHinted(bound[i]) {
			continue
		}
		if h := hintOf(bound[i]); h.line.Width() <= room {
			fits[h.name] = h
			room -= h.line.Width()
		}
	}
	for _, h := range hinted {
		if fitting, ok := fits[h.name]; ok {
			hints = append(hints, fitting)
		}
	}
	if n := len(hints); n > 0 {
		last := hints[n-1].line
		last[len(last)-1].Text = strings.TrimSuffix(last[len(last)-1].Text, " ")
	}
	return hints
}

// isHinted says whether a command does something now. Of those that are about the
// message under the cursor the hints stay, whatever that is on: they would come and
// go with every row.
func (m Model) isHinted(c command) bool {
	switch {
	case c.picks && m.screen != onMessages, c.worth != nil && !c.worth(m):
		return false
	case c.whyNot == nil:
		return true
	}
	why := c.whyNot(m)
	return why == "" || why == notOnMessage || why == notOnFinding && m.screen == onMessages
}
