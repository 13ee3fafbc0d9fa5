package mcp

import (
	"context"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
)

type readInput struct {
	recordingInput
	Seq    int `json:"seq" jsonschema:"the message"`
	Offset int `json:"offset,omitempty" jsonschema:"where in the payload to begin, in bytes; next of the payload before"`
}

type readAnswer struct {
	messageRow
	Payload  part         `json:"payload"` // JSON, in the encoding of session files
	Found    []findingRow `json:"finding_list"`
	Matched  []matchRow   `json:"triggers"` // those that matched or may have matched
	Tags     []tagRow     `json:"tags"`     // those with a trigger that matched or may have matched
	HitList  []hitRow     `json:"hit_list"`
	LeftOut  *leftOut     `json:"left_out,omitempty"`
	Cut      bool         `json:"cut,omitempty"`
	Evaluate *skipped     `json:"not_evaluated,omitempty"`
}

type leftOut struct {
	Findings int `json:"findings,omitempty"`
	Triggers int `json:"triggers,omitempty"`
	Tags     int `json:"tags,omitempty"`
	Hits     int `json:"hits,omitempty"`
}

// skipped returns the reason why Google Tag Manager evaluated nothing.
type skipped struct {
	Untrusted string `json:"untrusted"`
}

type findingRow struct {
	Code      rules.Code `json:"code"`
	Severity  string     `json:"severity"`
	Untrusted struct {
		Path    string `json:"path,omitempty"`
		Message string `json:"message"`
		Fix     string `json:"fix,omitempty"`
		Note    string `json:"note,omitempty"`
	} `json:"untrusted"`
}

func findingOf(r *room, f rules.Finding) findingRow {
	row := findingRow{Code: f.Code, Severity: f.Severity.String()}
	u := &row.Untrusted
	u.Path, u.Message, u.Fix, u.Note = r.name(f.Path), r.words(f.Message), r.words(f.Fix), r.words(f.Note)
	return row
}

type matchRow struct {
	Matched   string `json:"matched"` // "yes" or "unknown"
	Untrusted struct {
		Name string `json:"name"`
	} `json:"untrusted"`
}

type tagRow struct {
	Status       string    `json:"status"`
	Sends        []sendRow `json:"sends,omitempty"`
	SendsLeftOut int       `json:"sends_left_out,omitempty"`
	Untrusted    struct {
		Name      string   `json:"name"`
		Type      string   `json:"type,omitempty"`
		Container string   `json:"container,omitempty"`
		Why       string   `json:"why,omitempty"`
		By        []string `json:"by,omitempty"`
		Blocks    []string `json:"blocked_by,omitempty"`
	} `json:"untrusted"`
}

type sendRow struct {
	Known     bool `json:"known"`
	Untrusted struct {
		Name    string `json:"name"`
		Value   string `json:"value,omitempty"` // JSON
		Written string `json:"written,omitempty"`
		Why     string `json:"why,omitempty"` // the reason why it isn't known
	} `json:"untrusted"`
}

type hitRow struct {
	Seq       int  `json:"seq"`
	Status    int  `json:"status,omitempty"` // HTTP status; left out if there was no response
	KeyEvent  bool `json:"key_event,omitempty"`
	Untrusted struct {
		Vendor   string `json:"vendor"`
		ID       string `json:"id,omitempty"`
		Event    string `json:"event,omitempty"`
		Error    string `json:"error,omitempty"`
		Strength string `json:"strength,omitempty"` // how certain it is that the message caused it
		Tag      string `json:"tag,omitempty"`
		Params   string `json:"params,omitempty"` // JSON
	} `json:"untrusted"`
}

func (o *opened) readMessage(_ context.Context, in readInput) (any, error) {
	_, s, err := o.read(in.Recording)
	if err != nil {
		return nil, err
	}
	i, push, err := message(s, in.Seq)
	if err != nil {
		return nil, err
	}
	r := newRoom()
	a, left := readAnswer{messageRow: rowOf(r, s, i, push)}, leftOut{}
	if a.Payload, err = r.partOf(string(push.Message), in.Offset); err != nil {
		return nil, err
	}
	verdict := s.Verdict(i)
	a.Found, left.Findings = rows(r, verdict.Findings, func(f rules.Finding) findingRow { return findingOf(r, f) })
	a.HitList, left.Hits = rows(r, hitsOf(s, i), func(h *datalayer.Hit) hitRow { return hitOf(r, h) })
	a.Matched, left.Triggers = rows(r, verdict.Outcome.Triggers, func(m gtm.Match) matchRow { return matchOf(r, m) })
	why, _ := s.Explain(i)
	a.Tags, left.Tags = rows(r, concerned(why.Tags), func(v gtm.TagVerdict) tagRow { return tagOf(r, v) })
	if why.Skipped != "" {
		a.Evaluate = &skipped{r.words(why.Skipped)}
	}
	if left != (leftOut{}) {
		a.LeftOut = &left
	}
	a.Cut = r.cut
	return a, nil
}

func matchOf(r *room, m gtm.Match) matchRow {
	row := matchRow{Matched: m.Matched.String()}
	row.Untrusted.Name = r.name(m.Trigger.Name)
	return row
}

// concerned returns the tags with a trigger that matched a message or may have matched.
func concerned(all []gtm.TagVerdict) []gtm.TagVerdict {
	var some []gtm.TagVerdict
	for _, v := range all {
		if v.Fires != gtm.No || len(v.By) > 0 {
			some = append(some, v)
		}
	}
	return some
}

func tagOf(r *room, v gtm.TagVerdict) tagRow {
	row := tagRow{Status: v.Status.String()}
	u := &row.Untrusted
	u.Name, u.Type, u.Why = r.name(v.Tag.Name), r.name(v.Tag.Type), r.words(v.Reason)
	u.Container = r.name(v.Tag.Container.ID)
	name := func(t *gtm.Trigger) string { return r.name(t.Name) }
	u.By, _ = rows(r, v.By, name)
	u.Blocks, _ = rows(r, v.Blocks, name)
	row.Sends, row.SendsLeftOut = rows(r, v.Sends, func(p gtm.Parameter) sendRow { return sendOf(r, p) })
	return row
}

func sendOf(r *room, p gtm.Parameter) sendRow {
	row := sendRow{Known: p.Known}
	u := &row.Untrusted
	u.Name = r.name(p.Name)
	if p.Known {
		u.Value = r.value(p.Value)
	} else {
		u.Written, u.Why = r.text(p.Written, mostScalar), r.words(p.Unknown())
	}
	return row
}

func hitOf(r *room, h *datalayer.Hit) hitRow {
	row := hitRow{Seq: h.Seq, Status: h.Status, KeyEvent: h.KeyEvent}
	u := &row.Untrusted
	u.Vendor, u.ID, u.Event, u.Error = r.name(h.Vendor), r.name(h.ID), r.name(h.Event), r.words(h.Error)
	if h.Cause != nil {
		u.Strength, u.Tag = r.name(h.Cause.Strength), r.name(h.Cause.Tag)
	}
	u.Params = r.text(string(h.Params), 2*mostWords)
	return row
}
