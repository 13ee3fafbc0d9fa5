package ui

import (
	"slices"

	"layertap/datalayer"
	"layertap/session"
)

// overview is what the screen remembers of the entries it has seen, by what they
// say about others. It only ever grows.
type overview struct {
	covered   int           // entries gone through
	hits      map[int][]int // the indices of a push's hits, by its Seq
	notes     map[int]string
	marks     map[int]string
	page      *datalayer.Page // the last one in a main frame
	container *datalayer.Container
	layers    []string
	noise     int // messages that are folded away by default
}

func newOverview() *overview {
	return &overview{hits: map[int][]int{}, notes: map[int]string{}, marks: map[int]string{}}
}

// extend takes in what the snapshot has and the overview has not.
func (o *overview) extend(s session.Snapshot) {
	for ; o.covered < s.Len(); o.covered++ {
		switch e := s.Entry(o.covered).(type) {
		case *datalayer.Page:
			if e.Frame == "main" {
				o.page = e
			}
		case *datalayer.Push:
			if isNoise(e) && !wrong(s.Verdict(o.covered)) {
				o.noise++
			}
			if !slices.Contains(o.layers, e.Layer) {
				o.layers = append(o.layers, e.Layer)
			}
		case *datalayer.Hit:
			if e.Cause != nil {
				o.hits[e.Cause.Push] = append(o.hits[e.Cause.Push], o.covered)
			}
		case *datalayer.Container:
			o.container = e
		case *datalayer.Note:
			o.notes[e.On] = e.Text
		case *datalayer.Mark:
			o.marks[e.On] = e.Mark
		}
	}
}
