package gtm

import (
	"fmt"
	"strings"

	"layertap/jsregexp"
)

// Operator is a comparison operator, by its name in the published form: "_eq".
type Operator string

// The operators.
const (
	Equals         Operator = "_eq"
	Contains       Operator = "_cn"
	StartsWith     Operator = "_sw"
	EndsWith       Operator = "_ew"
	MatchesRegexp  Operator = "_re"
	Greater        Operator = "_gt"
	GreaterOrEqual Operator = "_ge"
	Less           Operator = "_lt"
	LessOrEqual    Operator = "_le"
	MatchesCSS     Operator = "_css"
	MatchesURL     Operator = "_um"
	ListContains   Operator = "_lc"
)

// operators are each operator's names in an export and in the interface.
var operators = []struct {
	operator           Operator
	word, yes, negated string
}{
	{Equals, "EQUALS", "equals", "does not equal"},
	{Contains, "CONTAINS", "contains", "does not contain"},
	{StartsWith, "STARTS_WITH", "starts with", "does not start with"},
	{EndsWith, "ENDS_WITH", "ends with", "does not end with"},
	{MatchesRegexp, "MATCH_REGEX", "matches RegEx", "does not match RegEx"},
	{Greater, "GREATER", "is greater than", "is not greater than"},
	{GreaterOrEqual, "GREATER_OR_EQUALS", "is greater than or equal to", "is not greater than or equal to"},
	{Less, "LESS", "is less than", "is not less than"},
	{LessOrEqual, "LESS_OR_EQUALS", "is less than or equal to", "is not less than or equal to"},
	{MatchesCSS, "CSS_SELECTOR", "matches CSS selector", "does not match CSS selector"},
	{MatchesURL, "URL_MATCHES", "matches URL", "does not match URL"},
	{ListContains, "", "is a list that contains", "is not a list that contains"},
}

// OperatorOf returns the operator for a name used in exports: "MATCH_REGEX".
func OperatorOf(word string) Operator {
	for _, o := range operators {
		if strings.EqualFold(o.word, word) {
			return o.operator
		}
	}
	return Operator(word)
}

// String describes the condition: "Event matches RegEx ^widget_, ignoring case".
func (c *Condition) String() string {
	var s strings.Builder
	left := c.Predicate.Left.String()
	if c.Variable != nil {
		left = c.Variable.Name
	}
	if c.Predicate.OnEvent {
		left = "Event"
	}
	verb := fmt.Sprintf("is compared by %s with", c.Operator)
	for _, o := range operators {
		if o.operator == c.Operator {
			verb = o.yes
			if c.Negated {
				verb = o.negated
			}
		}
	}
	fmt.Fprintf(&s, "%s %s ", left, verb)
	if c.Predicate.AnyOf {
		s.WriteString("any of ")
	}
	if c.Expected == "" {
		s.WriteString("(nothing)")
	} else {
		s.WriteString(c.Expected)
	}
	if c.IgnoreCase {
		s.WriteString(", ignoring case")
	}
	return s.String()
}

// Predicate is a comparison. Several conditions may share it.
type Predicate struct {
	Operator    Operator
	Left, Right Term
	IgnoreCase  bool
	AnyOf       bool // Right is a list, and one of its items has to match

	Index   int  // in the container's Predicates
	OnEvent bool // it depends on the event's name only
	// Compiled is Right, compiled, if it is a constant regular expression.
	Compiled   *jsregexp.Regexp
	CompileErr error
}

// Key identifies p among the predicates of its container.
func (p *Predicate) Key() string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%v%v", p.Operator, p.Left.Key(), p.Right.Key(), p.IgnoreCase, p.AnyOf)
}
