package check

import (
	"slices"

	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// names judges names against a vocabulary, each distinct one once.
type names struct {
	speller *spelling.Speller
	known   map[string]bool
	judged  map[string]nameVerdict
}

// nameVerdict is what was found out about a name.
type nameVerdict struct {
	near      []spelling.Candidate
	known     bool       // it is right, or right elsewhere
	namespace *plan.Plan // whose namespace it is in
}

// maxJudged bounds how many names are remembered. A page that makes up names
// costs time then, but no memory.
const maxJudged = 4096

func newNames(vocabulary, known []string) *names {
	slices.Sort(vocabulary)
	n := &names{speller: spelling.New(vocabulary), known: map[string]bool{}, judged: map[string]nameVerdict{}}
	for _, name := range known {
		n.known[name] = true
	}
	return n
}

// of returns the verdict on a name, asking judge where it is not known yet.
func (n *names) of(name string, judge func(*spelling.Speller) ([]spelling.Candidate, *plan.Plan)) nameVerdict {
	if v, ok := n.judged[name]; ok {
		return v
	}
	v := nameVerdict{known: n.known[name] || n.speller.Names[name]}
	near, namespace := judge(n.speller)
	v.namespace = namespace
	if !v.known {
		v.near = near
	}
	if len(n.judged) >= maxJudged {
		clear(n.judged)
	}
	n.judged[name] = v
	return v
}

// spelling returns the verdict on a name that has no namespace.
func (n *names) spelling(name string) nameVerdict {
	if v, ok := n.judged[name]; ok {
		return v
	}
	return n.of(name, func(s *spelling.Speller) ([]spelling.Candidate, *plan.Plan) { return s.Near(name), nil })
}
