package report

import (
	"io"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// The keys of the JSON form of a check. Other programs rely on them; more may
// stand beside these, none may go.

type checkJSON struct {
	Format  int        `json:"format"`
	Tool    string     `json:"tool"`
	Verdict string     `json:"verdict"`
	Files   []fileJSON `json:"files"`
}

type fileJSON struct {
	File      string          `json:"file"`
	Verdict   string          `json:"verdict"`
	Filter    string          `json:"filter,omitempty"`
	Trouble   string          `json:"trouble,omitempty"`
	Counts    countsJSON      `json:"counts"`
	Messages  []messageJSON   `json:"messages"`
	Findings  []findingJSON   `json:"findings"`
	Accepted  []acceptedJSON  `json:"accepted,omitempty"`
	Coverage  []coverageJSON  `json:"coverage"`
	Triggers  []countJSON     `json:"triggers"`
	Undecided []undecidedJSON `json:"undecided"`
	HeldBack  []heldBackJSON  `json:"heldBack"`
	Hits      []hitJSON       `json:"hits"`
}

// hitJSON is a request to a vendor with the message that it came from; Tag is the tag
// that sent it, if that is known.
type hitJSON struct {
	Seq           int        `json:"seq"`
	Vendor        string     `json:"vendor"`
	ID            string     `json:"id,omitempty"`
	Event         string     `json:"event,omitempty"`
	Cause         *causeJSON `json:"cause,omitempty"`
	Tag           string     `json:"tag,omitempty"`
	*comparedJSON            // with --all
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
	// Names are the misspelled names under which it came.
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

// JSON writes the check as other programs read it.
func (c Check) JSON(w io.Writer) error {
	out := checkJSON{Format: 1, Tool: c.Tool, Verdict: verdict(c.Failed()), Files: []fileJSON{}}
	for _, f := range c.Files {
		out.Files = append(out.Files, c.fileJSON(f))
	}
	return WriteJSON(w, out)
}

func (c Check) fileJSON(f File) fileJSON {
	s := f.Session
	out := fileJSON{
		File: f.Name, Verdict: verdict(c.failed(f)), Filter: f.Filter, Trouble: f.Trouble,
		Counts: countsJSON{
			Messages: s.Counts.Messages, Errors: s.Counts.Errors, Warnings: s.Counts.Warnings, Infos: s.Counts.Infos, Accepted: s.Counts.Accepted,
			SkippedLines: f.SkippedLines, GarbledLines: f.GarbledLines, TornBytes: f.TornBytes, Gaps: s.Counts.Gaps,
		},
		Messages: []messageJSON{}, Findings: findingsJSON(s.Findings), Coverage: []coverageJSON{}, Triggers: []countJSON{}, Hits: c.hitsJSON(s),
	}
	for _, a := range accepted(f) {
		out.Accepted = append(out.Accepted, acceptedJSON{a.Code, a.Event, a.Path, a.Message, a.Why, a.From, a.count})
	}
	for i, push := range pushes(s) {
		out.Messages = append(out.Messages, c.messageJSON(s, i, push))
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
	out.Undecided, out.HeldBack = undecidedJSONs(s), heldBackJSONs(s)
	return out
}

func (c Check) hitsJSON(s session.Snapshot) []hitJSON {
	out := []hitJSON{}
	for i := range s.Len() {
		hit, ok := s.Entry(i).(*datalayer.Hit)
		if !ok {
			continue
		}
		h := hitJSON{Seq: hit.Seq, Vendor: hit.Vendor, ID: hit.ID, Event: hit.Event}
		if from := hit.Cause; from != nil {
			h.Cause, h.Tag = &causeJSON{from.Push, from.By, from.Strength}, from.Tag
		}
		if c.All {
			h.comparedJSON = compared(s, hit)
		}
		out = append(out, h)
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
