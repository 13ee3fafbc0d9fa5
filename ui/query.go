package ui

import (
	"bytes"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
)

// query decides which messages a filter lets through. The zero query lets all
// through.
type query struct {
	text  string
	terms []term
}

// term is one word of a filter.
type term struct {
	word []byte // in lower case
	not  bool
}

// parseQuery reads a filter: words that all have to be in a message, in any case,
// be it in its event name or in its parameters. "error", "warning" and "finding"
// stand for messages that have one; "not" turns the word after it round.
func parseQuery(text string) query {
	q := query{text: strings.TrimSpace(text)}
	not := false
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		if word == "not" {
			not = true
			continue
		}
		q.terms = append(q.terms, term{[]byte(word), not})
		not = false
	}
	return q
}

func (q query) empty() bool { return len(q.terms) == 0 }

// onFindings says whether the filter asks for findings, which may still come for
// messages that are there already.
func (q query) onFindings() bool {
	return slices.ContainsFunc(q.terms, func(t term) bool {
		switch string(t.word) {
		case "error", "warning", "finding":
			return true
		}
		return false
	})
}

// match says whether the filter lets the message at index i through.
func (q query) match(s session.Snapshot, i int, push *datalayer.Push) bool {
	for _, t := range q.terms {
		if t.match(s, i, push) == t.not {
			return false
		}
	}
	return true
}

func (t term) match(s session.Snapshot, i int, push *datalayer.Push) bool {
	switch string(t.word) {
	case "error":
		return worst(s.Verdict(i)) == rules.Error
	case "warning":
		return hasSeverity(s.Verdict(i), rules.Warning)
	case "finding":
		return len(s.Verdict(i).Findings) > 0
	}
	return holds([]byte(push.Event), t.word) || holds(push.Message, t.word)
}

func hasSeverity(v session.Verdict, severity rules.Severity) bool {
	for _, f := range v.Findings {
		if f.Severity == severity {
			return true
		}
	}
	return false
}

// holds says whether text has word, which is in lower case, in it, whatever the
// case of its ASCII letters there.
func holds(text, word []byte) bool {
	if len(word) == 0 {
		return true
	}
	first, upper := word[0], word[0]
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for len(text) >= len(word) {
		i := bytes.IndexByte(text, first)
		if upper != first {
			if j := bytes.IndexByte(text[:bound(i, len(text))], upper); j >= 0 {
				i = j
			}
		}
		if i < 0 || len(text)-i < len(word) {
			return false
		}
		if equalFold(text[i:i+len(word)], word) {
			return true
		}
		text = text[i+1:]
	}
	return false
}

func bound(i, n int) int {
	if i < 0 {
		return n
	}
	return i
}

func equalFold(text, lower []byte) bool {
	for i, b := range text {
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		if b != lower[i] {
			return false
		}
	}
	return true
}
