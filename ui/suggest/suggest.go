// Package suggest provides suggestions for what the user types: filters, events and other
// words of a session.
package suggest

import (
	"maps"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/internal/plural"
	"layertap/rules"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/prompt"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Words is the source of suggestions.
type Words struct {
	overview.Source
	Vocabulary Vocabulary
	Presets    filter.Presets
	Entry      int             // the index of the entry under the cursor; negative for none
	Push       *datalayer.Push // the message under the cursor, or the nearest one; nil for none
}

// Named completes the name of a filter.
func (w Words) Named(typed string) prompt.Completion {
	var names []prompt.Suggestion
	for _, name := range slices.Sorted(maps.Keys(w.Presets)) {
		names = append(names, prompt.Suggestion{Word: name, Help: "short for " + w.Presets[name]})
	}
	return prompt.Completion{Words: prompt.Fitting(names, strings.TrimPrefix(typed, "@"))}
}

// examples show the possible forms.
var examples = prompt.Suggestions([]string{"not gtm", "event~_clicked$", "(url:/cart or url:/checkout) not error", "@findings"})

// fieldHelp describes a field, with an example.
func fieldHelp(f filter.Field) string { return f.Help + ", as in " + f.Example }

// LastWord returns the word that is being typed, without the sign that negates it, and the
// byte at which it begins.
func LastWord(typed string) (int, string) {
	start, inQuotes := 0, false
	for i, r := range typed {
		switch {
		case r == '"':
			inQuotes = !inQuotes
		case (r == ' ' || r == '(') && !inQuotes:
			start = i + 1
		}
	}
	if strings.HasPrefix(typed[start:], "-") {
		start++
	}
	return start, typed[start:]
}

// Filter completes the last word of a filter: a field, a keyword, a name, an event or,
// after a field, its values.
func (w Words) Filter(typed string) prompt.Completion {
	start, word := LastWord(typed)
	c := prompt.Completion{Start: start, Session: true}
	if i := strings.IndexAny(word, ":="); i >= 0 {
		c.Start += i + 1
		c.Words = prompt.Fitting(w.values(strings.ToLower(word[:i])), strings.Trim(word[i+1:], `"`))
		for i, s := range c.Words {
			c.Words[i].Word = filter.Quote(s.Word)
		}
		return c
	}
	words := w.all()
	if word == "" {
		words = append(w.likely(), words...)
	}
	c.Words = prompt.Fitting(words, word)
	return c
}

// likely returns filters that are probably useful: the worst severity that occurs, and
// those that match the message under the cursor.
func (w Words) likely() []prompt.Suggestion {
	var likely []prompt.Suggestion
	switch counts := w.Snapshot.Counts; {
	case counts.Errors > 0:
		likely = append(likely, prompt.Suggestion{Word: "error", Help: "messages with an error"})
	case counts.Warnings > 0:
		likely = append(likely, prompt.Suggestion{Word: "warning", Help: "messages with a warning"})
	}
	push := w.Push
	if push == nil {
		return likely
	}
	if push.Event != "" {
		likely = append(likely, prompt.Suggestion{Word: "event=" + filter.Quote(push.Event), Help: "messages with the event under the cursor"})
	}
	if i := w.Entry; i >= 0 {
		for _, f := range w.Snapshot.Verdict(i).Findings {
			likely = append(likely, prompt.Suggestion{Word: "code:" + filter.Quote(string(f.Code)), Help: "messages with the finding under the cursor"})
		}
	}
	if path := w.Snapshot.Page(push.Page).Path(); path != "/" {
		likely = append(likely, prompt.Suggestion{Word: "url:" + filter.Quote(path), Help: "messages from the page under the cursor"})
	}
	return likely
}

// all returns the words that a filter can consist of.
func (w Words) all() []prompt.Suggestion {
	var words []prompt.Suggestion
	for _, f := range filter.Fields() {
		words = append(words, prompt.Suggestion{Word: f.Name + ":", Help: fieldHelp(f)})
	}
	for _, f := range filter.Words() {
		words = append(words, prompt.Suggestion{Word: f.Name, Help: "the message " + f.Help})
	}
	for _, name := range slices.Sorted(maps.Keys(w.Presets)) {
		words = append(words, prompt.Suggestion{Word: "@" + name, Help: "short for " + w.Presets[name]})
	}
	for _, e := range w.Events() {
		words = append(words, prompt.Suggestion{Word: filter.Quote(e.Word), Help: e.Help})
	}
	return words
}

// Events returns the names of the latest events, with Google Tag Manager's own last.
func (w Words) Events() []prompt.Suggestion {
	var events, noise []prompt.Suggestion
	for _, e := range w.Seen.Events[max(0, len(w.Seen.Events)-known):] {
		s := prompt.Suggestion{Word: e.Name, Help: plural.Count(e.Count, "message")}
		if datalayer.IsGTMName(e.Name) {
			noise = append(noise, s)
		} else {
			events = append(events, s)
		}
	}
	return append(events, noise...)
}

// values returns the values of a field in the session.
func (w Words) values(field string) []prompt.Suggestion {
	switch field {
	case "event":
		return w.Events()
	case "param":
		return prompt.Suggestions(w.Vocabulary.parameters)
	case "trigger":
		var names []prompt.Suggestion
		for _, t := range w.Snapshot.Triggers {
			names = append(names, prompt.Suggestion{Word: t.Trigger.Name, Help: "matched " + plural.Count(t.Matched, "message")})
		}
		return names
	case "tag":
		return prompt.Suggestions(w.Vocabulary.tags)
	case "hit":
		return prompt.Suggestions(w.Vocabulary.hits)
	case "url":
		return prompt.Suggestions(w.Vocabulary.paths)
	case "layer":
		var names []string
		for _, l := range w.Seen.Layers {
			names = append(names, l.Name)
		}
		return prompt.Suggestions(names)
	case "kind":
		return prompt.Suggestions([]string{"object", "gtag", "command", "function", "other"})
	case "frame":
		return prompt.Suggestions([]string{"main"})
	case "mark":
		return prompt.Suggestions([]string{describe.MarkSign})
	case "code":
		var codes []prompt.Suggestion
		for _, code := range rules.Codes() {
			explained, _ := rules.Explain(code)
			codes = append(codes, prompt.Suggestion{Word: string(code), Help: explained.Title})
		}
		return codes
	}
	return nil
}

// FilterHelp returns two lines that describe what can be typed at an empty word of a
// filter.
func (w Words) FilterHelp(word string, width int) [2]text.Line {
	name := word
	if i := strings.IndexAny(word, ":=~"); i >= 0 {
		name = word[:i]
	}
	var names []string
	for _, f := range filter.Fields() {
		if strings.EqualFold(name, f.Name) {
			return [2]text.Line{1: text.Of(style.Plain, " "+f.Name+"  ").With(style.Faint, fieldHelp(f))}
		}
		names = append(names, f.Name)
	}
	line := text.Of(style.Faint, " such as")
	for _, s := range append(w.likely(), examples...) {
		if more := text.Of(style.Plain, "  "+s.Word); line.Width()+more.Width() <= width {
			line = line.And(more)
		}
	}
	return [2]text.Line{line, text.Of(style.Faint, " "+strings.Join(names, " "))}
}
