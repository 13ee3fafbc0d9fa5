package planned

import (
	"layertap/datalayer"
	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// Level is the parameters of an event, or of an object in it.
type Level struct {
	Slots []Slot
	Index map[string]int // of a parameter's name and its aliases
	Wrong map[string]int // of misspellings listed in the plan
	Open  bool           // other parameters are allowed
}

// Slot is a parameter with what occurred of it.
type Slot struct {
	Parameter *plan.Parameter
	Object    *Level // of an object; nil otherwise
	Item      *Slot  // of an array; nil otherwise
	Volatile  bool   // it differs between two pushes of one event

	enum   *spelling.Speller // created when needed
	filled bool
	seen   map[string]bool // the values of an enumeration that occurred
}

func newLevel(parameters []*plan.Parameter) *Level {
	l := &Level{Slots: make([]Slot, len(parameters)), Index: make(map[string]int, len(parameters))}
	for i, p := range parameters {
		l.Slots[i] = newSlot(p)
		l.Index[p.Name] = i
		for _, alias := range p.Aliases {
			l.Index[alias] = i
		}
		for name := range p.Misspellings {
			if l.Wrong == nil {
				l.Wrong = map[string]int{}
			}
			l.Wrong[name] = i
		}
	}
	return l
}

func newSlot(p *plan.Parameter) Slot {
	s := Slot{Parameter: p, Volatile: p.Types.Has(plan.TypeTimestamp) || google.IsVolatile(p.Name)}
	if len(p.Parameters) > 0 {
		s.Object = newLevel(p.Parameters)
		s.Object.Open = p.Open
	}
	if p.Items != nil {
		item := newSlot(p.Items)
		s.Item = &item
	}
	return s
}

// fresh returns a copy of which nothing occurred. It shares what doesn't change.
func (l *Level) fresh() *Level {
	f := *l
	f.Slots = make([]Slot, len(l.Slots))
	for i := range l.Slots {
		f.Slots[i] = l.Slots[i].fresh()
	}
	return &f
}

func (s *Slot) fresh() Slot {
	f := *s
	if s.Object != nil {
		f.Object = s.Object.fresh()
	}
	if s.Item != nil {
		item := s.Item.fresh()
		f.Item = &item
	}
	return f
}

// names appends the names of all parameters, including nested ones.
func (l *Level) names(to []string) []string {
	for name := range l.Index {
		to = append(to, name)
	}
	for i := range l.Slots {
		s := &l.Slots[i]
		for s.Item != nil {
			s = s.Item
		}
		if s.Object != nil {
			to = s.Object.names(to)
		}
	}
	return to
}

// Fill records that the parameter occurred with a value.
func (s *Slot) Fill() { s.filled = true }

// See records that a value of the parameter's enumeration occurred.
func (s *Slot) See(value string) {
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[value] = true
}

// Near returns the values of the parameter's enumeration that were probably meant by a
// text, nearest first.
func (s *Slot) Near(text string) []spelling.Candidate {
	if s.enum == nil {
		s.enum = spelling.New(s.Parameter.Enum)
	}
	return s.enum.Near(text)
}

// Uncovered returns what never occurred of the level at a path: parameters with a
// value, by path, and values of enumerations: "link_type: email".
func (l *Level) Uncovered(path string) (unfilled, unseen []string) {
	for i := range l.Slots {
		s := &l.Slots[i]
		u, v := s.uncovered(datalayer.Member(path, s.Parameter.Name))
		unfilled, unseen = append(unfilled, u...), append(unseen, v...)
	}
	return unfilled, unseen
}

func (s *Slot) uncovered(path string) (unfilled, unseen []string) {
	if !s.filled {
		return []string{path}, nil
	}
	for _, value := range s.Parameter.Enum {
		if !s.seen[value] {
			unseen = append(unseen, path+": "+value)
		}
	}
	if s.Object != nil {
		u, v := s.Object.Uncovered(path)
		unfilled, unseen = append(unfilled, u...), append(unseen, v...)
	}
	if s.Item != nil {
		u, v := s.Item.uncovered(path + "[]")
		unfilled, unseen = append(unfilled, u...), append(unseen, v...)
	}
	return unfilled, unseen
}
