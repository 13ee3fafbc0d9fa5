package check

import (
	"strconv"
	"strings"

	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// level is the parameters of an event, or of an object in it, made ready for
// going through a message.
type level struct {
	slots []slot
	index map[string]int // of a parameter's name and its aliases
	wrong map[string]int // of misspellings that the plan knows of
	open  bool           // there may be others
}

// slot is a parameter with what was seen of it.
type slot struct {
	parameter *plan.Parameter
	object    *level            // of an object
	item      *slot             // of an array
	enum      *spelling.Speller // made when it is needed
	filled    bool
	volatile  bool            // it differs between two pushes of one event
	seen      map[string]bool // the values of an enum
}

func newLevel(parameters []*plan.Parameter) *level {
	l := &level{slots: make([]slot, len(parameters)), index: make(map[string]int, len(parameters))}
	for i, p := range parameters {
		l.slots[i] = newSlot(p)
		l.index[p.Name] = i
		for _, alias := range p.Aliases {
			l.index[alias] = i
		}
		for name := range p.Misspellings {
			if l.wrong == nil {
				l.wrong = map[string]int{}
			}
			l.wrong[name] = i
		}
	}
	return l
}

func newSlot(p *plan.Parameter) slot {
	s := slot{parameter: p, volatile: p.Types.Has(plan.TypeTimestamp) || google.IsVolatile(p.Name)}
	if len(p.Parameters) > 0 {
		s.object = newLevel(p.Parameters)
		s.object.open = p.Open
	}
	if p.Items != nil {
		item := newSlot(p.Items)
		s.item = &item
	}
	if p.Enum != nil {
		s.seen = map[string]bool{}
	}
	return s
}

// names appends the names of all parameters, also of those inside others.
func (l *level) names(to []string) []string {
	for name := range l.index {
		to = append(to, name)
	}
	for i := range l.slots {
		s := &l.slots[i]
		for s.item != nil {
			s = s.item
		}
		if s.object != nil {
			to = s.object.names(to)
		}
	}
	return to
}

// segment is a step on the way to a value: a key, or an index where the name is
// empty.
type segment struct {
	name  string
	index int
}

// at returns the path to where the checker is, followed by name.
func (c *Checker) at(name string) string {
	var b strings.Builder
	for _, s := range c.path {
		if s.name == "" {
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
			continue
		}
		dot(&b)
		b.WriteString(s.name)
	}
	if name != "" {
		dot(&b)
		b.WriteString(name)
	}
	return b.String()
}

func dot(b *strings.Builder) {
	if b.Len() > 0 {
		b.WriteByte('.')
	}
}

func (c *Checker) enter(name string)    { c.path = append(c.path, segment{name: name}) }
func (c *Checker) enterIndex(index int) { c.path = append(c.path, segment{index: index}) }
func (c *Checker) leave()               { c.path = c.path[:len(c.path)-1] }
