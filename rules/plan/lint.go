package plan

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"layertap/jsregexp"
	"layertap/rules/spelling"
)

// Lint returns what is wrong with a plan or, if nothing is, what could be better, with
// positions. The error is the reason why the plan couldn't be read.
func Lint(name string, read ReadFile) (Problems, error) {
	l := loader{read: read}
	root, err := l.file(name)
	var problems Problems
	if errors.As(err, &problems) {
		return problems, nil
	}
	if err != nil {
		return nil, err
	}
	plan, err := l.plan(root, name)
	if errors.As(err, &problems) {
		return problems, nil
	}
	if err != nil {
		return nil, err
	}
	a := adviser{plan: plan, root: root, keys: map[string]map[string]*node{}}
	a.events()
	a.parameters()
	a.triggers()
	slices.SortStableFunc(a.advice, byPlace)
	return a.advice, nil
}

// adviser finds what a plan probably doesn't intend.
type adviser struct {
	plan   *Plan
	root   *node
	keys   map[string]map[string]*node // of the mappings that were looked into, by name
	advice Problems
}

func (a *adviser) advise(n *node, format string, args ...any) {
	p := n.at.problem(format, args...)
	p.Advice = true
	a.advice = append(a.advice, p)
}

// key returns the node of a key in the mapping with a name.
func (a *adviser) key(under, name string) *node {
	n := a.root.get(under)
	if n == nil {
		return a.root
	}
	if a.keys[under] == nil {
		a.keys[under] = map[string]*node{}
		for _, k := range byName(n).keys {
			if key := strings.TrimSuffix(k.text, optionalMark); a.keys[under][key] == nil {
				a.keys[under][key] = k
			}
		}
	}
	return cmp.Or(a.keys[under][name], n)
}

// The maximum length of names in GA4,
// https://support.google.com/analytics/answer/9267744.
const maxGA4Name = 40

var (
	ga4Name = regexp.MustCompile(`^\pL[\pL\pN_]*$`)
	// Reserved prefixes of names in GA4,
	// https://support.google.com/analytics/answer/13316687.
	reservedPrefixes = []string{"ga_", "google_", "firebase_", "gtag."}
)

// ga4 advises on a name that GA4 would reject.
func (a *adviser) ga4(n *node, name string) {
	if len([]rune(name)) > maxGA4Name {
		a.advise(n, "%q is longer than GA4's limit of %d characters", name, maxGA4Name)
	}
	if !ga4Name.MatchString(name) {
		a.advise(n, "GA4 rejects the name %q: start with a letter, and use only letters, digits and underscores", name)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(name, prefix) {
			a.advise(n, "GA4 reserves names that begin with %s", prefix)
		}
	}
}

func (a *adviser) events() {
	near := newNearPairs()
	for _, e := range a.plan.Events {
		n := a.key("events", e.Name)
		a.ga4(n, e.Name)
		if ns := a.plan.Namespace; ns != nil && !Matches(ns, e.Name) {
			a.advise(n, "%s does not match the plan's namespace %s", e.Name, ns)
		}
		a.schema(e, e.schemaSource)
		if other := near.add(e.Name); other != "" {
			a.advise(n, "%s and %s differ by one typo; a misspelling of one may be the other", e.Name, other)
		}
		if e.Schema == nil && len(e.Parameters) == 0 && e.Trigger == "" && e.Description == "" {
			a.advise(n, "%s has no description, trigger or parameters", e.Name)
		}
	}
}

func (a *adviser) parameters() {
	used, near := map[string]bool{}, newNearPairs()
	for _, e := range a.plan.Events {
		for _, located := range paths(e.Parameters, e.Name) {
			if !used[located.p.Name] && located.p.Name != "" {
				a.ga4(a.key("events", e.Name), located.p.Name)
			}
			used[located.p.Name] = true
			used[strings.TrimPrefix(located.path, e.Name+".")] = true
			a.parameter(e, located)
			if other := near.add(located.p.Name); other != "" {
				a.advise(a.key("events", e.Name), "the parameters %s and %s differ by one typo; one of them may be misspelled", located.p.Name, other)
			}
		}
	}
	for _, p := range a.plan.parameters {
		if !used[p.Name] {
			a.advise(a.key("parameters", p.Name), "no event uses the parameter %s", p.Name)
		}
	}
}

