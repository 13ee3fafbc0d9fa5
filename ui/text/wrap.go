package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"layertap/ui/style"
)

// Wrap breaks l into lines of at most width cells, between words where it can.
// There is always one line at least.
func (l Line) Wrap(width int) []Line {
	w := wrapper{width: max(width, 1)}
	for _, span := range l {
		s := Safe(span.Text)
		for s != "" {
			word := firstWord(s)
			w.word(span.Role, word)
			s = s[len(word):]
		}
	}
	return append(w.lines, w.line)
}

// firstWord returns the first word of s and the blanks after it.
func firstWord(s string) string {
	end := strings.IndexByte(s, ' ')
	if end < 0 {
		return s
	}
	for end < len(s) && s[end] == ' ' {
		end++
	}
	return s[:end]
}

type wrapper struct {
	width int
	lines []Line
	line  Line
	used  int
}

func (w *wrapper) word(role style.Role, word string) {
	bare := strings.TrimRight(word, " ")
	if n := ansi.StringWidth(bare); w.used > 0 && w.used+n > w.width {
		w.newLine()
	}
	for {
		n := ansi.StringWidth(word)
		if n <= w.width-w.used {
			w.put(role, word, n)
			return
		}
		if ansi.StringWidth(bare) <= w.width-w.used { // only the blanks are too many
			w.put(role, bare, ansi.StringWidth(bare))
			w.newLine()
			return
		}
		part := ansi.Truncate(word, w.width-w.used, "")
		if part == "" { // one wide character in a column of one cell
			part = ansi.Truncate(word, 2, "")
		}
		w.put(role, part, ansi.StringWidth(part))
		w.newLine()
		word = word[len(part):]
		bare = strings.TrimRight(word, " ")
		if bare == "" {
			return
		}
	}
}

func (w *wrapper) put(role style.Role, s string, width int) {
	w.used += width
	if n := len(w.line); n > 0 && w.line[n-1].Role == role {
		w.line[n-1].Text += s
		return
	}
	w.line = w.line.With(role, s)
}

func (w *wrapper) newLine() {
	w.lines = append(w.lines, w.line)
	w.line, w.used = nil, 0
}
