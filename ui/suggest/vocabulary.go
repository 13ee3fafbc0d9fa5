package suggest

import (
	"maps"
	"slices"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/overview"
)

// Vocabulary is the words of a session, from the last message of each event and the last
// hits.
type Vocabulary struct {
	Asked                         bool
	Events                        int // the number of events
	parameters, tags, hits, paths []string
}

// known bounds the number of events and hits that are read.
const known = 200

// Learn collects the words of a session. It takes a moment; the function that it returns
// may be called from any goroutine.
func Learn(snapshot session.Snapshot, seen *overview.Overview) func() Vocabulary {
	events := slices.Clone(seen.Events[max(0, len(seen.Events)-known):])
	hits := slices.Clone(seen.HitRows[max(0, len(seen.HitRows)-known):])
	v := Vocabulary{Events: len(seen.Events)}
	return func() Vocabulary {
		parameters, tags, hitWords, paths := set{}, set{}, set{}, set{}
		for _, e := range events {
			i := snapshot.Find(e.Last)
			if i < 0 {
				continue
			}
			if push, ok := snapshot.Entry(i).(*datalayer.Push); ok {
				parameters.addNames(push.Value(), 6)
				paths.add(snapshot.Page(push.Page).Path())
			}
			for _, f := range snapshot.Verdict(i).Findings {
				parameters.add(f.Path)
			}
			for _, firing := range snapshot.Verdict(i).Outcome.Tags {
				tags.add(firing.Tag.Name)
			}
		}
		for _, i := range hits {
			if hit, ok := snapshot.Entry(i).(*datalayer.Hit); ok {
				hitWords.add(hit.Vendor, hit.ID, hit.Event)
			}
		}
		v.parameters, v.tags, v.hits, v.paths = parameters.sorted(), tags.sorted(), hitWords.sorted(), paths.sorted()
		return v
	}
}

// set is an unordered set of words.
type set map[string]bool

func (s set) add(words ...string) {
	for _, word := range words {
		if word != "" {
			s[word] = true
		}
	}
}

// addNames adds the names of a value's members down to the given depth.
func (s set) addNames(v datalayer.Value, levels int) {
	if levels == 0 {
		return
	}
	for _, f := range v.Fields {
		if f.Name != "event" {
			s.add(f.Name)
		}
		s.addNames(f.Value, levels-1)
	}
	for _, item := range v.Items[:min(len(v.Items), 3)] {
		s.addNames(item, levels-1)
	}
}

func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }
