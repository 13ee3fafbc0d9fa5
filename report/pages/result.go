// Package pages reports on many pages that were recorded individually: the result of each,
// and a summary.
package pages

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/rules"
	"layertap/session"
	"layertap/sweep"
)

// Result is the result of a page. Its size is bounded, whatever the page does.
type Result struct {
	Number int    `json:"number"` // the page's position in the list, from 1
	URL    string `json:"url"`
	File   string `json:"file,omitempty"`  // the name of its recording in the directory; empty for none
	Error  string `json:"error,omitempty"` // why it was not recorded
	// Status is the first error status, from 400 to 599, of a response with a page in the
	// tab; 0 if there was none.
	Status int `json:"status,omitempty"`
	// Failed are the attempts that failed.
	Failed   []sweep.Attempt `json:"failed,omitempty"`
	Messages int             `json:"messages"`
	Hits     int             `json:"hits"`
	Errors   int             `json:"errors"`
	Warnings int             `json:"warnings"`
	Infos    int             `json:"infos"`
	Gaps     int             `json:"gaps,omitempty"`
	Findings []Found         `json:"findings,omitempty"`
	// Variants are further recordings of the page, each with a different choice by the
	// visitor, and their differences from File.
	Variants []Variant `json:"variants,omitempty"`
	Variant  string    `json:"variant,omitempty"` // the name of the one in File
}

// Variant is a further recording of a page.
type Variant struct {
	Name        string       `json:"name"`
	File        string       `json:"file"`
	Differences []Difference `json:"differences,omitempty"`
}

// Difference is a message or a hit that only one of two recordings has, or that differs.
type Difference struct {
	Kind  string `json:"kind"` // "missing", "extra", "reordered", "shape" or "value"; of a hit "missing" or "extra"
	What  string `json:"what"` // "message" or "hit"
	Name  string `json:"name"` // the event; for a hit, the vendor and the event
	Count int    `json:"count"`
}

// mostDifferences bounds the number of differences kept for two recordings of a page.
const mostDifferences = 100

// Compared adds a further recording of the page, s, with its differences from first.
func (r *Result) Compared(name, file string, first, s session.Snapshot) {
	v := Variant{Name: name, File: file}
	add := func(kind, what, name string) {
		i := slices.IndexFunc(v.Differences, func(d Difference) bool { return d.Kind == kind && d.What == what && d.Name == name })
		switch {
		case i >= 0:
			v.Differences[i].Count++
		case len(v.Differences) < mostDifferences:
			v.Differences = append(v.Differences, Difference{kind, what, name, 1})
		}
	}
	for _, d := range diff.Sessions(first, s, diff.Usual()) {
		add(string(d.Kind), "message", cmp.Or(d.Event, "a message without an event"))
	}
	before, after := hitsOf(first), hitsOf(s)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		for range before[name] - after[name] {
			add("missing", "hit", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		for range after[name] - before[name] {
			add("extra", "hit", name)
		}
	}
	r.Variants = append(r.Variants, v)
	r.count(s)
}

// hitsOf counts the hits of a session by vendor and event.
func hitsOf(s session.Snapshot) map[string]int {
	found := map[string]int{}
	for i := range s.Len() {
		if hit, ok := s.Entry(i).(*datalayer.Hit); ok {
			found[strings.TrimSpace(hit.Vendor+" "+hit.Event)]++
		}
	}
	return found
}

// Found is a finding of a page with its count.
type Found struct {
	Code     rules.Code `json:"code"`
	Severity string     `json:"severity"`
	Message  string     `json:"message"`
	Count    int        `json:"count"`
}

func (f Found) severity() rules.Severity {
	s, _ := rules.ParseSeverity(f.Severity)
	return s
}

// mostFound bounds the number of different findings kept for a page.
const mostFound = 50

// Recorded returns the result of a page that was recorded in file.
func Recorded(v *sweep.Visit, file string, s session.Snapshot) Result {
	r := Result{Number: v.Number, URL: datalayer.WithoutUserInfo(v.Page), File: file, Failed: v.Failed}
	r.count(s)
	return r
}

// count adds the counts of a session.
func (r *Result) count(s session.Snapshot) {
	c := s.Counts
	r.Messages += c.Messages
	r.Hits += c.Hits
	r.Errors += c.Errors
	r.Warnings += c.Warnings
	r.Infos += c.Infos
	r.Gaps += c.Gaps
	for i := range s.Len() {
		r.add(s.Verdict(i).Findings)
		if page, ok := s.Entry(i).(*datalayer.Page); ok && page.Frame == "main" && r.Status == 0 {
			r.Status = page.Status
		}
	}
	r.add(s.Findings)
	slices.SortStableFunc(r.Findings, func(a, b Found) int { return cmp.Compare(b.severity(), a.severity()) })
}

// add counts findings, with equal ones combined.
func (r *Result) add(findings []rules.Finding) {
	for _, f := range findings {
		i := slices.IndexFunc(r.Findings, func(known Found) bool { return known.Code == f.Code && known.Message == f.Message })
		switch {
		case i >= 0:
			r.Findings[i].Count++
		case len(r.Findings) < mostFound:
			r.Findings = append(r.Findings, Found{f.Code, f.Severity.String(), f.Message, 1})
		}
	}
}

// NotRecorded returns the result of a page that was not recorded.
func NotRecorded(v *sweep.Visit, why string) Result {
	return Result{Number: v.Number, URL: datalayer.WithoutUserInfo(v.Page), Error: why, Failed: v.Failed}
}
