// Package plan implements the plan language, which describes what a team agreed on
// about its data layer.
//
// A [Plan] defines what is correct: the events, their parameters with types, and their
// order. The package parses, lints, compares and writes plans, and contains the
// built-in ones. It doesn't read files itself, but calls a function passed by the
// caller.
package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"layertap/gtm"
	"layertap/jsregexp"
	"layertap/rules"
	"layertap/rules/accept"
)

// Plan is what a team agreed on: the events in a data layer and their contents. It is
// immutable after loading.
type Plan struct {
	Name        string
	Description string
	Owner       string
	Link        string
	// Namespace is a pattern for event names. An event that matches it but isn't in a
	// plan is suspicious. Nil if there is none.
	Namespace *jsregexp.Regexp
	// Events in the plan's order.
	Events []*Event
	// Triggers are the custom event triggers that the plan expects in the container.
	Triggers []gtm.Pattern
	// Known are names of events and parameters that are correct although they aren't in
	// the plan. They aren't considered misspelled.
	Known []string

	// Endpoints maps the URLs that the site uses for hits (HOST/PATH) to vendors.
	Endpoints map[string]string

	Conversation Conversation
	// parameters are the shared definitions, in the plan's order.
	parameters []*Parameter
	Severities Severities
	// Accept are exceptions: findings that are listed but don't count.
	Accept accept.List
	// Duplicates is the maximum time between two equal messages that are considered one
	// event pushed twice; negative to allow them.
	Duplicates time.Duration
	// GA4 is set if the events are sent to Google Analytics 4, so that its rules for
	// names and limits apply.
	GA4 bool
	// Extra is set if messages may have parameters that aren't in the plan.
	Extra bool
	// Notes are the comments of a drafted plan, by what they are about.
	Notes map[string]string
}

// Event is an event of a plan.
type Event struct {
	Name        string
	Description string
	Trigger     string // when it is pushed, as described in the plan
	Owner       string
	Link        string
	Aliases     []string // other accepted names
	// Misspellings are known wrong names, each with a note.
	Misspellings map[string]string
	Parameters   []*Parameter
	Required     bool // a session without it is incomplete

	Plan *Plan
	// Within is the key of the object that contains the parameters if the event is
	// pushed as an object; empty for the message itself.
	Within string
	Schema *jsonschema.Schema
	// schemaSource is the schema as in the plan: a JSON value, or the name of a file.
	schemaSource any
	After        []string
	Before       []string
	Once         Scope
	Consent      []string
	Tags         []string
	Hits         []Hit
	Severities   Severities
	Duplicates   time.Duration // 0 for the plan's
	Extra        *bool         // nil for the plan's
}

// Parameter is a parameter of an event, or a part of one.
type Parameter struct {
	Name        string // only the key, not the path
	Description string
	Owner       string
	Link        string
	Types       Types
	Required    bool
	// With, Without and When make a parameter required: if one of the parameters is
	// present, if none of them is, or if others have one of the values.
	With    []string
	Without []string
	When    map[string][]string

	Enum     []string // the allowed values, as text; nil for any
	Pattern  *jsregexp.Regexp
	Min, Max *float64 // of a number, or of an array's length
	Unit     Unit     // of a timestamp
	// Ahead is how far a timestamp may be ahead of the session's clock.
	Ahead    time.Duration
	Aliases  []string
	Empty    bool // it may be empty
	Personal bool // values that look like personal data aren't
	// Constant and Grows are the scopes in which the value must not change, and must
	// not decrease.
	Constant, Grows Scope

	Parameters []*Parameter // of an object
	Items      *Parameter   // of each element of an array

	// Misspellings are known wrong names, each with a note.
	Misspellings map[string]string
	// Open is set if an object may have keys that aren't in the plan.
	Open bool
	// inSchema is set if it was created from the event's JSON Schema.
	inSchema bool
}

// Hit is a hit that an event should cause.
type Hit struct {
	Vendor string
	prefix string // added before the event's name in the hit
	event  string // the event name in the hit; empty for the event's own
}

// Conversation defines which messages belong together.
type Conversation struct {
	ID     string   // the parameter that identifies it
	Begins []string // events that start one before its ID is known
	Ends   []string
}

// Scope is a part of a session.
type Scope string

// The scopes of a session.
const (
	Nowhere        Scope = ""
	InPage         Scope = "page"
	InSession      Scope = "session"
	InConversation Scope = "conversation"
)

// Severities are a plan's severities for codes.
type Severities map[rules.Code]rules.Severity

// Types is a set of types; the empty set is any type.
type Types uint16

// The types that a parameter can have.
const (
	TypeString Types = 1 << iota
	TypeNumber
	TypeInteger
	TypeBoolean
	TypeTimestamp
	TypeURL
	TypeArray
	TypeObject
	TypeNull
)

var typeWords = []string{"string", "number", "integer", "boolean", "timestamp", "url", "array", "object", "null"}

// Has reports whether the set contains a type.
func (t Types) Has(one Types) bool { return t&one != 0 }

// String lists the types.
func (t Types) String() string { return strings.Join(t.words(), " or ") }

// words returns the names of the types.
func (t Types) words() []string {
	var words []string
	for i, word := range typeWords {
		if t.Has(1 << i) {
			words = append(words, word)
		}
	}
	return words
}

// Unit is the format of a timestamp.
type Unit string

// The units of timestamps. AnyUnit allows all three.
const (
	AnyUnit      Unit = ""
	ISO8601      Unit = "iso8601"
	Seconds      Unit = "seconds"
	Milliseconds Unit = "milliseconds"
)

// Expected lists the types for use in a sentence.
func (t Types) Expected() string {
	words := t.words()
	for i, word := range words {
		words[i] = rules.Article(word)
	}
	return rules.OneOf(words)
}

// NamesHit reports whether the plan sets the event's name in a vendor's hits.
func (e *Event) NamesHit(vendor string) bool {
	return slices.ContainsFunc(e.Hits, func(h Hit) bool { return h.Vendor == vendor && h.prefix+h.event != "" })
}

// HitNames returns the names that the event may have in a vendor's hit, or nil for any.
// The default for GA4 is the event's own name, and any name for others.
func (e *Event) HitNames(vendor string) []string {
	var names []string
	for _, h := range e.Hits {
		if h.Vendor != vendor {
			continue
		}
		if vendor != "ga4" && h.prefix+h.event == "" {
			return nil
		}
		names = append(names, h.prefix+cmp.Or(h.event, e.Name))
	}
	if names == nil && vendor == "ga4" {
		return append([]string{e.Name}, e.Aliases...)
	}
	return names
}
