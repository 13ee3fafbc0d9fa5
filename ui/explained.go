package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm"
)

// explained is why triggers matched a message and what the data layer held after
// it. It takes a moment to find out, so it is asked for when it is looked at.
type explained struct {
	seq    int // of the message; 0: none has been explained
	answer *gtm.Explanation
	err    error
	asked  int // the Seq that a command is out for; 0 for none
}

// explanation brings the answer.
type explanation struct {
	seq    int
	answer *gtm.Explanation
	err    error
}

// explain asks about the message under the cursor where the screen shows what is
// not known yet. One question is out at a time.
func (m Model) explain() (Model, tea.Cmd) {
	looked := m.screen == onVariables || m.screen == onMessages && (m.detail.tab == stateTab || m.detail.tab == triggersTab)
	i := m.messages.current()
	if !looked || i < 0 || m.options.Explain == nil || m.explained.asked != 0 {
		return m, nil
	}
	push, ok := m.snapshot.Entry(i).(*datalayer.Push)
	if !ok || push.Seq == m.explained.seq {
		return m, nil
	}
	m.explained.asked = push.Seq
	ask, seq := m.options.Explain, push.Seq
	return m, func() tea.Msg {
		answer, err := ask(seq)
		return explanation{seq, &answer, err}
	}
}

func (m Model) explainedBy(msg explanation) Model {
	m.explained = explained{seq: msg.seq, answer: msg.answer, err: msg.err}
	return m
}

// about says whether the explanation is the one of a message, and what stands in
// its place where it is not.
func (e *explained) about(seq int) (instead string, ok bool) {
	switch {
	case e.seq != seq:
		return "looking…", false
	case e.err != nil:
		return "✗ " + e.err.Error(), false
	}
	return "", true
}
