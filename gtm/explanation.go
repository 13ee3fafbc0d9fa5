package gtm

import "layertap/datalayer"

// Explanation is the result of every trigger and tag for one message, with reasons.
type Explanation struct {
	// Event is the name of the event that was evaluated. If it is empty, Skipped is the
	// reason why the message wasn't evaluated.
	Event   string
	Skipped string
	// Before are the events that Google Tag Manager evaluates before a page's first
	// event without pushing them, and the tags that they fired.
	Before   []Synthetic
	Triggers []TriggerVerdict // of all containers, in their order
	Tags     []TagVerdict     // of all containers, in their own order
	// Variables are the values of the containers' variables for this message.
	Variables  []Reading
	NearMisses []NearMiss
	State      State
}

// State is a data layer as Google Tag Manager sees it after a message.
type State struct {
	// V2 is the data layer that variables of version 2 read: a single object into which
	// messages are merged, with dotted keys expanded.
	V2 datalayer.Value
	// V1 is the data layer that variables of version 1 read: the last value of each
	// key, as it was pushed.
	V1 datalayer.Value
	// Changed are the paths of V2 that the message changed.
	Changed []Change
	// Consent is the consent state that the page set, in the order in which the types
	// first appeared.
	Consent []Consent
	// Doubt is the reason why the state isn't certain, such as a function that the page
	// pushed; empty if it is certain.
	Doubt string
}

// Consent is the state of a consent type. Values that were never set are empty.
type Consent struct {
	Type      string // "ad_storage"
	Default   string // "granted" or "denied"
	Update    string // the visitor's choice
	Effective string // the value that applies, or "unknown" if it depends on the visitor's region
	// DefaultBy and UpdateBy are the messages that set them.
	DefaultBy, UpdateBy int
	Regional            []RegionalConsent
	Wait                int // wait_for_update of the last default, in milliseconds
}

// RegionalConsent is a default for some regions.
type RegionalConsent struct {
	Regions string // "DE, US-CA"
	Default string
	By      int // the message that set it
}

// Change is a path of the computed state that a message changed.
type Change struct {
	Path          string
	Before, After datalayer.Value // undefined if there was none
}

// Synthetic is an event that Google Tag Manager evaluates without a message.
type Synthetic struct {
	Event    string // "gtm.init_consent" or "gtm.init"
	Triggers []Match
	Tags     []Firing
}

// TriggerVerdict reports whether a trigger matched, condition by condition.
type TriggerVerdict struct {
	Trigger    *Trigger
	Matched    Truth
	Conditions []ConditionVerdict // those on the event come first
}

// ConditionVerdict is the result of a condition for one message.
type ConditionVerdict struct {
	Condition *Condition
	Expected  datalayer.Value // with its variables replaced
	Actual    datalayer.Value
	Holds     Truth // whether the condition is met, after negation
	// Reason is why Holds is Unknown.
	Reason string
	// Observed is the Seq of the [datalayer.PageValue] that Actual comes from; 0 for none.
	Observed int
}

// TagVerdict reports whether a tag fired and why.
type TagVerdict struct {
	Tag    *Tag
	Fires  Truth
	Status Status
	Reason string   // "no firing trigger matched", "blocked by Errors", …
	Denied []string // the denied consent types that hold it back
	// Sends are the parameters that the tag sends, or would send, for the message.
	Sends  []Parameter
	By     []*Trigger // its firing triggers that matched, or may have
	Blocks []*Trigger // its blocking triggers that matched, or may have
	Stale  []Stale
}

// Parameter is a setting of a tag, as configured and as resolved for one message.
type Parameter struct {
	Name    string // in Google Tag Manager's interface: "Event Name", "Event Parameters.link_url"
	Written string // as configured: "{{DLV - link_url}}"
	Value   datalayer.Value
	Known   bool
	Reason  string // why Value isn't known
	// Unresolved is the variable whose value isn't known; nil if Reason is enough.
	Unresolved *Variable
	// Partial is a text that is only partly known; the unknown part is left as
	// configured.
	Partial string
	// Observed is the Seq of the [datalayer.PageValue] that Value comes from; 0 for none.
	Observed int
}

// Unknown returns the reason why the value isn't known, including the variable that
// causes it.
func (p *Parameter) Unknown() string {
	if p.Unresolved == nil {
		return p.Reason
	}
	return "{{" + p.Unresolved.Name + "}}: " + p.Reason
}

// Reading is a variable's value for a message.
type Reading struct {
	Variable *Variable
	Value    datalayer.Value
	Known    bool
	Reason   string // why the value isn't known
	// SetBy is the message that last set the key that a data layer variable reads; the
	// zero Setting if there was none.
	SetBy Setting
	// Stale reports whether the value is left over from an earlier message.
	Stale bool
	From  Origin
	// Page is how the value can be read from the page if it isn't known otherwise; nil if it
	// can't be.
	Page *PageRead
}

// PageRead is how the value of a variable can be read from a page.
type PageRead struct {
	// Source identifies what is read: "cookie:consent". It is equal for variables of any
	// container that read the same.
	Source string
	Script string // a JavaScript expression with the value
	Code   bool   // the expression runs code of the container
	Shown  string // that code; empty if there is none
}

// Origin is where a variable's value came from.
type Origin uint8

// The origins of a value.
const (
	FromMessage  Origin = iota // this message, or the variable's own settings
	FromLeftOver               // an earlier message
	FromDefault                // the variable's default value
	FromNothing                // never set: undefined
	FromUnknown                // not known
	FromPage                   // read from the page; SetBy has the Seq of the value
)

func (o Origin) String() string {
	return [...]string{"message", "left-over", "default", "unset", "unknown", "page"}[o]
}

// Undecided is an unknown variable that makes it uncertain whether tags fire.
type Undecided struct {
	Variable *Variable
	Reason   string // why its value isn't known
	Tags     int    // the number of tags that depend on it
}

// HeldBack is a tag that consent held back on a page.
type HeldBack struct {
	Tag     *Tag
	Page    string // the ID of the first page on which that happened
	Consent string // the denied types: "ad_storage, ad_user_data"
	Count   int    // the number of messages
	First   int    // the Seq of the first message
	Later   int    // the Seq of the first later message on which it fired; 0 if there was none
}

// Unused is what was pushed but not used, and what no message used in the containers.
type Unused struct {
	Events    []UnmatchedEvent // in order of first appearance
	Triggers  []*Trigger       // that never matched, not even possibly
	Variables []UnsetVariable  // data layer variables whose key was never set
	Keys      []UnreadKey      // in order of first appearance
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
	Near     string // a similar key that was pushed; empty if there is none
}

// UnreadKey is a pushed key that no variable reads.
type UnreadKey struct {
	Key   string
	Count int
	First int       // the Seq of the first message
	Near  *Variable // a variable with a similar key, or nil
}
