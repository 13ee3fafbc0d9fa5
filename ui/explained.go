package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/gtm"
	"layertap/session"
)

// explained is why triggers matched a message, what the data layer held after it,
// and what does not meet in the session as a whole. It takes a moment to find
// out, so it is asked for when it is looked at.
type explained struct {
	about  question
	asked  question // what a command is out for; zero for none
	answer *answer  // nil: nothing is known yet
}

// question is what an answer hangs on.
type question struct {
	seq        int // of the message
	containers int // how many are known
	messages   int // how many there are, where the whole session matters
	findings   int // how many there are, where they are counted
}

type answer struct {
	gtm.Explanation
	wires gtm.Unused
	kinds []kind // of findings; nil where they were not counted
	cuts  session.Cuts
}

// explanation brings the answer to a question.
type explanation struct {
	question question
	answer   *answer
}

// explain asks about the message under the cursor where the screen shows what is
// not known yet. One question is out at a time.
func (m Model) explain() (Model, tea.Cmd) {
	if m.explained.asked != (question{}) {
		return m, nil
	}
	q := question{containers: len(m.seen.containers)}
	if push := m.nearestPush(); push != nil {
		q.seq = push.Seq
	}
	switch {
	case m.screen == onHealth:
		q.messages, q.findings = m.snapshot.Counts.Messages, m.seen.findings+1
	case q.seq == 0:
		return m, nil
	case m.screen == onVariables || m.screen == onTriggers:
		q.messages = m.snapshot.Counts.Messages
	case m.screen != onMessages || m.detail.tab != stateTab && m.detail.tab != triggersTab:
		return m, nil
	}
	about, whole := m.explained.about, q.messages > 0 || q.findings > 0
	if about == q && m.explained.answer != nil || !whole && about.seq == q.seq && about.containers == q.containers {
		return m, nil
	}
	m.explained.asked = q
	return m, m.own(ask(m.snapshot, q, m.explained.answer))
}

// ask finds an answer, with what is known from the one before.
func ask(snapshot session.Snapshot, q question, before *answer) tea.Cmd {
	return func() tea.Msg {
		began := time.Now()
		var a answer
		if before != nil {
			a.cuts = before.cuts
		}
		if i := snapshot.Find(q.seq); i >= 0 {
			a.Explanation, _ = snapshot.Explain(i)
		}
		if q.findings > 0 {
			a.kinds, a.cuts = kindsOf(snapshot), snapshot.Cuts(a.cuts)
		} else if q.messages > 0 {
			a.wires = snapshot.DeadWires()
		}
		if q.messages > 0 || q.findings > 0 {
			// While messages pour in the answer is asked for again at once: of a
			// session of a million it would keep a processor busy for good.
			time.Sleep(4 * time.Since(began))
		}
		return explanation{q, &a}
	}
}

func (m Model) explainedBy(msg explanation) Model {
	m.explained = explained{about: msg.question, answer: msg.answer}
	return m
}

// of returns the explanation of a message, or nil while it is not known.
func (e explained) of(seq int) *answer {
	if e.about.seq != seq {
		return nil
	}
	return e.answer
}
