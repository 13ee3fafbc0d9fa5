package ui

import (
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/session"
)

// overview is what the screen remembers of the entries it has seen, by what they
// say about others. It only ever grows.
type overview struct {
	covered    int           // entries gone through
	hits       map[int][]int // the indices of a push's hits, by its Seq
	hitRows    []int         // the indices of all hits
	gaps       []gapKind
	otherGaps  int // of kinds beyond maxGapKinds
	recovered  int // messages from before the hook
	notes      map[int]string
	marks      map[int]string
	shots      map[int]string  // the files of screenshots
	remarked   map[int]int     // by the Seq of what it is about, that of the last note or mark
	page       *datalayer.Page // the last one in a main frame
	frames     map[string]bool
	targets    map[string]bool
	containers []*datalayer.Container
	layers     []layer
	noise      int // messages that are folded away by default
	events     []event
	eventAt    map[string]int // where in events
	findings   int            // about messages, when last looked at
	said       int            // hits, containers, notes and marks, which are about others
	hitCells   int            // the most cells that the hits of a message take, as far as mostHitCells
	// carried is how many of the plan's events have a parameter of a name.
	carried map[string]int
}

// event is an event name and the messages that carried it.
type event struct {
	name        string
	count, last int // last is a Seq
}

// layer is a data layer and how many messages it received.
type layer struct {
	name     string
	messages int
}

// gapKind is all the gaps that have one reason.
type gapKind struct {
	first datalayer.Gap
	count int
	lost  int // messages that are known to be; -1 where it is known of none
	took  time.Duration
	last  int              // a Seq
	some  []*datalayer.Gap // the first of them
}

// toldGaps is how many gaps of a kind are listed one by one.
const toldGaps = 40

// maxGapKinds bounds the reasons that are told apart.
const maxGapKinds = 20

func newOverview() *overview {
	return &overview{
		hits: map[int][]int{}, notes: map[int]string{}, marks: map[int]string{}, remarked: map[int]int{}, shots: map[int]string{},
		frames: map[string]bool{}, targets: map[string]bool{},
		eventAt: map[string]int{},
	}
}

// extend takes in what the snapshot has and the overview has not.
func (o *overview) extend(s session.Snapshot) {
	if o.carried == nil && len(s.Coverage) > 0 {
		o.carried = carriedBy(s.Coverage)
	}
	for ; o.covered < s.Len(); o.covered++ {
		switch e := s.Entry(o.covered).(type) {
		case *datalayer.Page:
			o.frames[e.Target+" "+e.Frame], o.targets[e.Target] = true, true
			if e.Frame == "main" {
				o.page = e
			}
		case *datalayer.Push:
			o.push(e, s.Verdict(o.covered))
		case *datalayer.Gap:
			o.gap(e)
		case *datalayer.Hit:
			o.said++
			o.hitRows = append(o.hitRows, o.covered)
			if e.Cause != nil {
				o.hits[e.Cause.Push] = append(o.hits[e.Cause.Push], o.covered)
				if o.hitCells < mostHitCells {
					o.hitCells = max(o.hitCells, hitLine(s, o.hits[e.Cause.Push]).Width())
				}
			}
		case *datalayer.Container:
			o.said++
			o.containers = append(o.containers, e)
		case *datalayer.Note:
			o.said++
			o.notes[e.On], o.remarked[e.On] = e.Text, e.Seq
		case *datalayer.Mark:
			o.said++
			o.marks[e.On], o.remarked[e.On] = e.Mark, e.Seq
		case *datalayer.Screenshot:
			o.said++
			o.shots[e.On] = e.File
		}
	}
}

func (o *overview) push(p *datalayer.Push, v session.Verdict) {
	if isNoise(p) && !wrong(v) {
		o.noise++
	}
	at := slices.IndexFunc(o.layers, func(l layer) bool { return l.name == p.Layer })
	if at < 0 {
		at = len(o.layers)
		o.layers = append(o.layers, layer{name: p.Layer})
	}
	o.layers[at].messages++
	if p.Recovered {
		o.recovered++
	}
	if p.Event != "" {
		at, ok := o.eventAt[p.Event]
		if !ok {
			at = len(o.events)
			o.eventAt[p.Event] = at
			o.events = append(o.events, event{name: p.Event})
		}
		o.events[at].count++
		o.events[at].last = p.Seq
	}
	o.findings += len(v.Findings)
}

func (o *overview) gap(g *datalayer.Gap) {
	i := slices.IndexFunc(o.gaps, func(k gapKind) bool { return k.first.Why == g.Why })
	switch {
	case i >= 0:
	case len(o.gaps) == maxGapKinds:
		o.otherGaps++
		return
	default:
		i = len(o.gaps)
		o.gaps = append(o.gaps, gapKind{first: *g})
	}
	k := &o.gaps[i]
	k.count++
	if len(k.some) < toldGaps {
		k.some = append(k.some, g)
	}
	switch {
	case g.Lost > 0:
		k.lost = max(k.lost, 0) + g.Lost
	case g.Lost < 0 && k.lost == 0:
		k.lost = -1
	}
	k.took += max(g.Until-g.T, 0)
	k.last = g.Seq
}

func (o *overview) hasLayer(name string) bool {
	return slices.ContainsFunc(o.layers, func(l layer) bool { return l.name == name })
}

func (o *overview) layerNames() string {
	var names []string
	for _, l := range o.layers {
		names = append(names, l.name)
	}
	return strings.Join(names, ", ")
}
