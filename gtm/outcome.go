package gtm

// Truth is the answer to a question about a message. It is Unknown where it
// hangs on something that was not captured.
type Truth uint8

// The truths, in the order of [And]: the least rules.
const (
	No Truth = iota
	Unknown
	Yes
)

func (t Truth) String() string { return [...]string{"no", "unknown", "yes"}[t] }

// Outcome is what a message does in the containers: the triggers that match and
// the tags that fire, or may. Those that do not are left out.
type Outcome struct {
	Triggers []Match  // in the containers' order
	Tags     []Firing // in firing order
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
