package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"layertap/jsregexp"
	"layertap/rules"
	"layertap/rules/spelling"
)

// optionalMark after a parameter's name makes it optional.
const optionalMark = "?"

// reader converts nodes to a plan and collects the problems.
type reader struct {
	problems Problems
	defined  map[string]*Parameter // the shared parameters by name or path
	files    ReadFile              // for JSON Schemas in files; nil if not allowed
}

func (r *reader) problem(n *node, format string, args ...any) {
	r.problems = append(r.problems, n.at.problem(format, args...))
}

// key reads the value of a key into its owner.
type key[T any] func(r *reader, n *node, into *T)

// keys are the keys allowed in a mapping.
type keys[T any] map[string]key[T]

// read reads a mapping; what names it in errors.
func (k keys[T]) read(r *reader, n *node, into *T, what string) {
	if n.kind == nullNode {
		return
	}
	if n.kind != mappingNode {
		r.problem(n, "%s must be a mapping, not %s", what, nodeWords[n.kind])
		return
	}
	for i, name := range n.keys {
		if read, ok := k[name.text]; ok {
			read(r, n.items[i], into)
			continue
		}
		r.problem(name, "%s has no key %q%s", what, name.text, didYouMean(name.text, slices.Sorted(maps.Keys(k))))
	}
}

// didYouMean suggests the word that was probably meant, or all words if there are only
// a few.
func didYouMean(got string, words []string) string {
	if near := spelling.New(words).Near(got); len(near) > 0 {
		return fmt.Sprintf("; did you mean %q?", near[0].Name)
	}
	if len(words) > 0 && len(words) <= 24 {
		return "; must be " + rules.OneOf(words)
	}
	return ""
}

func text[T any](field func(*T) *string) key[T] {
	return func(r *reader, n *node, into *T) { *field(into) = r.text(n) }
}

func list[T any](field func(*T) *[]string) key[T] {
	return func(r *reader, n *node, into *T) { *field(into) = r.list(n) }
}

func flag[T any](field func(*T) *bool) key[T] {
	return func(r *reader, n *node, into *T) { *field(into) = r.flag(n) }
}

func number[T any](field func(*T) **float64) key[T] {
	return func(r *reader, n *node, into *T) {
		if f, err := strconv.ParseFloat(r.text(n), 64); err == nil && f == f {
			*field(into) = &f
			return
		}
		r.problem(n, "%q isn't a number", n.text)
	}
}

func pattern[T any](field func(*T) **jsregexp.Regexp) key[T] {
	return func(r *reader, n *node, into *T) { *field(into) = r.pattern(n) }
}

// choice reads one of several words.
func choice[T any, S ~string](field func(*T) *S, words ...S) key[T] {
	return func(r *reader, n *node, into *T) {
		got := S(r.text(n))
		if slices.Contains(words, got) {
			*field(into) = got
			return
		}
		texts := make([]string, len(words))
		for i, w := range words {
			texts[i] = string(w)
		}
		r.problem(n, "unknown value %q%s", got, didYouMean(string(got), texts))
	}
}

func (r *reader) text(n *node) string {
	if n.kind != scalarNode {
		r.problem(n, "expected a single value, not %s", nodeWords[n.kind])
	}
	return n.text
}

// list reads a list of texts, or a single text as a list.
func (r *reader) list(n *node) []string {
	switch n.kind {
	case nullNode:
		return nil
	case scalarNode:
		return []string{n.text}
	case mappingNode:
		r.problem(n, "expected a list, not a mapping")
		return nil
	}
	texts := make([]string, 0, len(n.items))
	for _, item := range n.items {
		if item.kind == nullNode { // the value null
			texts = append(texts, "null")
			continue
		}
		texts = append(texts, r.text(item))
	}
	return texts
}

func (r *reader) flag(n *node) bool {
	switch r.text(n) {
	case "true":
		return true
	case "false":
		return false
	}
	r.problem(n, "expected true or false, not %q", n.text)
	return false
}

// duration reads a duration in Go's format; "off" is negative.
func (r *reader) duration(n *node) time.Duration {
	if r.text(n) == "off" {
		return -1
	}
	d, err := time.ParseDuration(n.text)
	if err != nil || d <= 0 {
		r.problem(n, "%q isn't a valid duration; use one such as 500ms, 2s or 1h", n.text)
	}
	return d
}

func (r *reader) pattern(n *node) *jsregexp.Regexp {
	source := r.text(n)
	if n.kind != scalarNode {
		return nil
	}
	if why := Catastrophic(source); why != "" {
		r.problem(n, "%q may backtrack forever: %s", source, why)
		return nil
	}
	re, err := jsregexp.Compile(source, false)
	if err != nil {
		r.problem(n, "%v", err)
		return nil
	}
	return re
}

func (r *reader) severities(n *node) Severities {
	if n.kind != mappingNode {
		r.problem(n, "findings must be a mapping of codes to error, warning, info or off")
		return nil
	}
	found := Severities{}
	for i, name := range n.keys {
		code := rules.Code(name.text)
		if !rules.Known(code) {
			r.problem(name, "unknown finding %q%s", code, didYouMean(name.text, rules.CodeTexts()))
			continue
		}
		severity, ok := rules.ParseSeverity(r.text(n.items[i]))
		if !ok {
			r.problem(n.items[i], "%q isn't a severity; must be error, warning, info or off", n.items[i].text)
			continue
		}
		found[code] = severity
	}
	return found
}

// Matches reports whether a pattern in a plan matches s. A pattern that takes too long
// is assumed to match, to avoid false findings.
func Matches(re *jsregexp.Regexp, s string) bool {
	matched, err := re.Match(s)
	return matched || err != nil
}

// ValidKey reports whether a key can be used in a plan.
func ValidKey(name string) bool {
	return name != "" && len(name) <= MaxNameBytes && !strings.ContainsAny(name, ".[]") && !strings.HasSuffix(name, optionalMark)
}
