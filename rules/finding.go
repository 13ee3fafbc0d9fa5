package rules

// Finding is one thing that is wrong, or worth knowing, about a message or about
// a whole session.
type Finding struct {
	Code     Code
	Severity Severity
	// Path leads to the parameter it is about: "link_text",
	// "ecommerce.items[0].item_id". It is empty where the event is meant.
	Path string
	// Suggestion is the name or value that was probably meant; empty for none.
	Suggestion string
	// Message says what is wrong, in one sentence.
	Message string
	// Mend says what to do about it, in one sentence; empty where there is
	// nothing to do.
	Mend string
}

// Code names a kind of finding. Codes are stable: plans and other programs refer
// to them.
type Code string

// Severity is how bad a finding is.
type Severity uint8

// The severities, from the least. Off is that of a code that a plan switched off;
// no finding has it.
const (
	Off Severity = iota
	Info
	Warning
	Error
)

func (s Severity) String() string {
	return [...]string{"off", "info", "warning", "error"}[s]
}
