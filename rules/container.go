package rules

import "slices"

// The codes of findings about a container, without a visit. Their texts are in
// texts/container.yaml.
const (
	TagWithoutTrigger   Code = "tag-without-trigger"
	UnknownTrigger      Code = "unknown-trigger"
	UnusedTrigger       Code = "unused-trigger"
	UnusedVariable      Code = "unused-variable"
	UnknownVariable     Code = "unknown-variable"
	VariableCycle       Code = "variable-cycle"
	InvalidPattern      Code = "invalid-pattern"
	PatternMatchesAll   Code = "pattern-matches-all"
	EqualTriggers       Code = "equal-triggers"
	SentTwice           Code = "sent-twice"
	IneffectiveBlock    Code = "ineffective-block"
	PausedTag           Code = "paused-tag"
	RefusedEventName    Code = "refused-event-name"
	RefusedParameter    Code = "refused-parameter-name"
	MissingID           Code = "missing-id"
	InvalidID           Code = "invalid-id"
	ConsentNotSet       Code = "consent-not-set"
	ConsentDiffers      Code = "consent-differs"
	HTMLPushesEvent     Code = "html-pushes-event"
	UniversalAnalytics  Code = "universal-analytics"
	ContainerSize       Code = "container-size"
	EventWithoutTrigger Code = "event-without-trigger"
	EventWithoutTag     Code = "event-without-tag"
	EventSentRenamed    Code = "event-sent-renamed"
	ParameterNotRead    Code = "parameter-not-read"
	ParameterNotSent    Code = "parameter-not-sent"
	ParameterMisread    Code = "parameter-misread"
	ParameterVersion    Code = "parameter-version"
)

// OnContainers reports whether a code is about a container, not a session.
func OnContainers(code Code) bool {
	return slices.ContainsFunc(allTexts().container, func(t findingText) bool { return t.Code == code })
}
