// Package rules holds messages against tracking plans.
//
// A [Plan] says once what is right: which events there are, with which
// parameters, of which types, in which order. A [Checker] goes through the
// messages of a session with the plans in force and returns [Finding]s, each
// with what to do about it, and the [Coverage] of the plans.
//
// The package reads no files: plans come from what is built in, or through a
// function that the caller hands in.
package rules

import (
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"layertap/gtm"
	"layertap/jsregexp"
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

	conversation conversation
	// parameters are the definitions that events share, in the plan's order.
	parameters []*Parameter
	severities severities
	// duplicates is how far apart two equal messages may be to be taken for
	// one event pushed twice; negative to allow them.
	duplicates time.Duration
	// extra says that messages may carry parameters that the plan does not name.
	extra bool
	// notes are the comments of a drafted plan, by what they are on.
	notes map[string]string
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

	plan *Plan
	// within is the key of the object that holds the parameters where the
	// event is pushed as an object; empty for the message itself.
	within string
	schema *jsonschema.Schema
	// schemaSource is the schema as the plan has it: a value of JSON, or the
	// name of a file.
	schemaSource any
	after        []string
	before       []string
	once         scope
	consent      []string
	tags         []string
	hits         []expectedHit
	severities   severities
	duplicates   time.Duration // 0 for the plan's
	extra        *bool         // nil for the plan's
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
	Constant, Grows scope

	Parameters []*Parameter // of an object
	Items      *Parameter   // each element of an array

	// misspellings are wrong names that are known of, each with a note.
	misspellings map[string]string
	// open says that an object may have keys that the plan does not name.
	open bool
	// inSchema says that it was made from the event's JSON Schema.
	inSchema bool
}

// expectedHit is a hit that an event should lead to.
type expectedHit struct {
	vendor string
	prefix string // before the event's name in the hit
	event  string // the hit's event name; empty for the event's own
}

// conversation tells which messages belong together.
type conversation struct {
	id     string   // the parameter that names it
	begins []string // events that begin one before its id is known
	ends   []string
}

// scope is a stretch of a session.
type scope string

const (
	nowhere        scope = ""
	inPage         scope = "page"
	inSession      scope = "session"
	inConversation scope = "conversation"
)

// severities are a plan's own severities of codes.
type severities map[Code]Severity

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

func (t Types) has(one Types) bool { return t&one != 0 }

// String lists the types in words.
func (t Types) String() string { return strings.Join(t.words(), " or ") }

// words returns the types by name.
func (t Types) words() []string {
	var words []string
	for i, word := range typeWords {
		if t.has(1 << i) {
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
