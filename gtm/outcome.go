package gtm

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// Truth is the answer to a question about a message. It is Unknown if it depends on
// something that wasn't captured.
type Truth uint8

// The truths in ascending order: a conjunction is the minimum of its conditions.
const (
	No Truth = iota
	Unknown
	Yes
)

func (t Truth) String() string { return [...]string{"no", "unknown", "yes"}[t] }

// TruthOf returns Yes for true and No for false.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Outcome is the result of a message in the containers: the triggers that match and the
// tags that fire, certainly or possibly. Others are left out.
type Outcome struct {
	Triggers []Match  // in the containers' order
	Tags     []Firing // in firing order; a tag that runs twice is listed twice
	// NearMisses are the triggers that almost listen for the message's event, nearest
	// first. They are computed only if no trigger listens for it.
	NearMisses []NearMiss
	// NotFired are the tags that were triggered but didn't fire for another reason.
	NotFired []NotFired
	// FailedTriggers are triggers for the message's event with another condition that
	// failed; at most five. They are computed only if no trigger for the event matched.
	FailedTriggers []FailedTrigger
	// Stale are the values that firing tags read and that this message didn't set.
	Stale []Stale
	// Undefined are the data layer variables that firing tags read and that no message
	// of the page has set yet.
	Undefined []Undefined
	// Event is the name of the event that was evaluated; empty if the message wasn't
	// evaluated.
	Event string
}

// Listening returns the matches of triggers, without those that only block tags.
func (o Outcome) Listening() []Match {
	return slices.DeleteFunc(slices.Clone(o.Triggers), func(m Match) bool { return m.Trigger.OnlyBlocks() })
}

// Match is a trigger that matches a message, certainly or possibly.
type Match struct {
	Trigger *Trigger
	Matched Truth
}

// Firing is a tag that fires on a message, certainly or possibly.
type Firing struct {
	Tag   *Tag
	Fires Truth
}

// Status is the result of a tag for a message.
type Status uint8

// The statuses of a tag.
const (
	StatusNotTriggered Status = iota
	StatusFired
	StatusBlocked  // by a blocking trigger, or by the page's gtm.blocklist
	StatusHeldBack // by consent
	StatusPaused
	StatusUnknown // it may have fired
)

func (s Status) String() string {
	return [...]string{"not-triggered", "fired", "blocked", "held-back", "paused", "unknown"}[s]
}

// NotFired is a tag that was triggered but doesn't fire.
type NotFired struct {
	Tag     *Tag
	Trigger *Trigger // the first that matched
	// Status is StatusNotTriggered for a once-per-page tag that has already fired.
	Status Status
	Block  *Trigger // the first blocking trigger that matched, or nil
	// Consent are the denied types: "ad_storage, ad_user_data"; empty if consent
	// doesn't hold the tag back.
	Consent string
	Why     string // "blocked by Internal visitors"
}

// FailedTrigger is a trigger for the message's event with another condition that
// failed.
type FailedTrigger struct {
	Trigger   *Trigger
	Condition *Condition // the first that failed
	// Actual and Expected are the compared values as text, truncated to 200 bytes.
	Actual, Expected string
}

// Undefined is a data layer variable that a firing tag reads and that no message of the
// page set.
type Undefined struct {
	Tag      *Tag
	Variable *Variable
}

// NearMiss is a trigger that would listen for an event if the event's name, or the
// trigger's condition on it, were written slightly differently.
type NearMiss struct {
	Trigger *Trigger
	Kind    NearMissKind
	// Expected is a similar event name that the trigger listens for.
	Expected string
	// Distance is the number of letters that are missing, added, replaced or swapped.
	// It is 0 if only the case or an anchor differs.
	Distance int
}

// NearMissKind is how an event's name differs from what a trigger listens for.
type NearMissKind uint8

// The kinds of near miss, nearest first.
const (
	OtherCase       NearMissKind = iota // "Widget_Opened" for "widget_opened"
	OtherSeparators                     // "widget-opened" or "widgetOpened"
	AnchorAway                          // "my_widget_opened" for "^widget_opened$"
	OtherSpelling                       // "widget_opend"
)

func (k NearMissKind) String() string {
	return [...]string{"different case", "different separators", "different anchors", "different spelling"}[k]
}

// Stale is a value that a tag reads and that is left over from an earlier message.
type Stale struct {
	Tag      *Tag
	Variable *Variable
	// SetBy is the message that last set the value; if Path is set, the last message
	// before this one that set a part of it.
	SetBy Setting
	// Path is the part of the value that is left over if this message set the rest:
	// "items[1]". It is empty if the whole value is left over.
	Path string
}

// Setting is the message that last set a key of the data layer.
type Setting struct {
	Seq   int
	T     time.Duration
	Page  string // the page's ID
	Event string // empty if the message had none
}

// Revision is a message's new outcome after a container was captured later.
type Revision struct {
	Push    *datalayer.Push
	Outcome Outcome
}