func (a *adviser) parameter(e *Event, located located) {
	p := located.p
	n := a.key("events", e.Name)
	if len(p.Enum) == 1 {
		a.advise(n, "%s has only one allowed value: %s", located.path, p.Enum[0])
	}
	if p.Min != nil && p.Max != nil && *p.Min > *p.Max {
		a.advise(n, "no value is %s, which %s must be", RangeWords(p), located.path)
	}
	if p.Unit != AnyUnit && !p.Types.Has(TypeTimestamp) {
		a.advise(n, "%s has a unit but isn't a timestamp", located.path)
	}
	for _, value := range p.Enum {
		if p.Pattern != nil && !Matches(p.Pattern, value) {
			a.advise(n, "%s cannot be %q: it does not match %s", located.path, value, p.Pattern)
		}
	}
}

// triggers advises on patterns that match no event of the plan, and on events that no
// pattern matches.
func (a *adviser) triggers() {
	matched := map[string]bool{}
	for _, t := range a.plan.Triggers {
		re, err := jsregexp.Compile(t.Regexp, false)
		if err != nil {
			continue // already reported by the reader
		}
		any := false
		for _, e := range a.plan.Events {
			if Matches(re, e.Name) {
				any, matched[e.Name] = true, true
			}
		}
		if !any {
			a.advise(a.key("triggers", t.Name), "the trigger %s matches no event in the plan%s", t.Name, a.literal(t.Regexp))
		}
	}
	for _, e := range a.plan.Events {
		if len(a.plan.Triggers) > 0 && !matched[e.Name] {
			a.advise(a.key("events", e.Name), "no trigger in the plan matches %s", e.Name)
		}
	}
}

// nameIn matches the names in a pattern.
var nameIn = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_]{3,}`)

// literal returns the event that a name in a pattern was probably meant to be.
func (a *adviser) literal(pattern string) string {
	var names []string
	for _, e := range a.plan.Events {
		names = append(names, e.Name)
	}
	s := spelling.New(names)
	for _, name := range nameIn.FindAllString(pattern, -1) {
		if near := s.Near(name); len(near) > 0 {
			return fmt.Sprintf("; did you mean %q?", near[0].Name)
		}
	}
	return ""
}

// nearPairs finds names that differ by one typo, without comparing all pairs: two such
// names have all words but one in common.
type nearPairs struct {
	seen   map[string]bool
	groups map[string][]*seenName
}

// seenName is an earlier name.
type seenName struct {
	name    string
	speller *spelling.Speller // that knows only this name; nil until it is compared
}

// isNear reports whether name may be a misspelling of n.
func (n *seenName) isNear(name string) bool {
	if n.speller == nil {
		n.speller = spelling.New([]string{n.name})
	}
	return len(n.speller.Near(name)) > 0
}

func newNearPairs() *nearPairs {
	return &nearPairs{seen: map[string]bool{}, groups: map[string][]*seenName{}}
}

// add returns an earlier name that differs from name by one typo, or "".
func (p *nearPairs) add(name string) string {
	if p.seen[name] {
		return ""
	}
	p.seen[name] = true
	w, own, found := spelling.Split(name), &seenName{name: name}, ""
	for i := range w.Parts {
		key := ""
		for j, part := range w.Parts {
			if j == i {
				key += "|"
				continue
			}
			key += "_" + string(part)
		}
		for _, other := range p.groups[key] {
			if found == "" && other.isNear(name) {
				found = other.name
			}
		}
		if len(p.groups[key]) < 64 {
			p.groups[key] = append(p.groups[key], own)
		}
	}
	return found
}
