package ui

import (
	"errors"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/filter"
	"layertap/ui/style"
	"layertap/ui/text"
)

// keptFilters is how many filters are offered again.
const keptFilters = 50

func askFilter(m Model) (Model, tea.Cmd) { return m.askFilter(m.messages.sieve.filter.String()) }

// askNamedFilter asks for one of the filters that have names.
func askNamedFilter(m Model) (Model, tea.Cmd) { return m.askFilter("@") }

// askFilter opens the line for a filter with a text that is already there.
func (m Model) askFilter(already string) (Model, tea.Cmd) {
	m.screen = onMessages
	m, cmd := m.ask("filter", "tab completes · ↑ the one before · esc", already, Model.filterEntered)
	m.prompt.history = m.filters
	m.prompt.below = Model.filterHelp
	m.prompt.change = func(m Model, typed string) (Model, tea.Cmd) {
		m.prompt.input.SetSuggestions(m.filterSuggestions(typed))
		return m, nil
	}
	m.prompt.input.ShowSuggestions = true
	m.prompt.input.SetSuggestions(m.filterSuggestions(already))
	return m, cmd
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
	typed = strings.TrimSpace(typed)
	f, err := m.presets.Parse(typed)
	if err != nil {
		m.status = failed(err)
		return m, nil
	}
	if typed != "" && (len(m.filters) == 0 || m.filters[0] != typed) {
		others := slices.DeleteFunc(slices.Clone(m.filters), func(f string) bool { return f == typed })
		m.filters = append([]string{typed}, others[:min(len(others), keptFilters)]...)
	}
	return m.sift(sieve{f, m.messages.sieve.noise})
}

// filterHelp is what stands below the line for a filter: a caret under what is
// wrong, and why it is, or else what can be typed there.
func (m Model) filterHelp() [2]text.Line {
	typed := m.prompt.input.Value()
	word := lastWord(typed)
	if names := m.presetNames(); slices.ContainsFunc(names, func(name string) bool { return word != "" && strings.HasPrefix(name, word) }) {
		return [2]text.Line{1: text.Of(style.Faint, " filters with a name: "+strings.Join(names, " "))}
	}
	var wrong *filter.Error
	if _, err := m.presets.Parse(typed); errors.As(err, &wrong) && wrong.Offset < len(typed) {
		return [2]text.Line{
			text.Of(style.Bad, strings.Repeat(" ", m.prompt.column(typed[:wrong.Offset]))+"^"),
			text.Of(style.Bad, " "+wrong.Reason),
		}
	}
	field := word
	if i := strings.IndexAny(word, ":=~"); i >= 0 {
		field = word[:i]
	}
	for _, f := range filter.Fields() {
		if strings.EqualFold(field, f.Name) {
			return [2]text.Line{1: text.Of(style.Plain, " "+f.Name+"  ").With(style.Faint, f.Help+", as in "+f.Example)}
		}
	}
	var names []string
	for _, f := range filter.Fields() {
		names = append(names, f.Name)
	}
	return [2]text.Line{
		text.Of(style.Faint, " words, error, warning, gtm, @ names, : has, = is, ~ regex, and or not ( )"),
		text.Of(style.Faint, " "+strings.Join(names, " ")),
	}
}

// lastWord is the word that is being typed, without the sign that negates it.
func lastWord(typed string) string {
	start, inQuotes := 0, false
	for i, r := range typed {
		switch {
		case r == '"':
			inQuotes = !inQuotes
		case (r == ' ' || r == '(') && !inQuotes:
			start = i + 1
		}
	}
	return strings.TrimPrefix(typed[start:], "-")
}

// filterSuggestions are what a filter can go on with: as one from before did, or
// with a word, a field, a name, an event or a trigger.
func (m Model) filterSuggestions(typed string) []string {
	word := lastWord(typed)
	if word == "" {
		return m.filters
	}
	stem := strings.TrimSuffix(typed, word)
	suggestions := slices.Clone(m.filters)
	for _, next := range m.filterWords() {
		suggestions = append(suggestions, stem+next)
	}
	return suggestions
}

// presetNames are the names of filters as they stand in others.
func (m Model) presetNames() []string {
	names := slices.Sorted(maps.Keys(m.presets))
	for i, name := range names {
		names[i] = "@" + name
	}
	return names
}

func (m Model) filterWords() []string {
	var words []string
	for _, f := range filter.Fields() {
		words = append(words, f.Name+":")
	}
	for _, w := range filter.Words() {
		words = append(words, w.Name)
	}
	words = append(words, m.presetNames()...)
	for _, e := range m.seen.events[max(0, len(m.seen.events)-200):] {
		words = append(words, filter.Quote(e.name), "event:"+filter.Quote(e.name), "event="+filter.Quote(e.name))
	}
	for _, t := range m.snapshot.Triggers {
		words = append(words, "trigger:"+filter.Quote(t.Trigger.Name))
	}
	return words
}

// toggleFilter takes the filter off, or puts the last one on again.
func toggleFilter(m Model) (Model, tea.Cmd) {
	m.screen = onMessages
	if !m.messages.sieve.filter.All() {
		return m.filtered("")
	}
	return m.filtered(m.filters[0])
}

func noFilter(m Model) string {
	if len(m.filters) == 0 {
		return "there is no filter yet: f sets one"
	}
	return ""
}
