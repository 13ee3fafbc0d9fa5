package ui

import (
	"errors"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/rules"
	"layertap/ui/style"
	"layertap/ui/text"
)

func askFilter(m Model) (Model, tea.Cmd) { return m.askFilter(m.messages.sieve.filter.String()) }

// askNamedFilter asks for one of the filters that have names.
func askNamedFilter(m Model) (Model, tea.Cmd) { return m.askFilter("@") }

// named shows only what the filter with a name lets through.
func (m Model) named(name string) (Model, tea.Cmd) {
	return m.filtered("@" + strings.TrimPrefix(name, "@"))
}

func (m Model) completeNamed(typed string) completion {
	var names []suggestion
	for _, name := range slices.Sorted(maps.Keys(m.presets)) {
		names = append(names, suggestion{name, "short for " + m.presets[name]})
	}
	return completion{words: fitting(names, strings.TrimPrefix(typed, "@"))}
}

// askFilter opens the line for a filter with a text that is already there.
func (m Model) askFilter(already string) (Model, tea.Cmd) {
	m.screen = onMessages
	m, focus := m.ask("filter", "⏎ filters · Tab completes · ↑ earlier ones · Esc back", already, Model.filterEntered)
	m.prompt.below = func(m Model) [2]text.Line { return m.filterHelp(m.prompt.input.Value(), 0) }
	m, more := m.completing("filter", Model.completeFilter)
	return m, tea.Batch(focus, more)
}

// filterEntered takes a filter that was typed. Where it is none the line stays
// open, with the cursor where it goes wrong.
func (m Model) filterEntered(typed string) (Model, tea.Cmd) {
	var wrong *filter.Error
	if _, err := m.presets.Parse(typed); errors.As(err, &wrong) {
		m, cmd := m.askFilter(typed)
		m.prompt.input.SetCursor(len([]rune(typed[:wrong.Offset])))
		return m, cmd
	}
	return m.filtered(typed)
}

// filtered shows only what a filter lets through.
func (m Model) filtered(typed string) (Model, tea.Cmd) {
	m.screen = onMessages
	typed = strings.TrimSpace(typed)
	f, err := m.presets.Parse(typed)
	if err != nil {
		m.status = failed(err)
		return m, nil
	}
	m = m.remember("filter", typed)
	return m.sift(sieve{f, m.messages.sieve.noise})
}

// filterHelp is what stands below the line for a filter, which begins at a byte of
// that line: a caret under what is wrong, and why it is, or else what can be typed
// where nothing is yet.
func (m Model) filterHelp(typed string, at int) [2]text.Line {
	_, word := lastWord(typed)
	var wrong *filter.Error
	if _, err := m.presets.Parse(typed); errors.As(err, &wrong) && wrong.Offset < len(typed) &&
		(len(m.prompt.options.words) == 0 || wrong.Offset < len(typed)-len(word)) {
		line := m.prompt.input.Value()
		return [2]text.Line{
			text.Of(style.Bad, strings.Repeat(" ", m.prompt.column(line[:at+wrong.Offset], m.width))+"^"),
			text.Of(style.Bad, " "+wrong.Reason),
		}
	}
	if word != "" && len(m.prompt.options.words) > 0 || m.prompt.chosen >= 0 {
		return [2]text.Line{}
	}
	name := word
	if i := strings.IndexAny(word, ":=~"); i >= 0 {
		name = word[:i]
	}
	for _, f := range filter.Fields() {
		if strings.EqualFold(name, f.Name) {
			return [2]text.Line{1: text.Of(style.Plain, " "+f.Name+"  ").With(style.Faint, fieldHelp(f))}
		}
	}
	var names []string
	for _, f := range filter.Fields() {
		names = append(names, f.Name)
	}
	examples := text.Of(style.Faint, " such as")
	for _, s := range append(m.likely(), examplesOfFilters...) {
		if more := text.Of(style.Plain, "  "+s.word); examples.Width()+more.Width() <= m.width {
			examples = examples.And(more)
		}
	}
	return [2]text.Line{examples, text.Of(style.Faint, " "+strings.Join(names, " "))}
}

// examplesOfFilters show the forms that there are.
var examplesOfFilters = suggestions([]string{"not gtm", "event~_clicked$", "(url:/cart or url:/checkout) not error", "@findings"})

func fieldHelp(f filter.Field) string { return f.Help + ", as in " + f.Example }

