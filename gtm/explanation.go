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
	// Consent is what the page said of the visitor's consent, in the order in
	// which the types were first named.
	Consent []Consent
	// Doubt says why the state is not known for certain, such as a function
	// that the page pushed; empty where it is.
	Doubt string
}

// Consent is the state of a consent type. What was never said is empty.
type Consent struct {
	Type      string // "ad_storage"
	Default   string // "granted" or "denied"
	Update    string // the visitor's choice
	Effective string // what counts, or "unknown" where it depends on the visitor's region
	// DefaultBy and UpdateBy are the messages that set them.
	DefaultBy, UpdateBy int
	Regional            []RegionalConsent
	Wait                int // wait_for_update of the last default, in milliseconds
}

// RegionalConsent is a default that counts in some regions.
type RegionalConsent struct {
	Regions string // "DE, US-CA"
	Default string
	By      int // the message that set it
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

// TriggerVerdict reports whether a trigger matched, condition by condition.
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

// TagVerdict reports whether a tag fired and why.
type TagVerdict struct {
	Tag    *Tag
	Fires  Truth
	Status Status
	Reason string   // "no firing trigger matched", "blocked by Errors", …
	Denied []string // the consent types that hold it back
	// Sends is what the tag sends, or would send, at the message.
	Sends  []Parameter
	By     []*Trigger // its firing triggers that matched, or may have
	Blocks []*Trigger // its blocking triggers that matched, or may have
	Stale  []Stale
}

// Parameter is a setting of a tag, as it is configured and as it is at one message.
type Parameter struct {
	Name    string // in Google Tag Manager's interface: "Event Name", "Event Parameters.link_url"
	Written string // as it is configured: "{{DLV - link_url}}"
	Value   datalayer.Value
	Known   bool
	Reason  string // why Value is not known
	// Blame is the variable whose value is not known; nil if Reason says it all.
	Blame *Variable
	// Partial is a text of which a part is not known: that part is as it is
	// configured.
	Partial string
}

// Unknown says why the value is not known, with the variable to blame.
func (p *Parameter) Unknown() string {
	if p.Blame == nil {
		return p.Reason
	}
	return "{{" + p.Blame.Name + "}}: " + p.Reason
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
	From  Origin
}

// Origin is where a variable's value came from.
type Origin uint8

// The origins.
const (
	FromMessage  Origin = iota // this message, or what the variable is made of
	FromLeftOver               // an earlier message
	FromDefault                // the variable's default value
	FromNothing                // nothing set it: it is undefined
	FromUnknown                // it is not known
)

func (o Origin) String() string {
	return [...]string{"message", "left-over", "default", "unset", "unknown"}[o]
}

// Undecided is a variable that left open whether tags fire.
type Undecided struct {
	Variable *Variable
	Reason   string // why its value is not known
	Tags     int    // how many tags it decides about
}

// HeldBack is a tag that consent held back on a page.
type HeldBack struct {
	Tag     *Tag
	Page    string // the ID of the page on which it first was
	Consent string // the types that were denied, as "ad_storage, ad_user_data"
	Count   int    // messages
	First   int    // the Seq of the first message
	Later   int    // the Seq of the first message after that on which it fired; 0 for none
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
