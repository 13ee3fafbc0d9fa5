// Package words formats names, values, times and code locations for sentences.
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

// maxShown is the maximum length of a name or a value in a sentence, in characters.
const maxShown = 60

// Quote quotes a name or a text. Personal data is masked, and characters that are
// invisible or look like a blank are made visible.
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

// Quoted returns the names as formatted by [Quote].
func Quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = Quote(name)
	}
	return all
}

// Preview formats a value, with personal data masked.
func Preview(v datalayer.Value) string {
	if v.Kind == datalayer.String {
		return cut(`"`+personal.Mask(v.Text)+`"`, maxShown)
	}
	return cut(string(datalayer.Encode(nil, v)), maxShown)
}

// Number formats the number of a message.
func Number(seq int) string { return "#" + strconv.Itoa(seq) }

// ShortTime formats a duration in milliseconds; from one second on, in seconds.
func ShortTime(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
}

// Origins returns the end of a sentence that describes which code made two pushes, as
// far as it is known.
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

// From returns a part of a sentence that describes which code made a push; empty if it
// isn't known.
func From(push *datalayer.Push) string {
	if at := origin(push); at != "" {
		return " by " + at
	}
	return ""
}

// origin returns the location of the code that made a push: "widget.js:41".
func origin(push *datalayer.Push) string {
	if len(push.Stack) == 0 {
		return ""
	}
	frame := push.Stack[0]
	return File(frame.URL) + ":" + strconv.Itoa(frame.Line)
}

// WithoutQuery returns a URL without its query and fragment.
func WithoutQuery(url string) string {
	for i := range len(url) {
		if url[i] == '?' || url[i] == '#' {
			return url[:i]
		}
	}
	return url
}

// File returns the file name in a URL.
func File(url string) string {
	file := path.Base(WithoutQuery(url))
	if file == "." || file == "/" {
		return url
	}
	return file
}
