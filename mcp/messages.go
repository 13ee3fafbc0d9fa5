package mcp

import (
	"context"
	"fmt"
	"sort"
	"time"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/rules"
	"layertap/session"
)

type summaryAnswer struct {
	Recording string      `json:"recording"`
	Complete  bool        `json:"complete"` // false while it is being written or captured
	Messages  int         `json:"messages"`
	Hits      int         `json:"hits"`
	Gaps      int         `json:"gaps"` // stretches in which messages were or may have been missed
	Errors    int         `json:"errors"`
	Warnings  int         `json:"warnings"`
	Infos     int         `json:"infos"`
	Accepted  int         `json:"accepted,omitempty"` // findings that exceptions cover
	Started   string      `json:"started"`
	Capture   *captureRow `json:"capture,omitempty"` // left out for a file
	Untrusted struct {
		URL     string `json:"url"`
		Tool    string `json:"tool"`
		Browser string `json:"browser,omitempty"`
		Damage  string `json:"damage,omitempty"` // what couldn't be read
	} `json:"untrusted"`
}

func summary(e *entry) (summaryAnswer, error) {
	s, err := e.snapshot()
	if err != nil {
		return summaryAnswer{}, err
	}
	c, r := s.Counts, newRoom()
	a := summaryAnswer{
		Recording: e.id, Complete: e.complete(), Messages: c.Messages, Hits: c.Hits, Gaps: c.Gaps,
		Errors: c.Errors, Warnings: c.Warnings, Infos: c.Infos, Accepted: c.Accepted, Started: s.Header.Started.Format(time.RFC3339),
	}
	u := &a.Untrusted
	u.URL, u.Tool, u.Browser = r.words(s.Header.URL), r.name(s.Header.Tool), r.name(s.Header.Browser)
	if a.Complete {
		u.Damage = r.words(e.damage())
	}
	if e.page != nil {
		a.Capture = captureOf(r, e, s.Attachment)
	}
	return a, nil
}

func (o *opened) status(_ context.Context, in recordingInput) (any, error) {
	e, err := o.find(in.Recording)
	if err != nil {
		return nil, err
	}
	return summary(e)
}

type messageRow struct {
	Seq       int    `json:"seq"`
	Ms        int64  `json:"ms"` // since the start of the session
	Worst     string `json:"worst,omitempty"`
	Findings  int    `json:"findings,omitempty"`
	Hits      int    `json:"hits,omitempty"`
	Untrusted struct {
		Event string `json:"event,omitempty"`
		Layer string `json:"layer"`
		Page  string `json:"page"`
	} `json:"untrusted"`
}

// rowOf returns the row of the message at index i.
func rowOf(r *room, s session.Snapshot, i int, push *datalayer.Push) messageRow {
	findings, worst := s.Verdict(i).Findings, rules.Off
	for _, f := range findings {
		worst = max(worst, f.Severity)
	}
	row := messageRow{Seq: push.Seq, Ms: push.T.Milliseconds(), Findings: len(findings), Hits: len(hitsOf(s, i))}
	if worst != rules.Off {
		row.Worst = worst.String()
	}
	u := &row.Untrusted
	u.Event, u.Layer, u.Page = r.name(push.Event), r.name(push.Layer), r.name(s.Page(push.Page).URL)
	return row
}

func hitsOf(s session.Snapshot, i int) []*datalayer.Hit {
	var hits []*datalayer.Hit
	for _, about := range s.About(i) {
		if hit, ok := about.(*datalayer.Hit); ok {
			hits = append(hits, hit)
		}
	}
	return hits
}

type listInput struct {
	recordingInput
	Filter string `json:"filter,omitempty" jsonschema:"a layertap filter, such as 'event:purchase', 'error', 'code=misspelled-parameter' or 'not gtm.'; default: all messages"`
	After  int    `json:"after,omitempty" jsonschema:"list only messages with a higher seq; next of the answer before"`
	Limit  int    `json:"limit,omitempty" jsonschema:"how many to return, at most 100; default 20"`
}

type listAnswer struct {
	Messages []messageRow `json:"messages"`
	Next     int          `json:"next,omitempty"` // pass as after; left out after the last message
	Complete bool         `json:"complete"`
	Cut      bool         `json:"cut,omitempty"`
}

func (o *opened) listMessages(ctx context.Context, in listInput) (any, error) {
	e, err := o.find(in.Recording)
	if err != nil {
		return nil, err
	}
	complete := e.complete() // before the snapshot, which may have more after it
	s, err := e.snapshot()
	if err != nil {
		return nil, err
	}
	chosen, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	r, a := newRoom(), listAnswer{Messages: []messageRow{}, Complete: complete}
	for at := following(s, in.After); ; at++ {
		var push *datalayer.Push
		if at, push, err = nextMatch(ctx, s, chosen, at); err != nil {
			return nil, err
		}
		if push == nil {
			break
		}
		if len(a.Messages) == limit(in.Limit) || r.full() {
			a.Next = a.Messages[len(a.Messages)-1].Seq
			break
		}
		a.Messages = append(a.Messages, rowOf(r, s, at, push))
	}
	a.Cut = r.cut
	return a, nil
}

func parseFilter(text string) (filter.Filter, error) {
	chosen, err := filter.Parse(text)
	if err != nil {
		return filter.Filter{}, fmt.Errorf("reading the filter: %w", err)
	}
	return chosen, nil
}

// following returns the index of the first entry after the one with a sequence number.
func following(s session.Snapshot, seq int) int {
	return sort.Search(s.Len(), func(i int) bool { return datalayer.At(s.Entry(i)).Seq > seq })
}

// nextMatch returns the first message from index i on that passes a filter, with its index;
// nil if there is none. It only returns errors of ctx.
func nextMatch(ctx context.Context, s session.Snapshot, chosen filter.Filter, i int) (int, *datalayer.Push, error) {
	for ; i < s.Len(); i++ {
		if ctx.Err() != nil {
			return i, nil, fmt.Errorf("looking for messages: %w", ctx.Err())
		}
		if push, ok := s.Entry(i).(*datalayer.Push); ok && chosen.Match(s, i) {
			return i, push, nil
		}
	}
	return i, nil, nil
}

// message returns the message with a sequence number, and its index.
func message(s session.Snapshot, seq int) (int, *datalayer.Push, error) {
	i := s.Find(seq)
	if i >= 0 {
		if push, ok := s.Entry(i).(*datalayer.Push); ok {
			return i, push, nil
		}
	}
	return 0, nil, fmt.Errorf("there is no message with seq %d; list_messages returns the seq of each", seq)
}
