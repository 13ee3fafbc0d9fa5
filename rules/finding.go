// Package rules defines what can be found in a session: the codes of findings, their
// severities, and their texts, which are data.
package rules

import "slices"

// Finding is a mistake or a remark about a message or a whole session.
type Finding struct {
	Code     Code
	Severity Severity
	// Path is the path of the parameter: "link_text", "ecommerce.items[0].item_id". It
	// is empty if the finding is about the event.
	Path string
	// Suggestion is the name or value that was probably meant; empty if there is none.
	Suggestion string
	// Also are other names that are as near as Suggestion.
	Also []string
	// Message describes what is wrong, in a sentence. Personal data in it is masked.
	Message string
	// Fix describes how to fix it, in a sentence; empty if there is nothing to do.
	Fix string
	// Note is the plan's note on this mistake.
	Note string
	// Messages are the Seqs of the messages that a finding about the session concerns,
	// ascending and at most 1,000; Count is their total number.
	Messages []int
	Count    int
	// Plan is the plan that was violated; empty if the mistake doesn't depend on a
	// plan. Description, Owner and Link are the plan's for the parameter or, if it has
	// none, the event.
	Plan        string
	Description string
	Owner       string
	Link        string
}

// Equal reports whether two findings are equal.
func (f *Finding) Equal(other *Finding) bool {
	return f.Code == other.Code && f.Severity == other.Severity && f.Path == other.Path &&
		f.Suggestion == other.Suggestion && slices.Equal(f.Also, other.Also) &&
		f.Message == other.Message && f.Fix == other.Fix && f.Note == other.Note &&
		f.Count == other.Count && slices.Equal(f.Messages, other.Messages) && f.Plan == other.Plan && f.Description == other.Description && f.Owner == other.Owner && f.Link == other.Link
}

// Code identifies a kind of finding. Codes are stable: plans and other programs refer
// to them.
type Code string

// The codes of findings. Their texts are in texts/findings.yaml.
const (
	MissingParameter     Code = "missing-parameter"
	MisspelledParameter  Code = "misspelled-parameter"
	MisspelledEvent      Code = "misspelled-event"
	WrongType            Code = "wrong-type"
	InvalidValue         Code = "invalid-value"
	StringifiedValue     Code = "stringified-value"
	EventNotString       Code = "event-not-string"
	LayerReassigned      Code = "layer-reassigned"
	PushOverridden       Code = "push-overridden"
	UnknownEvent         Code = "unknown-event"
	EmptyValue           Code = "empty-value"
	DuplicateEvent       Code = "duplicate-event"
	OutOfOrder           Code = "out-of-order"
	NoTrigger            Code = "no-trigger"
	NearMissTrigger      Code = "near-miss-trigger"
	TypeChanged          Code = "type-changed"
	StaleVariable        Code = "stale-variable"
	PersonalData         Code = "personal-data"
	HitMissing           Code = "hit-missing"
	HitRenamed           Code = "hit-renamed"
	HitBlocked           Code = "hit-blocked"
	RequiredEventMissing Code = "required-event-missing"
	UnexpectedParameter  Code = "unexpected-parameter"
	NameDrift            Code = "name-drift"
	DeadTrigger          Code = "dead-trigger"
	DeadVariable         Code = "dead-variable"

	NotReceived          Code = "not-received"
	IgnoredCommand       Code = "ignored-command"
	ConsentCommand       Code = "consent-command"
	GA4Name              Code = "ga4-name"
	DuplicateTransaction Code = "duplicate-transaction"
	TriggerCondition     Code = "trigger-condition"
	TriggerPattern       Code = "trigger-pattern"
	NoTag                Code = "no-tag"
	UndefinedVariable    Code = "undefined-variable"
	EventKey             Code = "event-key"
	PageError            Code = "page-error"
	LookalikeLayer       Code = "lookalike-layer"
	GTMNotRunning        Code = "gtm-not-running"
	ContainerTwice       Code = "container-twice"
	ConsentOrder         Code = "consent-order"
	UnconfiguredTarget   Code = "unconfigured-target"
	GA4Limit             Code = "ga4-limit"
	TemplateLeftover     Code = "template-leftover"
)

// Severity is the severity of a finding.
type Severity uint8

// The severities in ascending order. Off is that of a code that a plan turned off; no
// finding has it.
const (
	Off Severity = iota
	Info
	Warning
	Error
)

var severityWords = [...]string{"off", "info", "warning", "error"}

func (s Severity) String() string { return severityWords[s] }

// ParseSeverity parses the name of a severity.
func ParseSeverity(word string) (Severity, bool) {
	for i, w := range severityWords {
		if w == word {
			return Severity(i), true
		}
	}
	return Off, false
}
