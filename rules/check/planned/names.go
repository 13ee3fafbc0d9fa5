package planned

import (
	"slices"

	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// Names judges names against a vocabulary, each distinct one once.
type Names struct {
	speller *spelling.Speller
	known   map[string]bool
	judged  map[string]Name
}

// Name is what was found out about a name.
type Name struct {
	Near      []spelling.Candidate // that were probably meant, the nearest first
	Known     bool                 // it is right, or right elsewhere
	Namespace *plan.Plan           // whose namespace it is in
}

// maxJudged bounds how many names are remembered. A page that makes up names
// costs time then, but no memory.
const maxJudged = 4096

func newNames(vocabulary, known []string) *Names {
	slices.Sort(vocabulary)
	n := &Names{speller: spelling.New(vocabulary), known: map[string]bool{}, judged: map[string]Name{}}
	for _, name := range known {
		n.known[name] = true
	}
	return n
}

// Of judges a name; judge is asked for what is near it, and whose namespace it is in, if
// that isn't known yet.
func (n *Names) Of(name string, judge func(*spelling.Speller) ([]spelling.Candidate, *plan.Plan)) Name {
	if v, ok := n.judged[name]; ok {
		return v
	}
	v := Name{Known: n.known[name] || n.speller.Names[name]}
	near, namespace := judge(n.speller)
	v.Namespace = namespace
	if !v.Known {
		v.Near = near
	}
	if len(n.judged) >= maxJudged {
		clear(n.judged)
	}
	n.judged[name] = v
	return v
}

// Spelling judges a name that has no namespace.
func (n *Names) Spelling(name string) Name {
	if v, ok := n.judged[name]; ok {
		return v
	}
	return n.Of(name, func(s *spelling.Speller) ([]spelling.Candidate, *plan.Plan) { return s.Near(name), nil })
}
