package mcp

import (
	"context"
	"time"

	"layertap/datalayer"
	"layertap/session"
)

// longestWait is the maximum duration of a call, because agents cancel calls that take
// longer.
const (
	usualWait   = 20 * time.Second
	longestWait = 60 * time.Second
)

type waitInput struct {
	recordingInput
	Filter  string  `json:"filter,omitempty" jsonschema:"a layertap filter, such as 'event=purchase'; default: any message"`
	After   int     `json:"after,omitempty" jsonschema:"wait for a message with a higher seq; default 0, which finds those that came before, too"`
	Seconds float64 `json:"timeout_seconds,omitempty" jsonschema:"how long to wait, at most 60; default 20"`
}

type waitAnswer struct {
	Message  *messageRow `json:"message,omitempty"`
	TimedOut bool        `json:"timed_out,omitempty"`
	Complete bool        `json:"complete"` // the recording ended: no more messages come
	Last     int         `json:"last"`     // the seq of the last entry that was checked
}

// waitForEvent checks each message once, when it arrives. A filter on what follows a
// message, such as its hits, may not match.
func (o *opened) waitForEvent(ctx context.Context, in waitInput) (any, error) {
	e, err := o.find(in.Recording)
	if err != nil {
		return nil, err
	}
	chosen, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, wait(in.Seconds))
	defer cancel()
	a := waitAnswer{Last: in.After}
	for {
		a.Complete = e.complete()
		s, err := e.snapshot()
		if err != nil {
			return nil, err
		}
		at, push, err := nextMatch(ctx, s, chosen, following(s, a.Last))
		if err != nil {
			return nil, err
		}
		if push != nil {
			row := rowOf(newRoom(), s, at, push)
			a.Message, a.Last = &row, push.Seq
			return a, nil
		}
		if s.Len() > 0 {
			a.Last = max(a.Last, datalayer.At(s.Entry(s.Len()-1)).Seq)
		}
		if a.Complete {
			return a, nil
		}
		if !more(waiting, e, s) {
			a.TimedOut = true
			return a, ctx.Err()
		}
	}
}

func wait(seconds float64) time.Duration {
	if seconds <= 0 {
		return usualWait
	}
	return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
}

// more waits until a recording has more than a snapshot or is complete; it returns false if
// ctx ends first.
func more(ctx context.Context, e *entry, s session.Snapshot) bool {
	newer, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-e.done:
			cancel()
		case <-newer.Done():
		}
	}()
	_, found := e.session.Wait(newer, s.Version)
	return found || e.complete()
}
