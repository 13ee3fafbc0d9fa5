package report

import (
	"io"

	"layertap/datalayer"
	"layertap/session"
)

// Settled takes, of the entries of one file, what a format writes of them, while the
// session that is checked drops them. Settle is for a session's analysis.
type Settled interface {
	Settle(s session.Snapshot, i int, open bool) datalayer.Entry
}

// CheckFormat is a format of `layertap check`.
type CheckFormat struct {
	Write func(Check, io.Writer) (failed bool, err error)
	// Settled returns what takes the entries of one file; nil if the session has to keep
	// them all.
	Settled func(Check) Settled
}

// withFindings keeps the entries that have findings, for formats that write them in order.
type withFindings struct{}

func keepFindings(Check) Settled { return withFindings{} }

func (withFindings) Settle(s session.Snapshot, i int, _ bool) datalayer.Entry {
	switch e := s.Entry(i).(type) {
	case *datalayer.Gap, *datalayer.Container:
		return e
	case *datalayer.Page:
		if e.Status != 0 {
			return e
		}
	}
	if v := s.Verdict(i); len(v.Findings)+len(v.Accepted) == 0 {
		return nil
	}
	return withoutContent(s.Entry(i))
}

// withoutContent returns an entry without what a message contains, which shares memory with
// other messages.
func withoutContent(e datalayer.Entry) datalayer.Entry {
	push, ok := e.(*datalayer.Push)
	if !ok {
		return e
	}
	bare := *push
	bare.Message, bare.Called, bare.Stack = nil, nil, nil
	return &bare
}
