package gtm

import "layertap/datalayer"

// Explanation says of one message what every trigger and tag made of it, and
// why.
type Explanation struct {
	// Event is the name of the event that was evaluated. Where it is empty
	// Skipped says why the message caused no evaluation.
	Event   string
	Skipped string
	// Before are the events that Google Tag Manager puts before a page's first
	// event, without pushing them, with what they fired.
	Before   []Synthetic
	Triggers []TriggerVerdict // of all containers, in their order
	Tags     []TagVerdict     // of all containers, in their own order
	// Variables are the containers' variables as they were read on this
	// message.
	Variables  []Reading
	NearMisses []NearMiss
	State      State
}

// State is a data layer as Google Tag Manager sees it after a message.
type State struct {
	// V2 is what variables of version 2 read: one object into which messages
	// are merged, their dotted keys opened up.
	V2 datalayer.Value
	// V1 is what variables of version 1 read: the last value of each key as it
	// was pushed.
	V1 datalayer.Value
	// Changed are the paths of V2 that the message changed.
	Changed []Change
	// Doubt says why the state is not known for certain, such as a function
	// that the page pushed; empty where it is.
	Doubt string
}

// Change is a path of the computed state that a message changed.
type Change struct {
	Path          string
	Before, After datalayer.Value // undefined where there was none
}

// Synthetic is an event of Google Tag Manager's own.
type Synthetic struct {
	Event    string // "gtm.init_consent" or "gtm.init"
	Triggers []Match
	Tags     []Firing
}

// TriggerVerdict says whether a trigger matched, condition by condition.
type TriggerVerdict struct {
	Trigger    *Trigger
	Matched    Truth
	Conditions []ConditionVerdict // the one on the event first
}

// ConditionVerdict is a condition held against one message.
type ConditionVerdict struct {
	Condition *Condition
	Expected  datalayer.Value // with the variables in it replaced
	Actual    datalayer.Value
	Holds     Truth // a negated condition holds where its comparison fails
	// Reason says why Holds is Unknown.
	Reason string
}

// TagVerdict says whether a tag fired and why.
type TagVerdict struct {
	Tag    *Tag
	Fires  Truth
	Status Status
	Reason string     // "no firing trigger matched", "blocked by Errors", …
	Denied []string   // the consent types that hold it back
	By     []*Trigger // its firing triggers that matched, or may have
	Blocks []*Trigger // its blocking triggers that matched, or may have
	Stale  []Stale
}

// Reading is a variable's value on a message.
type Reading struct {
	Variable *Variable
	Value    datalayer.Value
	Known    bool
	Reason   string // why the value is not known
	// SetBy is the message that last set the key that a data layer variable
	// reads; the zero Setting where none did.
	SetBy Setting
	// Stale says that the value is left over from an earlier message.
	Stale bool
}

// Unused is what was pushed and not used, and what the containers have and no message
// used.
type Unused struct {
	Events    []UnmatchedEvent // in the order in which they first came
	Triggers  []*Trigger       // that never matched and never may have
	Variables []UnsetVariable  // data layer variables whose key nothing ever set
	Keys      []UnreadKey      // in the order in which they first came
}

// UnmatchedEvent is an event that no trigger listens for.
type UnmatchedEvent struct {
	Event string
	Count int
	First int // the Seq of the first message
	Near  []NearMiss
}

// UnsetVariable is a data layer variable whose key no message set.
type UnsetVariable struct {
	Variable *Variable
	Near     string // a pushed key that it may have been meant to read; empty for none
}

// UnreadKey is a pushed key that no variable reads.
type UnreadKey struct {
	Key   string
	Count int
	First int       // the Seq of the first message
	Near  *Variable // one that may have been meant to read it, or nil
}
