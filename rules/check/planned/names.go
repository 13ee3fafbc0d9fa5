package planned

import (
	"slices"
	"sync"

	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// Names judges names by a vocabulary and caches the results. It is safe for concurrent use.
type Names struct {
	speller *spelling.Speller
	known   map[string]bool

	mu     sync.Mutex
	judged map[string]Name
}

// Name is the result for a name.
type Name struct {
	Near      []spelling.Candidate // that were probably meant, nearest first
	Known     bool                 // it is correct, possibly in another place
	Namespace *plan.Plan           // whose namespace contains it
}

// maxJudged bounds the cache. More names only cost time.
const maxJudged = 4096

func newNames(vocabulary, known []string) *Names {
	slices.Sort(vocabulary)
	n := &Names{speller: spelling.New(vocabulary), known: map[string]bool{}, judged: map[string]Name{}}
	for _, name := range known {
		n.known[name] = true
	}
	return n
}

// Of judges a name; if it isn't cached, it calls judge for similar names and the plan
// whose namespace contains it.
func (n *Names) Of(name string, judge func(*spelling.Speller) ([]spelling.Candidate, *plan.Plan)) Name {
	n.mu.Lock()
	defer n.mu.Unlock()
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

// Spelling judges a name that isn't in a namespace.
func (n *Names) Spelling(name string) Name {
	return n.Of(name, func(s *spelling.Speller) ([]spelling.Candidate, *plan.Plan) { return s.Near(name), nil })
}
