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
	c := NewCommands(clock, most)
	for i := range s.Len() {
		c.Add(s, i)
	}
	return c.steps, c.more
}

// Commands collects the first consent commands of a session.
type Commands struct {
	clock func(time.Duration) string
	most  int
	steps []Step
	more  int            // the number of those left out
	hits  map[string]int // to Google, by page
}

// NewCommands returns a collection of up to most commands, with times formatted by clock.
func NewCommands(clock func(time.Duration) string, most int) *Commands {
	return &Commands{clock: clock, most: most, hits: map[string]int{}}
}

// Add adds the entry at index i. Entries must be added in order.
func (c *Commands) Add(s session.Snapshot, i int) {
	switch e := s.Entry(i).(type) {
	case *datalayer.Hit:
		if e.Vendor == "ga4" || e.Vendor == "google-ads" {
			c.hits[e.Page]++
		}
	case *datalayer.Push:
		if e.Kind == datalayer.KindGtag {
			c.command(s, i, e)
		}
	}
}

func (c *Commands) command(s session.Snapshot, i int, push *datalayer.Push) {
	message := push.Read()
	if message.Effect.Consent == nil {
		return
	}
	if len(c.steps) == c.most {
		c.more++
		return
	}
	step := Step{Seq: push.Seq, Time: c.clock(push.T), Command: "default", Hits: c.hits[push.Page]}
	if message.Effect.ConsentUpdate {
		step.Command = "update"
	}
	step.Sets, step.Applies = settings(message.Effect.Consent)
	if state, ok := s.State(i); ok {
		step.After = states(state.Consent)
	}
	c.steps = append(c.steps, step)
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

// Lines returns the commands, and the tags that s held back, one per line.
func (c *Commands) Lines(s session.Snapshot) []string {
	var lines []string
	for _, step := range c.steps {
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
	if c.more > 0 {
		lines = append(lines, fmt.Sprintf("%d more consent commands are left out here", c.more))
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
