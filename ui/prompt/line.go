// Package prompt is the line in which the user types.
package prompt

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"

	"layertap/ui/style"
	"layertap/ui/text"
)

// Line is a line in which the user types, with suggestions.
type Line struct {
	Label string // what to type; empty when closed
	Help  string // hints for the keys
	Input textinput.Model

	Options Completion // for the text that was typed by hand
	Chosen  int        // the inserted one; -1: none

	// Kind is the key of the text's history; recalled is how many entries back the text is,
	// and draft the text before the first recall.
	Kind     string
	Recalled int
	draft    string
}

// New returns an empty line without a label.
func New() Line {
	input := textinput.New()
	input.Prompt = ""
	input.SetVirtualCursor(false)
	input.KeyMap.Paste.SetEnabled(false) // it reads a clipboard; the terminal pastes by itself
	return Line{Input: input, Chosen: -1}
}

// Open reports whether the prompt is open.
func (p Line) Open() bool { return p.Label != "" }

// Typed returns the text of the line.
func (p Line) Typed() string { return p.Input.Value() }

// Set returns the line with another text, and the cursor at its end.
func (p Line) Set(typed string) Line {
	p.Input.SetValue(typed)
	p.Input.CursorEnd()
	return p
}

// Recall returns the line with the previous text of the history or the next one.
func (p Line) Recall(history []string, by int) Line {
	if p.Recalled == 0 {
		p.draft = p.Typed()
	}
	p.Recalled = min(max(p.Recalled+by, 0), len(history))
	if p.Recalled > 0 {
		return p.Set(history[p.Recalled-1])
	}
	return p.Set(p.draft)
}

// Next returns the line with the word replaced with the next suggestion or, for -1, the
// previous one.
func (p Line) Next(by int) Line {
	n := len(p.Options.Words)
	if n == 0 {
		return p
	}
	if p.Chosen < 0 && by < 0 {
		p.Chosen = 0
	}
	p.Chosen = (p.Chosen + by + n) % n
	return p.Set(p.Typed()[:p.Options.Start] + p.Options.Words[p.Chosen].Word)
}

// Completion has the suggestions for the word that is being typed.
type Completion struct {
	Start int // the byte at which the word begins
	Words []Suggestion
	// Files and session are set if more suggestions may follow when a directory has been
	// read, or the session searched.
	Files   bool
	Dir     string
	Session bool
}

// Suggestion is a word that can be typed, with its description.
type Suggestion struct{ Word, Help string }

// Suggestions returns words as suggestions without a description.
func Suggestions(words []string) []Suggestion {
	all := make([]Suggestion, len(words))
	for i, word := range words {
		all[i].Word = word
	}
	return all
}

// Fitting returns the suggestions that begin with the typed text or, if there are none,
// contain it, ignoring case.
func Fitting(all []Suggestion, typed string) []Suggestion {
	typed = strings.ToLower(typed)
	var first, others []Suggestion
	seen := map[string]bool{}
	for _, s := range all {
		lower := strings.ToLower(s.Word)
		switch {
		case seen[s.Word] || lower == typed:
		case strings.HasPrefix(lower, typed):
			first = append(first, s)
		case len(typed) > 1 && strings.Contains(lower, typed):
			others = append(others, s)
		}
		seen[s.Word] = true
	}
	if first == nil {
		return others
	}
	return first
}

// Rest returns what the first suggestion would add.
func (p Line) Rest() string {
	typed := p.Typed()
	if p.Chosen >= 0 || len(p.Options.Words) == 0 || p.Options.Start >= len(typed) || !p.AtEnd() {
		return ""
	}
	word := p.Options.Words[0].Word
	if begun := typed[p.Options.Start:]; len(word) > len(begun) && strings.EqualFold(word[:len(begun)], begun) {
		return word[len(begun):]
	}
	return ""
}

// Offer returns a line with the suggestions, scrolled to the current one, and a line with
// its description.
func (p Line) Offer(width int) [2]text.Line {
	words, chosen := p.Options.Words, max(p.Chosen, 0)
	first := chosen
	for room := width - 12 - text.Width(words[chosen].Word); first > 0; first-- {
		if room -= text.Width(words[first-1].Word) + 2; room < 0 {
			break
		}
	}
	var line text.Line
	if first > 0 {
		line = line.With(style.Faint, " …")
	}
	for i := first; i < len(words); i++ {
		if i > chosen && line.Width()+text.Width(words[i].Word) > width-4 {
			line = line.With(style.Faint, " …")
			break
		}
		if i == p.Chosen {
			line = line.With(style.Title, "["+words[i].Word+"]")
		} else {
			line = line.With(style.Plain, " ").With(style.Faint, words[i].Word).With(style.Plain, " ")
		}
	}
	return [2]text.Line{line, text.Of(style.Faint, " "+words[chosen].Help)}
}

// Draw draws the text and, after it, what Tab would complete it to. Of a long text, the
// part around the cursor is shown.
func (p Line) Draw(sheet *style.Sheet, width int) string {
	from := p.from(width)
	line := text.Of(style.Title, " "+p.Label+" ")
	if from > 0 {
		line = line.With(style.Faint, "…")
	}
	line = line.With(style.Plain, string([]rune(p.Typed())[from:])).With(style.Faint, p.Rest())
	return text.Spread(sheet, style.Base, width, line, p.keys(width-line.Width()-1))
}

// keys returns the hints for the keys that fit: of several parts, those in the middle are
// left out first.
func (p Line) keys(room int) text.Line {
	for parts := strings.Split(p.Help, " · "); ; parts = slices.Delete(parts, len(parts)-2, len(parts)-1) {
		keys := text.Of(style.Faint, " "+strings.Join(parts, " · ")+" ")
		switch {
		case keys.Width() <= room:
			return keys
		case len(parts) == 1:
			return nil
		}
	}
}

// from returns the index of the first visible character of the text.
func (p Line) from(width int) int {
	typed := []rune(p.Typed())
	from := min(p.Input.Position(), len(typed))
	room := width - text.Width(" "+p.Label+" ") - 1
	if text.Width(string(typed[:from])) <= room {
		return 0
	}
	for room--; from > 0; from-- { // the ellipsis takes one
		if room -= text.Width(string(typed[from-1])); room < 0 {
			break
		}
	}
	return from
}

// AtEnd reports whether the cursor is after the last character.
func (p Line) AtEnd() bool { return p.Input.Position() >= len([]rune(p.Typed())) }

// Cursor returns the column of the cursor.
func (p Line) Cursor(width int) int {
	typed := []rune(p.Typed())
	return p.Column(string(typed[:min(p.Input.Position(), len(typed))]), width)
}

// Column returns the column of the text after the given beginning.
func (p Line) Column(beginning string, width int) int {
	left := text.Width(" " + p.Label + " ")
	if from := p.from(width); from > 0 {
		shown := []rune(beginning)
		return left + 1 + text.Width(string(shown[min(from, len(shown)):]))
	}
	return left + text.Width(beginning)
}
