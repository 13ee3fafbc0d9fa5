// Package consent adds a session's consent commands, and the tags that consent held back,
// to a document with links to its messages.
package consent

import (
	"math"
	"time"

	"layertap/report/bounded"
	"layertap/report/linked"
	"layertap/session"
	"layertap/session/consent"
)

// Step is a consent command with a link to its message.
type Step struct {
	consent.Step
	Message linked.Message
}

// Held is a tag that consent held back, with links to messages on which it would have
// fired.
type Held struct {
	consent.Held
	FirstMessage, LaterMessage linked.Message
}

// Section is the part of a document about consent.
type Section struct {
	Steps          []Step
	Held           []Held
	Left, HeldLeft string // the number left out of them
}

// Any reports whether a session has any consent data.
func (s Section) Any() bool {
	return len(s.Steps)+len(s.Held) > 0 || s.Left != "" || s.HeldLeft != ""
}

// SectionOf returns the part of a session's consent that fits in a document with the given
// messages. leftOut formats the number of rows that are left out.
func SectionOf(
	s session.Snapshot, clock func(time.Duration) string, messages linked.Messages, room *bounded.Room, leftOut func(left, all int) string,
) Section {
	most := consent.MaxSteps
	if room.Endless() {
		most = math.MaxInt
	}
	first, more := consent.First(s, clock, most)
	steps := make([]Step, len(first))
	for i, step := range first {
		steps[i] = Step{step, messages.To(step.Seq)}
	}
	all := consent.HeldBack(s)
	held := make([]Held, len(all))
	for i, h := range all {
		held[i] = Held{h, messages.To(h.First), messages.To(h.Later)}
	}
	var out Section
	fit, left := bounded.First(room, "consent", steps)
	out.Steps, out.Left = fit, leftOut(left+more, len(steps)+more)
	fitting, left := bounded.First(room, "held", held)
	out.Held, out.HeldLeft = fitting, leftOut(left, len(held))
	return out
}
