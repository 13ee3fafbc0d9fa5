package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"layertap/ui/style"
)

// Wrap breaks l into lines of at most width cells, between words if possible. It returns at
// least one line.
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

// word adds a word and the blanks after it, on a new line if it doesn't fit on this one. A
// word that is longer than a line is broken.
func (w *wrapper) word(role style.Role, word string) {
	bare := strings.TrimRight(word, " ")
	n := ansi.StringWidth(bare)
	if w.used > 0 && w.used+n > w.width {
		w.newLine()
	}
	if blanks := len(word) - len(bare); w.used+n+blanks <= w.width {
		w.put(role, word, n+blanks)
		return
	}
	for word != "" {
		cluster, n := ansi.FirstGraphemeCluster(word, ansi.GraphemeWidth)
		word = word[len(cluster):]
		if w.used > 0 && w.used+n > w.width {
			if cluster == " " {
				continue // blanks at the end of a line aren't needed
			}
			w.newLine()
		}
		w.put(role, cluster, n)
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
