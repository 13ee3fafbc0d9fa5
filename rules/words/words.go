// Package words writes names, values, times and places of the page's code for sentences
// that people read.
package words

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"

	"layertap/datalayer"
	"layertap/rules/personal"
	"layertap/visible"
)

// maxShown is how many characters of a name or a value stand in a sentence.
const maxShown = 60

// Quote shows a name or a text: in quotes, its personal data masked, and with every
// character that cannot be seen, or only taken for a blank, shown.
func Quote(s string) string {
	text := visible.Text(personal.Mask(s))
	if strings.ContainsFunc(text, isOddSpace) {
		var b strings.Builder
		for _, r := range text {
			if isOddSpace(r) {
				fmt.Fprintf(&b, "‹U+%04X›", r)
			} else {
				b.WriteRune(r)
			}
		}
		text = b.String()
	}
	return `"` + cut(text, maxShown-2) + `"`
}

func isOddSpace(r rune) bool { return r != ' ' && unicode.Is(unicode.Zs, r) }

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// Quoted are names, each as [Quote] shows it.
func Quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = Quote(name)
	}
	return all
}

// Preview shows a value, its personal data masked.
func Preview(v datalayer.Value) string {
	if v.Kind == datalayer.String {
		return cut(`"`+personal.Mask(v.Text)+`"`, maxShown)
	}
	return cut(string(datalayer.Encode(nil, v)), maxShown)
}

// Number names a message.
func Number(seq int) string { return "#" + strconv.Itoa(seq) }

// ShortTime writes a time in milliseconds, or in seconds from one on.
func ShortTime(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
}

// Origins says in a sentence's tail which code made the two pushes, as far as
// that is known.
func Origins(earlier, later *datalayer.Push) string {
	first, second := origin(earlier), origin(later)
	switch {
	case first == "" && second == "":
		return ""
	case first == second:
		return ", both times from " + first
	case first == "":
		first = "an unknown script"
	case second == "":
		second = "an unknown script"
	}
	return ": once from " + first + ", once from " + second
}

// From says in the middle of a sentence which code pushed, if that is known.
func From(push *datalayer.Push) string {
	if at := origin(push); at != "" {
		return " by " + at
	}
	return ""
}

// origin is the place in the page's code that pushed: "widget.js:41".
func origin(push *datalayer.Push) string {
	if len(push.Stack) == 0 {
		return ""
	}
	frame := push.Stack[0]
	return File(frame.URL) + ":" + strconv.Itoa(frame.Line)
}

// WithoutQuery is an address without its query and fragment.
func WithoutQuery(url string) string {
	for i := range len(url) {
		if url[i] == '?' || url[i] == '#' {
			return url[:i]
		}
	}
	return url
}

// File is the name of the file at an address.
func File(url string) string {
	file := path.Base(WithoutQuery(url))
	if file == "." || file == "/" {
		return url
	}
	return file
}
