package ui

import (
	"maps"
	"path"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/style"
	"layertap/ui/text"
)

// completion is how the word that is being typed can go on.
type completion struct {
	start int // the byte at which the word begins
	words []suggestion
	// files and session say that there may be more words once a directory was
	// looked into, and the session asked.
	files   bool
	dir     string
	session bool
}

// suggestion is a word that can stand there.
type suggestion struct{ word, help string }

// suggestions are words without a help.
func suggestions(words []string) []suggestion {
	all := make([]suggestion, len(words))
	for i, word := range words {
		all[i].word = word
	}
	return all
}

// fitting returns the suggestions that go on from what was typed, or where there
// are none those that have it in them, whatever the case.
func fitting(all []suggestion, typed string) []suggestion {
	typed = strings.ToLower(typed)
	var first, others []suggestion
	seen := map[string]bool{}
	for _, s := range all {
		lower := strings.ToLower(s.word)
		switch {
		case seen[s.word] || lower == typed:
		case strings.HasPrefix(lower, typed):
			first = append(first, s)
		case len(typed) > 1 && strings.Contains(lower, typed):
			others = append(others, s)
		}
		seen[s.word] = true
	}
	if first == nil {
		return others
	}
	return first
}

// completing has the line that was opened complete words. What is typed on it is
// kept under a name, for the arrows to bring back.
func (m Model) completing(kind string, complete func(Model, string) completion) (Model, tea.Cmd) {
	m.prompt.kind, m.prompt.complete = kind, complete
	m.listing = listing{} // there may be other files by now
	return m.suggest()
}

// suggest finds out how what was typed by hand can go on.
func (m Model) suggest() (Model, tea.Cmd) {
	p := &m.prompt
	p.chosen = -1
	if p.complete == nil {
		return m, nil
	}
	p.options = p.complete(m, p.input.Value())
	switch {
	case p.options.files && m.options.Files != nil && !m.listing.asked[p.options.dir]:
		return m.list(p.options.dir)
	case p.options.session && m.vocabulary.events != len(m.seen.events) && !m.vocabulary.asked:
		m.vocabulary.asked = true
		return m, m.own(learn(m.snapshot, m.seen))
	}
	return m, nil
}

// completeBy puts the next suggestion in place of the word, or the one before.
func (m Model) completeBy(by int) (Model, tea.Cmd) {
	p := &m.prompt
	n := len(p.options.words)
	if n == 0 {
		return m, nil
	}
	if p.chosen < 0 && by < 0 {
		p.chosen = 0
	}
	p.chosen = (p.chosen + by + n) % n
	p.input.SetValue(p.input.Value()[:p.options.start] + p.options.words[p.chosen].word)
	p.input.CursorEnd()
	m, changing := m.changed()
	if n > 1 {
		return m, changing
	}
	m, more := m.suggest() // there is no other: the next word
	return m, tea.Batch(changing, more)
}

// accept takes the suggestion that stands behind the cursor, or the one that was
// put there, and goes on from it.
func (m Model) accept() (Model, tea.Cmd) {
	var changing tea.Cmd
	if m.prompt.chosen < 0 {
		m, changing = m.completeBy(1)
	}
	m, more := m.suggest()
	return m, tea.Batch(changing, more)
}

// rest is what the first suggestion would add.
func (p prompt) rest() string {
	typed := p.input.Value()
	if p.chosen >= 0 || len(p.options.words) == 0 || p.options.start >= len(typed) || !p.atEnd() {
		return ""
	}
	word := p.options.words[0].word
	if begun := typed[p.options.start:]; len(word) > len(begun) && strings.EqualFold(word[:len(begun)], begun) {
		return word[len(begun):]
	}
	return ""
}

// offer lists the suggestions on one line, so that the one that is meant is on it,
// and says on another what it is.
func (p prompt) offer(width int) [2]text.Line {
	words, meant := p.options.words, max(p.chosen, 0)
	first := meant
	for room := width - 12 - text.Width(words[meant].word); first > 0; first-- {
		if room -= text.Width(words[first-1].word) + 2; room < 0 {
			break
		}
	}
	var line text.Line
	if first > 0 {
		line = line.With(style.Faint, " …")
	}
	for i := first; i < len(words); i++ {
		if i > meant && line.Width()+text.Width(words[i].word) > width-4 {
			line = line.With(style.Faint, " …")
			break
		}
		if i == p.chosen {
			line = line.With(style.Title, "["+words[i].word+"]")
		} else {
			line = line.With(style.Plain, " ").With(style.Faint, words[i].word).With(style.Plain, " ")
		}
	}
	return [2]text.Line{line, text.Of(style.Faint, " "+words[meant].help)}
}

// listing is what directories hold that were looked into.
type listing struct {
	asked map[string]bool
	names map[string][]string
}

// listed brings what a directory holds.
type listed struct {
	dir   string
	names []string
}

// list looks into a directory.
func (m Model) list(dir string) (Model, tea.Cmd) {
	asked := maps.Clone(m.listing.asked)
	if asked == nil {
		asked = map[string]bool{}
	}
	asked[dir] = true
	m.listing.asked = asked
	files := m.options.Files
	return m, func() tea.Msg { return listed{dir, files(dir)} }
}

func (m Model) listed(msg listed) (Model, tea.Cmd) {
	names := map[string][]string{msg.dir: msg.names}
	maps.Copy(names, m.listing.names)
	m.listing.names = names
	if m.prompt.chosen < 0 {
		return m.suggest()
	}
	return m, nil
}

// completeFile completes the name of a directory, or of a file with one of the
// endings; where there is none, of any.
func completeFile(endings ...string) func(Model, string) completion {
	return func(m Model, typed string) completion {
		dir := typed[:strings.LastIndex(typed, "/")+1]
		c := completion{files: true, dir: dir}
		sought := strings.HasPrefix(path.Base("/"+typed), ".")
		var wanted, dirs, others []string
		for _, name := range m.listing.names[dir] {
			switch {
			case strings.HasPrefix(name, ".") && !sought:
			case strings.HasSuffix(name, "/"):
				dirs = append(dirs, dir+name)
			case slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(name, ending) }):
				wanted = append(wanted, dir+name)
			default:
				others = append(others, dir+name)
			}
		}
		if c.words = fitting(suggestions(append(wanted, dirs...)), typed); c.words == nil {
			c.words = fitting(suggestions(others), typed)
		}
		return c
	}
}

// recordings are how the names of session files end.
var recordings = []string{".jsonl", ".jsonl.gz"}
