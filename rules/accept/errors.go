package accept

import (
	"slices"

	"layertap/rules"
)

// Errors counts the messages of an event by the errors in them, to find out how many
// are wrong for any exceptions. The zero Errors is empty.
type Errors []errorSet

// errorSet is a number of messages with the same errors.
type errorSet struct {
	errors []rules.Finding // only with the fields that exceptions use
	count  int
}

// maxErrorSets bounds the distinct sets. Messages with others count as wrong regardless
// of exceptions.
const maxErrorSets = 100

// Add counts a message with findings if any of them is an error.
func (e *Errors) Add(findings []rules.Finding) {
	var errors []rules.Finding
	for _, f := range findings {
		if f.Severity != rules.Error {
			continue
		}
		one := rules.Finding{Code: f.Code, Path: general(f.Path)}
		if f.Path == "" {
			one.Message = f.Message
		}
		errors = append(errors, one)
	}
	if errors == nil {
		return
	}
	same := func(a, b rules.Finding) bool { return a.Code == b.Code && a.Path == b.Path && a.Message == b.Message }
	at := slices.IndexFunc(*e, func(s errorSet) bool { return slices.EqualFunc(s.errors, errors, same) })
	switch {
	case at >= 0:
	case len(*e) > maxErrorSets:
		at = maxErrorSets
	case len(*e) == maxErrorSets:
		at, *e = maxErrorSets, append(*e, errorSet{})
	default:
		at, *e = len(*e), append(*e, errorSet{errors: errors})
	}
	(*e)[at].count++
}

// Wrong returns the number of messages of an event that have an error that isn't
// accepted.
func (e Errors) Wrong(event string, accepted List) int {
	wrong := 0
	for _, s := range e {
		counts := func(f rules.Finding) bool { return accepted.Find(event, &f) < 0 }
		if len(s.errors) == 0 || slices.ContainsFunc(s.errors, counts) {
			wrong += s.count
		}
	}
	return wrong
}
