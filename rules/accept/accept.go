// Package accept defines exceptions: findings that are listed but don't count because
// they are known and accepted.
package accept

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"layertap/rules"
)

// Exception is an accepted finding.
type Exception struct {
	Code rules.Code `yaml:"code"`
	// Event is the event of the messages that it applies to; empty for all, and for
	// findings about the session as a whole.
	Event string `yaml:"event,omitempty"`
	// Path is that of the finding, with [] instead of array indexes: "items[].price".
	Path string `yaml:"path,omitempty"`
	// Message is the finding's sentence; empty for any. It distinguishes findings
	// without a path.
	Message string `yaml:"message,omitempty"`
	// Why is a comment for people.
	Why string `yaml:"why,omitempty"`
	// From is where it was read from: "the plan shop".
	From string `yaml:"-"`
}

// List is the exceptions in use.
type List []Exception

// FromSettings is From of the user's own exceptions.
const FromSettings = "the settings"

// MaxExceptions is the maximum number of exceptions in a file.
const MaxExceptions = 10_000

// Of returns the exception for a finding about a message with an event. If the finding
// is about the session as a whole, event is empty.
func Of(event string, f *rules.Finding) Exception {
	e := Exception{Code: f.Code, Event: event, Path: general(f.Path)}
	if event == "" && e.Path == "" {
		e.Message = f.Message
	}
	return e
}

// Everywhere returns the exception for all events whose finding has the same path or
// sentence. Without either only the event distinguishes its finding from others of the code, such
// as that of another misspelled event: it is kept.
func (e Exception) Everywhere() Exception {
	if e.Path != "" || e.Message != "" {
		e.Event = ""
	}
	return e
}

var places = regexp.MustCompile(`\[\d+\]`)

// general returns a path without array indexes.
func general(path string) string {
	if !strings.Contains(path, "[") {
		return path
	}
	return places.ReplaceAllLiteralString(path, "[]")
}

// Covers reports whether the exception accepts a finding about a message with an event.
func (e Exception) Covers(event string, f *rules.Finding) bool {
	return e.Code == f.Code && (e.Event == "" || e.Event == event) && general(e.Path) == general(f.Path) &&
		(e.Message == "" || e.Message == f.Message)
}

// Same reports whether two exceptions accept the same findings.
func (e Exception) Same(other Exception) bool {
	e.Why, e.From, other.Why, other.From = "", "", "", ""
	return e == other
}

// Compare sorts exceptions by code, event and path.
func (e Exception) Compare(other Exception) int {
	return cmp.Or(strings.Compare(string(e.Code), string(other.Code)), strings.Compare(e.Event, other.Event),
		strings.Compare(e.Path, other.Path), strings.Compare(e.Message, other.Message))
}

// Find returns the index of the first exception that covers a finding, or -1.
func (l List) Find(event string, f *rules.Finding) int {
	for i := range l {
		if l[i].Covers(event, f) {
			return i
		}
	}
	return -1
}

// Split splits findings about a message with an event into those that count and those
// that are accepted, without changing the order.
func (l List) Split(event string, findings []rules.Finding) (counted, accepted []rules.Finding) {
	if len(l) == 0 {
		return findings, nil
	}
	for i := range findings {
		if l.Find(event, &findings[i]) >= 0 {
			accepted = append(accepted, findings[i])
		} else {
			counted = append(counted, findings[i])
		}
	}
	return counted, accepted
}

// With returns the list with an exception added, unless it is already there.
func (l List) With(e Exception) List {
	for _, known := range l {
		if known.Same(e) {
			return l
		}
	}
	return append(l[:len(l):len(l)], e)
}

// Without returns the list with an exception removed.
func (l List) Without(e Exception) List {
	var rest List
	for _, known := range l {
		if !known.Same(e) {
			rest = append(rest, known)
		}
	}
	return rest
}

// file is a file of exceptions.
type file struct {
	Accept List `yaml:"accept"`
}

// Parse parses a file of exceptions. from is their From.
func Parse(data []byte, from string) (List, error) {
	var f file
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil
	}
	if err := yaml.Load(data, &f, yaml.WithKnownFields()); err != nil {
		return nil, err
	}
	if len(f.Accept) > MaxExceptions {
		return nil, fmt.Errorf("it has %d exceptions, and may have %d", len(f.Accept), MaxExceptions)
	}
	for i := range f.Accept {
		f.Accept[i].From = from
		if err := f.Accept[i].Check(); err != nil {
			return nil, fmt.Errorf("exception %d: %w", i+1, err)
		}
	}
	return f.Accept, nil
}

// Check returns an error if an exception isn't valid.
func (e Exception) Check() error {
	switch {
	case e.Code == "":
		return errors.New("it has no code: give the code of the finding to accept")
	case rules.Known(e.Code):
		return nil
	}
	if near := rules.Nearest(string(e.Code)); near != "" {
		return fmt.Errorf("there is no code %q: did you mean %s?", e.Code, near)
	}
	return fmt.Errorf("there is no code %q: `layertap explain` lists them", e.Code)
}

// YAML returns the list as a file for [Parse].
func (l List) YAML() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# Findings that are accepted: each is listed, and doesn't count.\n")
	if len(l) == 0 {
		b.WriteString("accept: []\n")
		return b.Bytes(), nil
	}
	text, err := yaml.Dump(file{l})
	if err != nil {
		return nil, fmt.Errorf("writing exceptions: %w", err)
	}
	b.Write(text)
	return b.Bytes(), nil
}

// String describes what is accepted, on one line.
func (e Exception) String() string {
	words := []string{string(e.Code)}
	if e.Path != "" {
		words = append(words, e.Path)
	}
	if e.Message != "" {
		words = append(words, e.Message)
	}
	if e.Event != "" {
		words = append(words, "in "+e.Event)
	}
	return strings.Join(words, " ")
}
