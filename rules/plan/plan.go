// Package plan is the plan language: what a team agreed on about its data layer.
//
// A [Plan] says once what is right: which events there are, with which
// parameters, of which types, in which order. The package reads, lints, compares
// and writes plans, and has those that are built in. It reads no files itself:
// a function that the caller hands in does.
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

// Plan is what a team agreed on: the events of a data layer and what is in
// them. A plan is not changed once it is loaded.
type Plan struct {
	Name        string
	Description string
	Owner       string
	Link        string
	// Namespace is a pattern on event names. An event that it matches and no
	// plan knows is suspicious. Nil for none.
	Namespace *jsregexp.Regexp
	// Events in the plan's order.
	Events []*Event
	// Triggers are the custom event triggers that the plan expects in the
	// container.
	Triggers []gtm.Pattern
	// Known are names of events and parameters that are right although the
	// plan does not hold them; they are never taken for misspelled ones.
	Known []string

	// Endpoints are the vendors of addresses that the site has set up for their hits, by
	// address: HOST/PATH.
	Endpoints map[string]string

	Conversation Conversation
	// parameters are the definitions that events share, in the plan's order.
	parameters []*Parameter
	Severities Severities
	// Accept are findings that are listed and don't count.
	Accept accept.List
	// duplicates is how far apart two equal messages may be to be taken for
	// one event pushed twice; negative to allow them.
	Duplicates time.Duration
	// GA4 says that the events are Google Analytics 4's, so that its names and limits
	// hold for them.
	GA4 bool
	// Extra says that messages may carry parameters that the plan does not name.
	Extra bool
	// notes are the comments of a drafted plan, by what they are on.
	Notes map[string]string
}

// Event is one event of a plan.
type Event struct {
	Name        string
	Description string
	Trigger     string // when it is pushed, in the plan's words
	Owner       string
	Link        string
	Aliases     []string // other names that are accepted for it
	Parameters  []*Parameter
	Required    bool // a session without it is incomplete

	Plan *Plan
	// within is the key of the object that holds the parameters where the
	// event is pushed as an object; empty for the message itself.
	Within string
	Schema *jsonschema.Schema
	// schemaSource is the schema as the plan has it: a value of JSON, or the
	// name of a file.
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

// Parameter is one parameter of an event, or a part of one.
type Parameter struct {
	Name        string // the key alone, not the path to it
	Description string
	Owner       string
	Link        string
	Types       Types
	Required    bool
	// With, without and when make a parameter required: where one of the
	// parameters is there, where none of them is, where others have one of the
	// values.
	With    []string
	Without []string
	When    map[string][]string

	Enum     []string // the values it may have, as text; nil for any
	Pattern  *jsregexp.Regexp
	Min, Max *float64 // of a number; of how many items an array has
	Unit     Unit     // of a timestamp
	// Ahead is how far a timestamp may be ahead of the session's clock.
	Ahead    time.Duration
	Aliases  []string
	Empty    bool // it may be empty
	Personal bool // what looks like personal data in it is none
	// Constant and Grows name where the value may not change, and where it may
	// not go down.
	Constant, Grows Scope

	Parameters []*Parameter // of an object
	Items      *Parameter   // each element of an array

	// misspellings are wrong names that are known of, each with a note.
	Misspellings map[string]string
	// open says that an object may have keys that the plan does not name.
	Open bool
	// inSchema says that it was made from the event's JSON Schema.
	inSchema bool
}

// Hit is a hit that an event should lead to.
type Hit struct {
	Vendor string
	prefix string // before the event's name in the hit
	event  string // the hit's event name; empty for the event's own
}

// Conversation tells which messages belong together.
type Conversation struct {
	ID     string   // the parameter that names it
	Begins []string // events that begin one before its id is known
	Ends   []string
}

// Scope is a stretch of a session.
type Scope string

// The scopes.
const (
	Nowhere        Scope = ""
	InPage         Scope = "page"
	InSession      Scope = "session"
	InConversation Scope = "conversation"
)

// Severities are a plan's own severities of codes.
type Severities map[rules.Code]rules.Severity

// Types is a set of types; the empty set stands for any.
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

// Has reports whether one type is among the types.
func (t Types) Has(one Types) bool { return t&one != 0 }

// String lists the types in words.
func (t Types) String() string { return strings.Join(t.words(), " or ") }

// words returns the types by name.
func (t Types) words() []string {
	var words []string
	for i, word := range typeWords {
		if t.Has(1 << i) {
			words = append(words, word)
		}
	}
	return words
}

// Unit says how a timestamp is written.
type Unit string

// The units of timestamps. AnyUnit is all three.
const (
	AnyUnit      Unit = ""
	ISO8601      Unit = "iso8601"
	Seconds      Unit = "seconds"
	Milliseconds Unit = "milliseconds"
)

// Expected names the types as a sentence has them.
func (t Types) Expected() string {
	words := t.words()
	for i, word := range words {
		words[i] = rules.Article(word)
	}
	return rules.OneOf(words)
}

// NamesHit reports whether the plan says under what name the vendor is to receive the
// event.
func (e *Event) NamesHit(vendor string) bool {
	return slices.ContainsFunc(e.Hits, func(h Hit) bool { return h.Vendor == vendor && h.prefix+h.event != "" })
}

// HitNames returns the names that the event may have in a vendor's hit, or nil
// for any. In GA4 it is its own where the plan says nothing; the other vendors
// have names of their own.
func (e *Event) HitNames(vendor string) []string {
	var names []string
	for _, h := range e.Hits {
		if h.Vendor != vendor {
			continue
		}
		names = append(names, h.prefix+cmp.Or(h.event, e.Name))
	}
	if names == nil && vendor == "ga4" {
		return append([]string{e.Name}, e.Aliases...)
	}
	return names
}
