package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/prompt"
	"layertap/ui/suggest"
)

// completing has the line that was opened complete words. What is typed on it is
// kept under a name, for the arrows to bring back.
func (m Model) completing(kind string, complete func(Model, string) prompt.Completion) (Model, tea.Cmd) {
	m.prompt.Kind, m.prompt.complete = kind, complete
	m.listing = prompt.Listing{} // there may be other files by now
	return m.suggest()
}

// suggest finds out how what was typed by hand can go on.
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

// completeBy puts the next suggestion in place of the word, or the one before.
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
	m, more := m.suggest() // there is no other: the next word
	return m, tea.Batch(changing, more)
}

// acceptSuggestion takes the suggestion that stands behind the cursor, or the one that was
// put there, and goes on from it.
func acceptSuggestion(m Model) (Model, tea.Cmd) {
	var changing tea.Cmd
	if m.prompt.Chosen < 0 {
		m, changing = completeBy(m, 1)
	}
	m, more := m.suggest()
	return m, tea.Batch(changing, more)
}

// listed brings what a directory holds.
type listed struct {
	dir   string
	names []string
}

// listDirectory looks into a directory.
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

// completeFile completes the name of a file with one of the endings, or of a directory.
func completeFile(endings ...string) func(Model, string) prompt.Completion {
	return func(m Model, typed string) prompt.Completion { return m.listing.Complete(typed, endings...) }
}

// recordings are how the names of session files end.
var recordings = []string{".jsonl", ".jsonl.gz"}

// words is what suggestions are made from.
func (m Model) words() suggest.Words {
	return suggest.Words{
		Source: m.source(), Vocabulary: m.vocabulary, Presets: m.presets,
		Entry: m.messages.Current(), Push: m.messages.Nearest(m.snapshot),
	}
}

// afterLearning takes the words of the session in.
func afterLearning(m Model, v suggest.Vocabulary) (Model, tea.Cmd) {
	m.vocabulary = v
	if m.prompt.complete != nil && m.prompt.Chosen < 0 {
		return m.suggest()
	}
	return m, nil
}
