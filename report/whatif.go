package report

import (
	"bufio"
	"fmt"
	"io"

	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/visible"
)

// WhatIf lists the messages of a recording that have different results with other
// containers.
type WhatIf struct {
	Tool        string // "layertap 0.1.0"
	File        string
	Draft       string // the file of the other containers
	Differences []gtm.Difference
	Started     bool // a container started on a page of the recording
}

type whatIfJSON struct {
	Format   int                 `json:"format"`
	Tool     string              `json:"tool"`
	File     string              `json:"file"`
	Draft    string              `json:"draft"`
	Messages []whatIfMessageJSON `json:"messages"`
}

type whatIfMessageJSON struct {
	Seq    int         `json:"seq"`
	Event  string      `json:"event,omitempty"`
	Before outcomeJSON `json:"before"`
	After  outcomeJSON `json:"after"`
}

type outcomeJSON struct {
	Triggers []matchJSON  `json:"triggers"`
	Tags     []firingJSON `json:"tags"`
}

// JSON writes the differences for other programs.
func (w WhatIf) JSON(out io.Writer) error {
	messages := []whatIfMessageJSON{}
	for _, d := range w.Differences {
		messages = append(messages, whatIfMessageJSON{d.Push.Seq, d.Push.Event, outcomeOf(d.Before), outcomeOf(d.After)})
	}
	return WriteJSON(out, whatIfJSON{Format: 1, Tool: w.Tool, File: w.File, Draft: w.Draft, Messages: messages})
}

func outcomeOf(o gtm.Outcome) outcomeJSON {
	out := outcomeJSON{Triggers: []matchJSON{}, Tags: []firingJSON{}}
	for _, m := range o.Triggers {
		out.Triggers = append(out.Triggers, matchJSON{Name: m.Trigger.Name, Matched: m.Matched.String()})
	}
	for _, f := range o.Tags {
		out.Tags = append(out.Tags, firingOf(f.Tag, f.Fires))
	}
	return out
}

// Text writes the differences for people.
func (w WhatIf) Text(out io.Writer) error {
	b := bufio.NewWriter(out)
	fmt.Fprintf(b, "%s with %s\n", visible.Text(w.File), visible.Text(w.Draft))
	for _, d := range w.Differences {
		fmt.Fprintf(b, "\n  #%d  %s  %s\n", d.Push.Seq, clock(d.Push.T), visible.Text(d.Push.Title()))
		for _, change := range d.Changes() {
			fmt.Fprintf(b, "    %s\n", visible.Text(change))
		}
	}
	fmt.Fprintf(b, "\n  %s would match or fire differently\n", plural.Count(len(w.Differences), "message"))
	if !w.Started {
		fmt.Fprintln(b, "  note: no container started in the recording (it has no gtm.js), so page view triggers weren't tried")
	}
	return b.Flush()
}
