package report

import (
	"encoding/json"
	"io"

	"layertap/gtm"
	"layertap/rules"
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
	File     string         `json:"file"`
	Verdict  string         `json:"verdict"`
	Trouble  string         `json:"trouble,omitempty"`
	Counts   countsJSON     `json:"counts"`
	Messages []messageJSON  `json:"messages"`
	Findings []findingJSON  `json:"findings"`
	Coverage []coverageJSON `json:"coverage"`
	Triggers []countJSON    `json:"triggers"`
}

type countsJSON struct {
	Messages     int `json:"messages"`
	Errors       int `json:"errors"`
	Warnings     int `json:"warnings"`
	Infos        int `json:"infos"`
	SkippedLines int `json:"skippedLines"`
	TornBytes    int `json:"tornBytes"`
	Gaps         int `json:"gaps"`
}

type messageJSON struct {
	Seq      int           `json:"seq"`
	Event    string        `json:"event,omitempty"`
	Findings []findingJSON `json:"findings"`
	Triggers []matchJSON   `json:"triggers"`
	Tags     []firingJSON  `json:"tags"`
}

type findingJSON struct {
	Code       rules.Code `json:"code"`
	Severity   string     `json:"severity"`
	Path       string     `json:"path,omitempty"`
	Suggestion string     `json:"suggestion,omitempty"`
	Message    string     `json:"message"`
	Mend       string     `json:"mend,omitempty"`
}

type matchJSON struct {
	Name    string `json:"name"`
	Matched string `json:"matched"`
}

type firingJSON struct {
	Container string `json:"container"`
	Name      string `json:"name"`
	Index     int    `json:"index"`
	Fires     string `json:"fires"`
}

type coverageJSON struct {
	Event    string `json:"event"`
	Seen     int    `json:"seen"`
	Required bool   `json:"required"`
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
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func (c Check) fileJSON(f File) fileJSON {
	s := f.Session
	out := fileJSON{
		File: f.Name, Verdict: verdict(c.failed(f)), Trouble: f.Trouble,
		Counts: countsJSON{
			Messages: s.Counts.Messages, Errors: s.Counts.Errors, Warnings: s.Counts.Warnings, Infos: s.Counts.Infos,
			SkippedLines: f.SkippedLines, TornBytes: f.TornBytes, Gaps: s.Counts.Gaps,
		},
		Messages: []messageJSON{}, Findings: findingsJSON(s.Findings), Coverage: []coverageJSON{}, Triggers: []countJSON{},
	}
	messages(s, func(m message) { out.Messages = append(out.Messages, m.json()) })
	for _, event := range s.Coverage {
		out.Coverage = append(out.Coverage, coverageJSON{event.Event, event.Seen, event.Required})
	}
	for _, t := range s.Triggers {
		out.Triggers = append(out.Triggers, countJSON{t.Trigger.Name, t.Matched})
	}
	return out
}

func (m message) json() messageJSON {
	out := messageJSON{Seq: m.Seq, Event: m.Event, Findings: findingsJSON(m.verdict.Findings), Triggers: []matchJSON{}, Tags: []firingJSON{}}
	for _, match := range m.verdict.Outcome.Triggers {
		out.Triggers = append(out.Triggers, matchJSON{match.Trigger.Name, match.Matched.String()})
	}
	for _, f := range m.verdict.Outcome.Tags {
		out.Tags = append(out.Tags, firingOf(f.Tag, f.Fires))
	}
	return out
}

func firingOf(tag *gtm.Tag, fires gtm.Truth) firingJSON {
	return firingJSON{tag.Container.ID, tag.Name, tag.Index, fires.String()}
}

func findingsJSON(findings []rules.Finding) []findingJSON {
	out := []findingJSON{}
	for _, f := range findings {
		out = append(out, findingJSON{f.Code, f.Severity.String(), f.Path, f.Suggestion, f.Message, f.Mend})
	}
	return out
}
