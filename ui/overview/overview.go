// Package overview is the screen's index of a session: its entries by subject, and results
// computed from them.
package overview

import (
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/gtm/googletag"
	"layertap/session"
	"layertap/ui/text"
)

// Overview is an index of the entries processed so far. It only grows.
type Overview struct {
	Covered     int           // entries processed
	Hits        map[int][]int // the indices of a push's hits, by its Seq
	HitRows     []int         // the indices of all hits, in order of time
	Gaps        []GapKind
	OtherGaps   int                             // of kinds beyond maxGapKinds
	Recovered   int                             // messages from before the hook was installed
	Values      map[string]*datalayer.PageValue // the last that was read from a page, by source
	Notes       map[int]string
	Marks       map[int]string
	Shots       map[int]string  // the files of screenshots
	Remarked    map[int]int     // the Seq of the last note or mark, by the Seq of its subject
	Page        *datalayer.Page // the last one in a main frame
	Frames      map[string]bool
	Targets     map[string]bool
	Containers  []*datalayer.Container
	GoogleTags  []GoogleTag
	Layers      []layer
	Noise       int // messages that are folded away by default
	Events      []Event
	eventAt     map[string]int // its index in Events
	EventWidth  int            // of the longest event name, in cells
	Findings    int            // about messages, when last looked at
	Annotations int            // hits, containers, notes and marks, which are about other entries
	// Carried is how many of the plan's events have the parameter, by its name.
	Carried map[string]int
}

// Event is an event name and the messages that have it.
type Event struct {
	Name        string
	Count, Last int // last is a Seq
}

// GoogleTag is a Google tag that a page loaded, and its settings.
type GoogleTag struct {
	*datalayer.GoogleTag
	Settings []googletag.Setting
	Err      error // why they can't be read
}

// layer is a data layer and the number of its messages.
type layer struct {
	Name     string
	Messages int
}

// GapKind is all gaps with the same reason.
type GapKind struct {
	First datalayer.Gap
	Count int
	Lost  int // messages known to be lost; -1 if unknown for all gaps
	Took  time.Duration
	Last  int              // a Seq
	Some  []*datalayer.Gap // the first of them
}

// listedGaps is the number of gaps of a kind that are listed individually.
const listedGaps = 40

// maxGapKinds bounds the number of distinguished reasons.
const maxGapKinds = 20

// New returns the overview of an empty session.
func New() *Overview {
	return &Overview{
		Hits: map[int][]int{}, Notes: map[int]string{}, Marks: map[int]string{}, Remarked: map[int]int{}, Shots: map[int]string{},
		Values: map[string]*datalayer.PageValue{},
		Frames: map[string]bool{}, Targets: map[string]bool{},
		eventAt: map[string]int{},
	}
}

// Extend adds the snapshot's new entries.
func (o *Overview) Extend(s session.Snapshot) {
	if o.Carried == nil && len(s.Coverage) > 0 {
		o.Carried = carriedBy(s.Coverage)
	}
	for ; o.Covered < s.Len(); o.Covered++ {
		o.Add(s, o.Covered)
	}
}

// Add adds the entry at index i.
func (o *Overview) Add(s session.Snapshot, i int) {
	switch e := s.Entry(i).(type) {
	case *datalayer.Page:
		o.Frames[e.Target+" "+e.Frame], o.Targets[e.Target] = true, true
		if e.Frame == "main" {
			o.Page = e
		}
	case *datalayer.Push:
		o.push(e, s.Verdict(i))
	case *datalayer.Gap:
		o.gap(e)
	case *datalayer.Hit:
		o.Annotations++
		o.hitRow(s, e, i)
		if e.Cause != nil {
			o.Hits[e.Cause.Push] = append(o.Hits[e.Cause.Push], i)
		}
	case *datalayer.Container:
		o.Annotations++
		o.Containers = append(o.Containers, e)
	case *datalayer.GoogleTag:
		settings, err := googletag.Read(e)
		o.GoogleTags = append(o.GoogleTags, GoogleTag{e, settings, err})
	case *datalayer.PageValue:
		o.Values[e.Source] = e
	case *datalayer.Note:
		o.Annotations++
		o.Notes[e.On], o.Remarked[e.On] = e.Text, e.Seq
	case *datalayer.Mark:
		o.Annotations++
		o.Marks[e.On], o.Remarked[e.On] = e.Mark, e.Seq
	case *datalayer.Screenshot:
		o.Annotations++
		o.Shots[e.On] = e.File
	}
}

// maxLate bounds how many hits a late hit is inserted before. A hit is reported when its
// response arrives, which may be seconds after it was sent.
const maxLate = 1000

// hitRow inserts the hit at index i in order of time.
func (o *Overview) hitRow(s session.Snapshot, hit *datalayer.Hit, i int) {
	at := len(o.HitRows)
	for at > 0 && len(o.HitRows)-at < maxLate && datalayer.At(s.Entry(o.HitRows[at-1])).T > hit.T {
		at--
	}
	o.HitRows = slices.Insert(o.HitRows, at, i)
}

func (o *Overview) push(p *datalayer.Push, v session.Verdict) {
	if IsNoise(p) && !Wrong(v) {
		o.Noise++
	}
	at := slices.IndexFunc(o.Layers, func(l layer) bool { return l.Name == p.Layer })
	if at < 0 {
		at = len(o.Layers)
		o.Layers = append(o.Layers, layer{Name: p.Layer})
	}
	o.Layers[at].Messages++
	if p.Recovered {
		o.Recovered++
	}
	if p.Event != "" {
		at, ok := o.eventAt[p.Event]
		if !ok {
			at = len(o.Events)
			o.eventAt[p.Event] = at
			o.Events = append(o.Events, Event{Name: p.Event})
			o.EventWidth = max(o.EventWidth, text.Width(p.Event))
		}
		o.Events[at].Count++
		o.Events[at].Last = p.Seq
	}
	o.Findings += len(v.Findings)
}

func (o *Overview) gap(g *datalayer.Gap) {
	i := slices.IndexFunc(o.Gaps, func(k GapKind) bool { return k.First.Why == g.Why })
	switch {
	case i >= 0:
	case len(o.Gaps) == maxGapKinds:
		o.OtherGaps++
		return
	default:
		i = len(o.Gaps)
		o.Gaps = append(o.Gaps, GapKind{First: *g})
	}
	k := &o.Gaps[i]
	k.Count++
	if len(k.Some) < listedGaps {
		k.Some = append(k.Some, g)
	}
	switch {
	case g.Lost > 0:
		k.Lost = max(k.Lost, 0) + g.Lost
	case g.Lost < 0 && k.Lost == 0:
		k.Lost = -1
	}
	k.Took += max(g.Until-g.T, 0)
	k.Last = g.Seq
}

// HasLayer reports whether the data layer with the given name received a message.
func (o *Overview) HasLayer(name string) bool {
	return slices.ContainsFunc(o.Layers, func(l layer) bool { return l.Name == name })
}

// LayerNames returns the names of the data layers that received messages.
func (o *Overview) LayerNames() string {
	var names []string
	for _, l := range o.Layers {
		names = append(names, l.Name)
	}
	return strings.Join(names, ", ")
}
