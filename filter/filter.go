// Package filter is the language in which messages are chosen, on the screen and
// on the command line: plain words, fields such as event:widget_, and, or, not
// and parentheses.
package filter

import (
	"maps"
	"sync"

	"layertap/datalayer"
	"layertap/session"
)

// Filter chooses messages. The zero Filter lets all of them through. It may be
// used from any goroutine.
type Filter struct {
	text string
	let  test // nil: all
	late bool
}

// String returns the text that the filter was read from.
func (f Filter) String() string { return f.text }

// All reports whether the filter lets every message through.
func (f Filter) All() bool { return f.let == nil }

// Late reports whether the answer for a message can become another by what comes
// after it: its hits, a finding about them, a container, the user's notes.
func (f Filter) Late() bool { return f.late }

// Match reports whether the entry at index i is a message that the filter lets
// through. A regular expression that takes too long does not match.
func (f Filter) Match(s session.Snapshot, i int) bool {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok || f.let == nil {
		return ok
	}
	m := messages.Get().(*message)
	*m = message{session: s, index: i, push: push}
	let := f.let(m)
	messages.Put(m)
	return let
}

// Containing returns the filter for messages that have a text anywhere in them.
func Containing(text string) Filter {
	return Filter{text: quoted(text), let: anywhere(containing(text))}
}

// test is a part of a filter.
type test func(*message) bool

// message is what a filter is held against.
type message struct {
	session session.Snapshot
	index   int
	push    *datalayer.Push
	content *datalayer.Message // read from the push when it is needed
}

// messages saves an allocation for each of a million messages.
var messages = sync.Pool{New: func() any { return new(message) }}

// read returns what was pushed.
func (m *message) read() *datalayer.Message {
	if m.content == nil {
		content := m.push.Read()
		m.content = &content
	}
	return m.content
}

func (m *message) verdict() session.Verdict { return m.session.Verdict(m.index) }

// Presets are filters by name. In a filter, @name stands for one.
type Presets map[string]string

// Builtin are the presets that are always there.
func Builtin() Presets {
	return Presets{
		"clicks":     `event~_clicked$|^gtm\.(linkClick|click)$`,
		"errors":     "error",
		"findings":   "error or warning",
		"no-hit":     `trigger:"" not hit:""`,
		"no-trigger": `not gtm not trigger:""`,
	}
}

// With returns the presets with others in place of those of the same name.
func (presets Presets) With(others Presets) Presets {
	all := maps.Clone(presets)
	maps.Copy(all, others)
	return all
}
