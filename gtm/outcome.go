package gtm

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// Truth is the answer to a question about a message. It is Unknown where it
// hangs on something that was not captured.
type Truth uint8

// The truths, from the least: of several conditions that must all hold, the
// least one is the answer.
const (
	No Truth = iota
	Unknown
	Yes
)

func (t Truth) String() string { return [...]string{"no", "unknown", "yes"}[t] }

// TruthOf returns Yes for true, and No for false.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Outcome is what a message does in the containers: the triggers that match and
// the tags that fire, or may. Those that do not are left out.
type Outcome struct {
	Triggers []Match  // in the containers' order
	Tags     []Firing // in firing order; a tag that runs twice stands twice
	// NearMisses are the triggers that nearly listen to the message's event, the
	// nearest first. They are looked for only where no trigger listens to it.
	NearMisses []NearMiss
	// NotFired are the tags that a trigger matched and that something else keeps
	// from firing.
	NotFired []NotFired
	// FailedTriggers are triggers for the message's event of which another
	// condition failed; at most five. They are looked for only if no trigger
	// for the event matched.
	FailedTriggers []FailedTrigger
	// Stale are the values that firing tags read and that this message did not
	// set.
	Stale []Stale
	// Undefined are the data layer variables that firing tags read and that no
	// message of the page set so far.
	Undefined []Undefined
	// Event is the name of the event that was evaluated; empty where the
	// message caused no evaluation.
	Event string
}

// Listening returns the matches of triggers but for those that only block tags.
func (o Outcome) Listening() []Match {
	return slices.DeleteFunc(slices.Clone(o.Triggers), func(m Match) bool { return m.Trigger.OnlyBlocks() })
}

// Match says of a trigger that it matches a message, or may.
type Match struct {
	Trigger *Trigger
	Matched Truth
}

// Firing says of a tag that it fires on a message, or may.
type Firing struct {
	Tag   *Tag
	Fires Truth
}

// Status is what became of a tag on a message.
type Status uint8

// The statuses.
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

// NotFired is a tag that a trigger matched and that does not fire.
type NotFired struct {
	Tag     *Tag
	Trigger *Trigger // the first that matched
	// Status is StatusNotTriggered for a tag that fires once a page and has
	// fired.
	Status Status
	Block  *Trigger // the first blocking trigger that matched, or nil
	// Consent are the types that are denied, as "ad_storage, ad_user_data";
	// empty if consent does not hold the tag back.
	Consent string
	Why     string // "blocked by Internal visitors"
}

// FailedTrigger is a trigger for an event of which another condition failed.
type FailedTrigger struct {
	Trigger   *Trigger
	Condition *Condition // the first that failed
	// Actual and Expected are the values that were compared, as text and cut at
	// 200 bytes.
	Actual, Expected string
}

// Undefined is a data layer variable that a firing tag reads and that no message of
// the page set.
type Undefined struct {
	Tag      *Tag
	Variable *Variable
}

// NearMiss is a trigger that would listen to an event if the event, or the
// trigger's condition on it, were written a little differently.
type NearMiss struct {
	Trigger *Trigger
	Kind    NearMissKind
	// Expected is an event name that the trigger listens to and that is near
	// the one that was pushed.
	Expected string
	// Distance is the number of letters that are missing, added, replaced or
	// swapped. It is 0 where only the case or an anchor is in the way.
	Distance int
}

// NearMissKind says what keeps a trigger from listening to an event.
type NearMissKind uint8

// The kinds of near miss, the nearest first.
const (
	OtherCase       NearMissKind = iota // "Widget_Opened" for "widget_opened"
	OtherSeparators                     // "widget-opened" or "widgetOpened"
	AnchorAway                          // "my_widget_opened" for "^widget_opened$"
	OtherSpelling                       // "widget_opend"
)

func (k NearMissKind) String() string {
	return [...]string{"different case", "different separators", "different anchors", "different spelling"}[k]
}

// Stale is a value that a tag reads and that is left over from an earlier
// message.
type Stale struct {
	Tag      *Tag
	Variable *Variable
	// SetBy is the message that last set the value, or, if there is a Path, the
	// last message before this one that set a part of it.
	SetBy Setting
	// Path is the part of the value that is left over where this message set
	// the rest: "items[1]". It is empty if the whole value is.
	Path string
}

// Setting is the message that last set a key of the data layer.
type Setting struct {
	Seq   int
	T     time.Duration
	Page  string // the page's ID
	Event string // empty where the message carried none
}

// Revision is the outcome of a message that became another because a container
// was captured after it.
type Revision struct {
	Push    *datalayer.Push
	Outcome Outcome
}