// lastWord is the word that is being typed, without the sign that negates it, and
// the byte at which it begins.
func lastWord(typed string) (int, string) {
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

// completeFilter completes the last word of a filter: a field, a word with a
// meaning, a name, an event, or after a field what it can be.
func (m Model) completeFilter(typed string) completion {
	start, word := lastWord(typed)
	c := completion{start: start, session: true}
	if i := strings.IndexAny(word, ":="); i >= 0 {
		c.start += i + 1
		c.words = fitting(m.fieldValues(strings.ToLower(word[:i])), strings.Trim(word[i+1:], `"`))
		for i, s := range c.words {
			c.words[i].word = filter.Quote(s.word)
		}
		return c
	}
	words := m.filterWords()
	if word == "" {
		words = append(m.likely(), words...)
	}
	c.words = fitting(words, word)
	return c
}

// likely are the filters that a user may be after: the worst that there is, and
// what lets the message under the cursor through.
func (m Model) likely() []suggestion {
	var likely []suggestion
	switch counts := m.snapshot.Counts; {
	case counts.Errors > 0:
		likely = append(likely, suggestion{"error", "messages with an error"})
	case counts.Warnings > 0:
		likely = append(likely, suggestion{"warning", "messages with a warning"})
	}
	push := m.nearestPush()
	if push == nil {
		return likely
	}
	if push.Event != "" {
		likely = append(likely, suggestion{"event=" + filter.Quote(push.Event), "messages with the event under the cursor"})
	}
	if i := m.messages.current(); i >= 0 {
		for _, f := range m.snapshot.Verdict(i).Findings {
			likely = append(likely, suggestion{"code:" + filter.Quote(string(f.Code)), "messages with the finding under the cursor"})
		}
	}
	if path := m.snapshot.Page(push.Page).Path(); path != "/" {
		likely = append(likely, suggestion{"url:" + filter.Quote(path), "messages of the page under the cursor"})
	}
	return likely
}

// filterWords are the words that a filter can be made of.
func (m Model) filterWords() []suggestion {
	var words []suggestion
	for _, f := range filter.Fields() {
		words = append(words, suggestion{f.Name + ":", fieldHelp(f)})
	}
	for _, w := range filter.Words() {
		words = append(words, suggestion{w.Name, "the message " + w.Help})
	}
	for _, name := range slices.Sorted(maps.Keys(m.presets)) {
		words = append(words, suggestion{"@" + name, "short for " + m.presets[name]})
	}
	for _, e := range m.lastEvents() {
		words = append(words, suggestion{filter.Quote(e.word), e.help})
	}
	return words
}

// lastEvents are the names of the events that came last, Google Tag Manager's own
// behind the others.
func (m Model) lastEvents() []suggestion {
	var events, noise []suggestion
	for _, e := range m.seen.events[max(0, len(m.seen.events)-known):] {
		s := suggestion{e.name, count(e.count, "message")}
		if datalayer.IsGTMName(e.name) {
			noise = append(noise, s)
		} else {
			events = append(events, s)
		}
	}
	return append(events, noise...)
}

// fieldValues are what a field was seen to be.
func (m Model) fieldValues(field string) []suggestion {
	switch field {
	case "event":
		return m.lastEvents()
	case "param":
		return suggestions(m.vocabulary.parameters)
	case "trigger":
		var names []suggestion
		for _, t := range m.snapshot.Triggers {
			names = append(names, suggestion{t.Trigger.Name, "matched " + count(t.Matched, "message")})
		}
		return names
	case "tag":
		return suggestions(m.vocabulary.tags)
	case "hit":
		return suggestions(m.vocabulary.hits)
	case "url":
		return suggestions(m.vocabulary.paths)
	case "layer":
		var names []string
		for _, l := range m.seen.layers {
			names = append(names, l.name)
		}
		return suggestions(names)
	case "kind":
		return suggestions([]string{"object", "gtag", "command", "function", "other"})
	case "frame":
		return suggestions([]string{"main"})
	case "mark":
		return suggestions([]string{markSign})
	case "code":
		var codes []suggestion
		for _, code := range rules.Codes() {
			explained, _ := rules.Explain(code)
			codes = append(codes, suggestion{string(code), explained.Title})
		}
		return codes
	}
	return nil
}

// toggleFilter takes the filter off, or puts the last one on again.
func toggleFilter(m Model) (Model, tea.Cmd) {
	m.screen = onMessages
	if !m.messages.sieve.filter.All() {
		return m.filtered("")
	}
	return m.filtered(m.history["filter"][0])
}

func isFiltered(m Model) bool { return !m.messages.sieve.filter.All() }

func noFilter(m Model) string {
	if len(m.history["filter"]) == 0 {
		return "there is no filter yet: f sets one"
	}
	return ""
}
