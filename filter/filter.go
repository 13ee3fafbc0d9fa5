// Package filter implements the query language for messages, used on the screen and on
// the command line: plain words, fields such as event:widget_, and, or, not and
// parentheses.
package filter

import (
	"maps"
	"sync"

	"layertap/datalayer"
	"layertap/session"
)

// Filter matches messages. The zero Filter matches all. It is safe for concurrent use.
type Filter struct {
	text    string
	matches test // nil matches all
	late    bool
}

// String returns the text that was parsed.
func (f Filter) String() string { return f.text }

// All reports whether the filter matches every message.
func (f Filter) All() bool { return f.matches == nil }

// Late reports whether the result for a message can change after it arrived: through
// its hits, a finding about them, a container, or the user's notes.
func (f Filter) Late() bool { return f.late }

// Match reports whether the entry at index i is a message that matches. A regular
// expression that takes too long doesn't match.
func (f Filter) Match(s session.Snapshot, i int) bool {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok || f.matches == nil {
		return ok
	}
	m := messages.Get().(*message)
	*m = message{session: s, index: i, push: push}
	matches := f.matches(m)
	messages.Put(m)
	return matches
}

// Containing returns a filter for messages that contain a text anywhere.
func Containing(text string) Filter {
	return Filter{text: quoted(text), matches: anywhere(containing(text))}
}

// test is a part of a filter.
type test func(*message) bool

// message is the message that is tested.
type message struct {
	session session.Snapshot
	index   int
	push    *datalayer.Push
	content *datalayer.Message // decoded when needed
}

// messages avoids an allocation for each of a million messages.
var messages = sync.Pool{New: func() any { return new(message) }}

// read returns the decoded message.
func (m *message) read() *datalayer.Message {
	if m.content == nil {
		content := m.push.Read()
		m.content = &content
	}
	return m.content
}

func (m *message) verdict() session.Verdict { return m.session.Verdict(m.index) }

// Presets are filters by name. @name in a filter refers to one.
type Presets map[string]string

// Builtin returns the built-in presets.
func Builtin() Presets {
	return Presets{
		"clicks":     `event~_clicked$|^gtm\.(linkClick|click)$`,
		"errors":     "error",
		"findings":   "error or warning",
		"no-hit":     `trigger:"" not hit:""`,
		"no-trigger": `not gtm not trigger:""`,
	}
}

// With returns the presets and others; others take precedence.
func (presets Presets) With(others Presets) Presets {
	all := maps.Clone(presets)
	maps.Copy(all, others)
	return all
}
