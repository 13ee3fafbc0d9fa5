package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/prompt"
	"layertap/ui/suggest"
)

// completing enables completion on the prompt that was opened. What is typed is stored in
// the history of the given kind.
func (m Model) completing(kind string, complete func(Model, string) prompt.Completion) (Model, tea.Cmd) {
	m.prompt.Kind, m.prompt.complete = kind, complete
	m.listing = prompt.Listing{} // the directories may have changed
	return m.suggest()
}

// suggest updates the suggestions for the text that was typed by hand.
func (m Model) suggest() (Model, tea.Cmd) {
	p := &m.prompt
	p.Chosen = -1
	if p.complete == nil {
		return m, nil
	}
	p.Options = p.complete(m, p.Typed())
	switch {
	case p.Options.Files && m.options.Files != nil && !m.listing.Asked(p.Options.Dir):
		return listDirectory(m, p.Options.Dir)
	case p.Options.Session && m.vocabulary.Events != len(m.seen.Events) && !m.vocabulary.Asked:
		m.vocabulary.Asked = true
		learn := suggest.Learn(m.snapshot, m.seen)
		return m, m.own(func() tea.Msg { return learn() })
	}
	return m, nil
}

// completeBy replaces the word with the next suggestion or, for -1, the previous one.
func completeBy(m Model, by int) (Model, tea.Cmd) {
	n := len(m.prompt.Options.Words)
	if n == 0 {
		return m, nil
	}
	m.prompt.Line = m.prompt.Next(by)
	m, changing := m.changed()
	if n > 1 {
		return m, changing
	}
	m, more := m.suggest() // there is no other: complete the next word
	return m, tea.Batch(changing, more)
}

// acceptSuggestion accepts the suggestion shown after the cursor, or the one that was
// inserted, and updates the suggestions.
func acceptSuggestion(m Model) (Model, tea.Cmd) {
	var changing tea.Cmd
	if m.prompt.Chosen < 0 {
		m, changing = completeBy(m, 1)
	}
	m, more := m.suggest()
	return m, tea.Batch(changing, more)
}

// listed is the message with the names in a directory.
type listed struct {
	dir   string
	names []string
}

// listDirectory lists a directory.
func listDirectory(m Model, dir string) (Model, tea.Cmd) {
	m.listing = m.listing.Asking(dir)
	files := m.options.Files
	return m, func() tea.Msg { return listed{dir, files(dir)} }
}

func afterListing(m Model, msg listed) (Model, tea.Cmd) {
	m.listing = m.listing.With(msg.dir, msg.names)
	if m.prompt.Chosen < 0 {
		return m.suggest()
	}
	return m, nil
}

// completeFile completes names of directories and of files with one of the endings.
func completeFile(endings ...string) func(Model, string) prompt.Completion {
	return func(m Model, typed string) prompt.Completion { return m.listing.Complete(typed, endings...) }
}

// recordings are the endings of session files.
var recordings = []string{".jsonl", ".jsonl.gz"}

// words returns the source of suggestions.
func (m Model) words() suggest.Words {
	return suggest.Words{
		Source: m.source(), Vocabulary: m.vocabulary, Presets: m.presets,
		Entry: m.messages.Current(), Push: m.messages.Nearest(m.snapshot),
	}
}

// afterLearning stores the session's vocabulary.
func afterLearning(m Model, v suggest.Vocabulary) (Model, tea.Cmd) {
	m.vocabulary = v
	if m.prompt.complete != nil && m.prompt.Chosen < 0 {
		return m.suggest()
	}
	return m, nil
}
