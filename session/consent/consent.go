// Package consent reports a session's consent commands, with the state after each, and
// the tags that consent held back. Its texts are visible.
package consent

import (
	"fmt"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/visible"
)

// Step is a consent command and the state after it.
type Step struct {
	Seq           int
	Time          string
	Command       string // "default", "update"
	Sets, Applies string // "in ES"; empty if unrestricted
	After         []State
	Hits          int // sent to Google earlier on the page
}

// State is the effective state of a consent type: "granted", "denied" or "unknown".
type State struct{ Type, Effective string }

// Held is a tag that consent held back.
type Held struct {
	Tag, Consent string
	Times        int
	First, Later int // messages; Later is 0 if it didn't fire later
}

const (
	// MaxSteps bounds the commands in a report, and maxTypes the types in one, because
	// a page can make up any number.
	MaxSteps = 200
	maxTypes = 20
)

// Steps returns a session's first consent commands in order, with times formatted by
// clock.
func Steps(s session.Snapshot, clock func(time.Duration) string) []Step {
	all, _ := First(s, clock, MaxSteps)
	return all
}

// First returns up to most of a session's consent commands, and the number of those left
// out.
func First(s session.Snapshot, clock func(time.Duration) string, most int) (all []Step, more int) {
	hits := map[string]int{} // to Google, by page
	for i := range s.Len() {
		switch e := s.Entry(i).(type) {
		case *datalayer.Hit:
			if e.Vendor == "ga4" || e.Vendor == "google-ads" {
				hits[e.Page]++
			}
		case *datalayer.Push:
			if e.Kind != datalayer.KindGtag {
				continue
			}
			message := e.Read()
			if message.Effect.Consent == nil {
				continue
			}
			if len(all) == most {
				more++
				continue
			}
			step := Step{Seq: e.Seq, Time: clock(e.T), Command: "default", Hits: hits[e.Page]}
			if message.Effect.ConsentUpdate {
				step.Command = "update"
			}
			step.Sets, step.Applies = settings(message.Effect.Consent)
			if state, ok := s.State(i); ok {
				step.After = states(state.Consent)
			}
			all = append(all, step)
		}
	}
	return all, more
}

// settings returns what a command sets, and where and how long it applies.
func settings(fields []datalayer.Field) (sets, applies string) {
	var types, where []string
	for _, c := range fields[:min(len(fields), maxTypes)] {
		switch c.Name {
		case "region":
			where = append(where, "in "+regions(c.Value))
		case "wait_for_update":
			where = append(where, "waits "+visible.Text(c.Value.Text)+" ms for the update")
		default:
			types = append(types, visible.Text(c.Name)+" "+visible.Text(c.Value.Text))
		}
	}
	return strings.Join(types, ", "), strings.Join(where, ", ")
}

func regions(v datalayer.Value) string {
	var names []string
	for _, item := range v.Items[:min(len(v.Items), maxTypes)] {
		names = append(names, visible.Text(item.Text))
	}
	if more := len(v.Items) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

func states(types []gtm.Consent) []State {
	var all []State
	for _, c := range types[:min(len(types), maxTypes)] {
		all = append(all, State{visible.Text(c.Type), c.Effective})
	}
	return all
}

// HeldBack returns the tags that consent held back.
func HeldBack(s session.Snapshot) []Held {
	var all []Held
	for _, h := range s.HeldBack() {
		all = append(all, Held{Tag: visible.Text(h.Tag.Name), Consent: visible.Text(h.Consent), Times: h.Count, First: h.First, Later: h.Later})
	}
	return all
}

// Lines returns the consent commands and the tags held back, one per line.
func Lines(s session.Snapshot, clock func(time.Duration) string) []string {
	var lines []string
	steps, more := First(s, clock, MaxSteps)
	for _, step := range steps {
		line := fmt.Sprintf("%s #%d %s: %s", step.Time, step.Seq, step.Command, step.Sets)
		if step.Applies != "" {
			line += " (" + step.Applies + ")"
		}
		var after []string
		for _, c := range step.After {
			after = append(after, c.Type+" "+c.Effective)
		}
		line += "; then " + strings.Join(after, ", ")
		if step.Hits > 0 && step.Command == "default" {
			line += fmt.Sprintf("; %s to Google before it", plural.Count(step.Hits, "hit"))
		}
		lines = append(lines, line)
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("%d more consent commands are left out here", more))
	}
	for _, h := range HeldBack(s) {
		line := fmt.Sprintf("%s was held back %d× from #%d on: %s denied", h.Tag, h.Times, h.First, h.Consent)
		if h.Later > 0 {
			line += fmt.Sprintf("; it fired later, in #%d", h.Later)
		}
		lines = append(lines, line)
	}
	return lines
}
