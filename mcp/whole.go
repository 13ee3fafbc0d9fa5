package mcp

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"layertap/datalayer"
	"layertap/report"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/check/planned"
	"layertap/session"
)

type findingsInput struct {
	recordingInput
	page
	Severity string `json:"severity,omitempty" jsonschema:"the least severity to list: info, warning or error; default: info"`
}

type findingsAnswer struct {
	Causes   []causeRow `json:"causes"`
	Total    int        `json:"total"`          // causes, of this severity or worse
	Next     int        `json:"next,omitempty"` // pass as offset
	Complete bool       `json:"complete"`       // false: findings about the session as a whole may follow
	Cut      bool       `json:"cut,omitempty"`
}

// causeRow is a fault with its first finding.
type causeRow struct {
	findingRow
	Count    int   `json:"count"`    // number of messages
	Messages []int `json:"messages"` // the seq of the first of them
	Event    event `json:"event"`
}

type event struct {
	Untrusted string `json:"untrusted"`
}

// cause is a fault that some messages have in common.
type cause struct {
	first    rules.Finding
	event    string
	count    int
	messages []int
}

func (o *opened) listFindings(ctx context.Context, in findingsInput) (any, error) {
	e, err := o.find(in.Recording)
	if err != nil {
		return nil, err
	}
	least, err := severity(cmp.Or(in.Severity, "info"))
	if err != nil {
		return nil, err
	}
	complete := e.complete()
	s, err := e.snapshot()
	if err != nil {
		return nil, err
	}
	all, err := causes(ctx, s, least)
	if err != nil {
		return nil, err
	}
	r, a := newRoom(), findingsAnswer{Total: len(all), Complete: complete}
	a.Causes, a.Next = paged(r, in.page, all, func(c *cause) causeRow {
		return causeRow{findingOf(r, c.first), c.count, c.messages, event{r.name(c.event)}}
	})
	a.Cut = r.cut
	return a, nil
}

// severity parses a severity that a finding can have.
func severity(word string) (rules.Severity, error) {
	if s, ok := rules.ParseSeverity(word); ok && s != rules.Off {
		return s, nil
	}
	return rules.Off, fmt.Errorf("%q isn't a severity; use info, warning or error", word)
}

// firstMessages is the maximum number of listed messages of a cause.
const firstMessages = 10

// causes groups the findings of a session by code, event, path and suggestion: the most
// severe and then the most frequent first.
func causes(ctx context.Context, s session.Snapshot, least rules.Severity) ([]*cause, error) {
	type key struct {
		code                    rules.Code
		event, path, suggestion string
	}
	var all []*cause
	known := map[key]*cause{}
	for i := range s.Len() {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("gathering the findings: %w", ctx.Err())
		}
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		for _, f := range s.Verdict(i).Findings {
			if f.Severity < least {
				continue
			}
			k := key{f.Code, push.Event, f.Path, f.Suggestion}
			c := known[k]
			if c == nil {
				c = &cause{first: f, event: push.Event}
				known[k], all = c, append(all, c)
			}
			if c.count++; len(c.messages) < firstMessages {
				c.messages = append(c.messages, push.Seq)
			}
		}
	}
	for _, f := range s.Findings {
		if f.Severity >= least {
			first := append([]int{}, f.Messages[:min(len(f.Messages), firstMessages)]...)
			all = append(all, &cause{first: f, count: f.Count, messages: first})
		}
	}
	slices.SortStableFunc(all, func(a, b *cause) int {
		return cmp.Or(int(b.first.Severity)-int(a.first.Severity), b.count-a.count)
	})
	return all, nil
}

type coverageInput struct {
	recordingInput
	page
}

type coverageAnswer struct {
	Events      []coverageRow `json:"events"`
	Total       int           `json:"total"`
	Next        int           `json:"next,omitempty"`         // pass as offset
	SteppedBack bool          `json:"stepped_back,omitempty"` // no event of the plan was seen, and the agent didn't request the plan: it isn't counted
	Cut         bool          `json:"cut,omitempty"`
}

type coverageRow struct {
	Seen      int  `json:"seen"`
	Right     int  `json:"right"`
	Wrong     int  `json:"wrong"`
	Required  bool `json:"required"`
	LeftOut   int  `json:"left_out,omitempty"`
	Untrusted struct {
		Event      string   `json:"event"`
		Misspelled []string `json:"misspelled,omitempty"` // the misspelled names of the event
		Unfilled   []string `json:"unfilled,omitempty"`   // parameters that were always empty
		Unseen     []string `json:"unseen,omitempty"`     // values that were never seen
	} `json:"untrusted"`
}

func (o *opened) coverage(_ context.Context, in coverageInput) (any, error) {
	_, s, err := o.read(in.Recording)
	if err != nil {
		return nil, err
	}
	r, a := newRoom(), coverageAnswer{Total: len(s.Coverage), SteppedBack: s.SteppedBack != ""}
	a.Events, a.Next = paged(r, in.page, s.Coverage, func(c check.Coverage) coverageRow {
		row := coverageRow{Seen: c.Seen, Right: c.Right(), Wrong: c.Wrong, Required: c.Required}
		u := &row.Untrusted
		u.Event = r.name(c.Event)
		var names, unfilled, unseen int
		u.Misspelled, names = rows(r, c.Names, func(n planned.Misspelling) string { return r.name(n.Name) })
		u.Unfilled, unfilled = rows(r, c.Unfilled, r.name)
		u.Unseen, unseen = rows(r, c.Unseen, r.name)
		row.LeftOut = names + unfilled + unseen
		return row
	})
	a.Cut = r.cut
	return a, nil
}

type checkInput struct {
	recordingInput
	FailOn string `json:"fail_on,omitempty" jsonschema:"fail on findings of this severity or worse: info, warning or error; default: error"`
}

type checkAnswer struct {
	Failed bool `json:"failed"`
	summaryAnswer
}

func (o *opened) checkRecording(_ context.Context, in checkInput) (any, error) {
	e, s, err := o.read(in.Recording)
	if err != nil {
		return nil, err
	}
	failOn, err := severity(cmp.Or(in.FailOn, "error"))
	if err != nil {
		return nil, err
	}
	if !e.complete() {
		return nil, fmt.Errorf("recording %s is still being written; check it when it is complete; end_capture ends a capture", e.id)
	}
	about, err := summary(e)
	if err != nil {
		return nil, err
	}
	failed := report.Check{FailOn: failOn}.Fails(report.File{Name: e.path, Session: s})
	return checkAnswer{failed, about}, nil
}
