package report

import (
	"io"

	"layertap/datalayer"
	"layertap/internal/spool"
	"layertap/session"
)

// entriesJSON is the messages and hits of a file, as the elements of two arrays. There is a
// comma before each message, because the first ones may be written last.
type entriesJSON struct {
	check          Check
	messages, hits spool.Spool
	err            error // the first
}

// settledJSON returns nil if what is to be written needs the data layer at each message.
func settledJSON(c Check) Settled {
	if c.All || c.State {
		return nil
	}
	return &entriesJSON{check: c}
}

// Settle writes an entry, and leaves a place for it if it is open.
func (e *entriesJSON) Settle(s session.Snapshot, i int, open bool) datalayer.Entry {
	var err error
	switch entry := s.Entry(i).(type) {
	case *datalayer.Push:
		if open {
			e.messages.Leave(entry.Seq)
		} else {
			err = e.message(&e.messages, s, i)
		}
	case *datalayer.Hit:
		err = item(&e.hits, e.check.hitJSON(s, entry))
	}
	if e.err == nil {
		e.err = err
	}
	if len(s.Verdict(i).Accepted) > 0 { // what accepted it is counted
		return withoutContent(s.Entry(i))
	}
	return nil
}

func (e *entriesJSON) message(w io.Writer, s session.Snapshot, i int) error {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return nil
	}
	text, err := marshal(e.check.messageJSON(s, i, push))
	if err == nil {
		_, err = w.Write(append([]byte{','}, text...))
	}
	return err
}

// fill writes the messages, including those that were open.
func (e *entriesJSON) fill(w io.Writer, s session.Snapshot) error {
	list := &withoutFirst{w: w}
	return e.messages.Fill(list, func(seq int) error {
		if i := s.Find(seq); i >= 0 {
			return e.message(list, s, i)
		}
		return nil // it wasn't selected
	})
}

// withoutFirst writes everything but the first byte.
type withoutFirst struct {
	w    io.Writer
	past bool
}

func (w *withoutFirst) Write(text []byte) (int, error) {
	if w.past || len(text) == 0 {
		return w.w.Write(text)
	}
	w.past = true
	n, err := w.w.Write(text[1:])
	return n + 1, err
}
