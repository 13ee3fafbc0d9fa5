package mcp

import (
	"context"
	"errors"
	"fmt"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/rules/infer"
	"layertap/session"
)

// mostCompared is the maximum number of messages in a compared recording: the time grows
// with the square of the number of differences, and the comparison can't be interrupted.
const mostCompared = 20_000

type diffInput struct {
	page
	Before string `json:"before" jsonschema:"the id of an open recording"`
	After  string `json:"after" jsonschema:"the id of the one to compare it with"`
	Exact  bool   `json:"exact,omitempty" jsonschema:"compare IDs, timestamps and gtm.* keys, too"`
}

type diffAnswer struct {
	Same        bool              `json:"same"`
	OtherSites  bool              `json:"other_sites,omitempty"` // they have no site in common
	Counts      map[diff.Kind]int `json:"counts"`
	Differences []differenceRow   `json:"differences"`
	Next        int               `json:"next,omitempty"` // pass as offset
	Cut         bool              `json:"cut,omitempty"`
}

type differenceRow struct {
	Kind      diff.Kind   `json:"kind"`
	Before    int         `json:"before,omitempty"` // a seq
	After     int         `json:"after,omitempty"`
	Changes   []changeRow `json:"changes,omitempty"`
	LeftOut   int         `json:"left_out,omitempty"`
	Untrusted struct {
		Event string `json:"event"`
		Page  string `json:"page"`
		Layer string `json:"layer"`
	} `json:"untrusted"`
}

type changeRow struct {
	Kind      diff.ChangeKind `json:"kind"`
	Untrusted struct {
		Path   string `json:"path"`
		Before string `json:"before,omitempty"` // JSON
		After  string `json:"after,omitempty"`
	} `json:"untrusted"`
}

func (o *opened) diffRecordings(_ context.Context, in diffInput) (any, error) {
	_, before, err := o.read(in.Before)
	if err != nil {
		return nil, err
	}
	_, after, err := o.read(in.After)
	if err != nil {
		return nil, err
	}
	if before.Counts.Messages > mostCompared || after.Counts.Messages > mostCompared {
		return nil, fmt.Errorf("comparing recordings: one has more than %d messages, which may take minutes; run layertap diff in a shell", mostCompared)
	}
	ignore := diff.Usual()
	if in.Exact {
		ignore = diff.Ignore{}
	}
	found := diff.Sessions(before, after, ignore)
	r, a := newRoom(), diffAnswer{Same: len(found) == 0, Counts: map[diff.Kind]int{}}
	_, _, a.OtherSites = diff.OtherSites(before, after)
	for _, one := range found {
		a.Counts[one.Kind]++
	}
	a.Differences, a.Next = paged(r, in.page, found, func(d diff.Difference) differenceRow { return differenceOf(r, d) })
	a.Cut = r.cut
	return a, nil
}

func differenceOf(r *room, d diff.Difference) differenceRow {
	row := differenceRow{Kind: d.Kind}
	if d.Before != nil {
		row.Before = d.Before.Seq
	}
	if d.After != nil {
		row.After = d.After.Seq
	}
	u := &row.Untrusted
	u.Event, u.Page, u.Layer = r.name(d.Event), r.name(d.Page), r.name(d.Layer)
	row.Changes, row.LeftOut = rows(r, d.Changes, func(c diff.Change) changeRow {
		one := changeRow{Kind: c.Kind}
		u := &one.Untrusted
		u.Path = r.name(c.Path)
		if c.Kind != diff.KeyExtra {
			u.Before = r.value(c.Before)
		}
		if c.Kind != diff.KeyMissing {
			u.After = r.value(c.After)
		}
		return one
	})
	return row
}

type inferInput struct {
	Recordings []string `json:"recordings" jsonschema:"the ids of open recordings"`
	Name       string   `json:"name,omitempty" jsonschema:"the name of the plan; default: inferred"`
	Offset     int      `json:"offset,omitempty" jsonschema:"where in the plan to begin, in bytes; next of the answer before"`
}

type inferAnswer struct {
	Plan part `json:"plan"` // YAML
}

func (o *opened) inferPlan(ctx context.Context, in inferInput) (any, error) {
	if len(in.Recordings) == 0 {
		return nil, errors.New("inferring a plan: name at least one open recording")
	}
	name := in.Name
	if name == "" {
		name = "inferred"
	}
	var recordings []infer.Recording
	for _, id := range in.Recordings {
		_, s, err := o.read(id)
		if err != nil {
			return nil, err
		}
		recordings = append(recordings, messages(ctx, s))
	}
	draft := infer.Draft(name, recordings...)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("inferring a plan: %w", ctx.Err())
	}
	text, err := draft.YAML()
	if err != nil {
		return nil, err
	}
	plan, err := newRoom().partOf(string(text), in.Offset)
	return inferAnswer{plan}, err
}

// messages yields the messages of a session until ctx ends.
func messages(ctx context.Context, s session.Snapshot) infer.Recording {
	return func(yield func(*datalayer.Page, *datalayer.Push) bool) {
		for i := range s.Len() {
			if push, ok := s.Entry(i).(*datalayer.Push); ok && (ctx.Err() != nil || !yield(s.Page(push.Page), push)) {
				return
			}
		}
	}
}
