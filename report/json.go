package report

import (
	"errors"
	"io"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/spool"
	"layertap/rules"
	"layertap/session"
)

// The keys of the JSON form of a check, a public format. Keys may be added, but not
// removed.

type checkJSON struct {
	Format  int    `json:"format"`
	Tool    string `json:"tool"`
	Verdict string `json:"verdict"`
}

// A file is written in parts: what precedes its messages, its messages, what is between
// them and its hits, and its hits.

type fileJSON struct {
	File    string     `json:"file"`
	Verdict string     `json:"verdict"`
	Filter  string     `json:"filter,omitempty"`
	Trouble string     `json:"trouble,omitempty"`
	Counts  countsJSON `json:"counts"`
}

type wholeJSON struct {
	Findings  []findingJSON   `json:"findings"`
	Accepted  []acceptedJSON  `json:"accepted,omitempty"`
	Coverage  []coverageJSON  `json:"coverage"`
	Triggers  []countJSON     `json:"triggers"`
	Undecided []undecidedJSON `json:"undecided"`
	HeldBack  []heldBackJSON  `json:"heldBack"`
	// GoogleTags is only there with --all.
	GoogleTags []googleTagJSON `json:"googleTags,omitzero"`
}

// hitJSON is a request to a vendor with the message that caused it; Tag is the tag that
// sent it, if known.
type hitJSON struct {
	Seq           int        `json:"seq"`
	Vendor        string     `json:"vendor"`
	ID            string     `json:"id,omitempty"`
	Event         string     `json:"event,omitempty"`
	Cause         *causeJSON `json:"cause,omitempty"`
	Tag           string     `json:"tag,omitempty"`
	*comparedJSON            // only with --all
}

// acceptedJSON is an exception that accepted some findings.
type acceptedJSON struct {
	Code    rules.Code `json:"code"`
	Event   string     `json:"event,omitempty"`
	Path    string     `json:"path,omitempty"`
	Message string     `json:"message,omitempty"`
	Why     string     `json:"why,omitempty"`
	From    string     `json:"from"`
	Count   int        `json:"count"`
}

type countsJSON struct {
	Messages     int `json:"messages"`
	Errors       int `json:"errors"`
	Warnings     int `json:"warnings"`
	Infos        int `json:"infos"`
	Accepted     int `json:"accepted,omitempty"`
	SkippedLines int `json:"skippedLines"`
	GarbledLines int `json:"garbledLines,omitempty"`
	TornBytes    int `json:"tornBytes"`
	Gaps         int `json:"gaps"`
}

type messageJSON struct {
	Seq      int           `json:"seq"`
	Event    string        `json:"event,omitempty"`
	Findings []findingJSON `json:"findings"`
	Triggers []matchJSON   `json:"triggers"`
	Tags     []firingJSON  `json:"tags"`
	*allJSON
	*stateJSON
}

type findingJSON struct {
	Code       rules.Code `json:"code"`
	Severity   string     `json:"severity"`
	Path       string     `json:"path,omitempty"`
	Suggestion string     `json:"suggestion,omitempty"`
	Message    string     `json:"message"`
	Also       []string   `json:"also,omitempty"`
	Fix        string     `json:"fix,omitempty"`
	Note       string     `json:"note,omitempty"`
	Owner      string     `json:"owner,omitempty"`
	Link       string     `json:"link,omitempty"`
	Messages   []int      `json:"messages,omitempty"`
	Count      int        `json:"count,omitempty"`
}

type matchJSON struct {
	Name    string `json:"name"`
	Matched string `json:"matched"`
	*triggerWhyJSON
}

type firingJSON struct {
	Container string `json:"container"`
	Name      string `json:"name"`
	Index     int    `json:"index"`
	Fires     string `json:"fires"`
	*tagWhyJSON
}

type coverageJSON struct {
	Event    string `json:"event"`
	Seen     int    `json:"seen"`
	Required bool   `json:"required"`
	Right    int    `json:"right,omitempty"`
	Wrong    int    `json:"wrong,omitempty"`
	// Names are the misspelled names of the event.
	Names []nameJSON `json:"names,omitempty"`
}

type nameJSON struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

type countJSON struct {
	Name    string `json:"name"`
	Matched int    `json:"matched"`
}

// JSON writes the check for other programs.
func (c Check) JSON(w io.Writer) (failed bool, err error) {
	var files spool.Spool
	failed, err = c.each(func(f File) error {
		separator := ","
		if files.Empty() {
			separator = ""
		}
		return c.fileJSON(&files, separator, f)
	})
	if err != nil {
		return failed, err
	}
	head, err := members(checkJSON{Format: 1, Tool: c.Tool, Verdict: verdict(failed)})
	if err != nil {
		return failed, err
	}
	return failed, put(w, "{", head, `,"files":[`, &files, "]}\n")
}

