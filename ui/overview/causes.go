package overview

import (
	"cmp"
	"slices"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/rules"
	"layertap/session"
)

// Cause is a fault that occurs on one or more messages.
type Cause struct {
	rules.Finding          // the first
	Event         string   // of the first message
	Events        []string // the events of its messages
	Count, First  int      // First is a Seq
}

// Filter is the filter that shows its messages.
func (c Cause) Filter() string {
	words := "code=" + filter.Quote(string(c.Code))
	if len(c.Events) == 1 && c.Event != "" {
		words += " event=" + filter.Quote(c.Event)
	}
	return words
}

// causes groups the findings about messages by code, path and suggestion; those without a
// path by event. The most severe and most frequent come first.
func causes(snapshot session.Snapshot) []Cause {
	type key struct {
		code                    rules.Code
		path, suggestion, event string
	}
	at := map[key]int{}
	var all []Cause
	for i := range snapshot.Len() {
		for _, f := range snapshot.Verdict(i).Findings {
			push, ok := snapshot.Entry(i).(*datalayer.Push)
			if !ok {
				continue
			}
			k := key{code: f.Code, path: f.Path, suggestion: f.Suggestion}
			if f.Path == "" || f.Code == "missing-parameter" {
				k.event = push.Event
			}
			n, known := at[k]
			if !known {
				n = len(all)
				at[k] = n
				all = append(all, Cause{Finding: f, Event: push.Event, First: push.Seq})
			}
			all[n].Count++
			if !slices.Contains(all[n].Events, push.Event) && len(all[n].Events) < 100 {
				all[n].Events = append(all[n].Events, push.Event)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Cause) int {
		return cmp.Or(int(b.Severity)-int(a.Severity), b.Count-a.Count)
	})
	return all
}