// members returns the members of a JSON object without its braces.
func members(object any) (string, error) {
	text, err := marshal(object)
	if err != nil {
		return "", err
	}
	return string(text[1 : len(text)-1]), nil
}

func (c Check) fileJSON(w io.Writer, separator string, f File) error {
	s := f.Session
	head, err := members(fileJSON{
		File: f.Name, Verdict: verdict(c.Fails(f)), Filter: f.Filter, Trouble: f.Trouble,
		Counts: countsJSON{
			Messages: s.Counts.Messages, Errors: s.Counts.Errors, Warnings: s.Counts.Warnings, Infos: s.Counts.Infos, Accepted: s.Counts.Accepted,
			SkippedLines: f.SkippedLines, GarbledLines: f.GarbledLines, TornBytes: f.TornBytes, Gaps: s.Counts.Gaps,
		},
	})
	if err != nil {
		return err
	}
	entries, ok := f.Settled.(*entriesJSON)
	if !ok {
		entries = &entriesJSON{check: c}
	}
	for i := s.Settled(); i < s.Len(); i++ {
		entries.Settle(s, i, false)
	}
	parts := wholeOf(f)
	if c.All {
		parts.GoogleTags = googleTagsOf(s)
	}
	whole, err := members(parts)
	if err := errors.Join(err, entries.err); err != nil {
		return err
	}
	if err := put(w, separator, "{", head, `,"messages":[`); err != nil {
		return err
	}
	if err := entries.fill(w, s); err != nil {
		return err
	}
	return put(w, "],", whole, `,"hits":[`, &entries.hits, "]}")
}

// wholeOf returns what applies to the session as a whole.
func wholeOf(f File) wholeJSON {
	s := f.Session
	out := wholeJSON{
		Findings: findingsJSON(s.Findings), Coverage: []coverageJSON{}, Triggers: []countJSON{},
		Undecided: undecidedJSONs(s), HeldBack: heldBackJSONs(s),
	}
	for _, a := range accepted(f) {
		out.Accepted = append(out.Accepted, acceptedJSON{a.Code, a.Event, a.Path, a.Message, a.Why, a.From, a.count})
	}
	for _, event := range s.Coverage {
		row := coverageJSON{Event: event.Event, Seen: event.Seen, Required: event.Required, Right: event.Right(), Wrong: event.Wrong}
		for _, name := range event.Names {
			row.Names = append(row.Names, nameJSON{name.Name, name.Count})
		}
		out.Coverage = append(out.Coverage, row)
	}
	for _, t := range s.Triggers {
		out.Triggers = append(out.Triggers, countJSON{t.Trigger.Name, t.Matched})
	}
	return out
}

func (c Check) hitJSON(s session.Snapshot, hit *datalayer.Hit) hitJSON {
	out := hitJSON{Seq: hit.Seq, Vendor: hit.Vendor, ID: hit.ID, Event: hit.Event}
	if from := hit.Cause; from != nil {
		out.Cause, out.Tag = &causeJSON{from.Push, from.By, from.Strength}, from.Tag
	}
	if c.All {
		out.comparedJSON = compared(s, hit)
	}
	return out
}

func (c Check) messageJSON(s session.Snapshot, i int, push *datalayer.Push) messageJSON {
	v := s.Verdict(i)
	out := messageJSON{Seq: push.Seq, Event: push.Event, Findings: findingsJSON(v.Findings), Triggers: []matchJSON{}, Tags: []firingJSON{}}
	for _, match := range v.Outcome.Triggers {
		out.Triggers = append(out.Triggers, matchJSON{Name: match.Trigger.Name, Matched: match.Matched.String()})
	}
	for _, f := range v.Outcome.Tags {
		out.Tags = append(out.Tags, firingOf(f.Tag, f.Fires))
	}
	why, ok := gtm.Explanation{}, false
	if c.All || c.State {
		why, ok = s.Explain(i)
	}
	if c.All && ok {
		out.explain(why)
	}
	if c.State && ok {
		out.stateJSON = stateOf(why)
	}
	return out
}

func firingOf(tag *gtm.Tag, fires gtm.Truth) firingJSON {
	return firingJSON{Container: tag.Container.ID, Name: tag.Name, Index: tag.Index, Fires: fires.String()}
}

func findingsJSON(findings []rules.Finding) []findingJSON {
	out := []findingJSON{}
	for _, f := range findings {
		out = append(out, findingJSON{
			Code: f.Code, Severity: f.Severity.String(), Path: f.Path, Suggestion: f.Suggestion, Message: f.Message,
			Also: f.Also, Fix: f.Fix, Note: f.Note, Owner: f.Owner, Link: f.Link, Messages: f.Messages, Count: f.Count,
		})
	}
	return out
}
