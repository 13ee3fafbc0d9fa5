package gtm

import (
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
)

// matchCSS tests a selector on what was captured of an element: its own
// selector, and its address. What the selector says of other elements, or of
// what was not captured, stays unknown.
func matchCSS(left, right datalayer.Value) verdict {
	if left.Kind != datalayer.Element || right.Kind == datalayer.Null || right.Kind == datalayer.Undefined {
		return verdict{truth: No}
	}
	text, ok := right.AsString()
	if !ok {
		return unknown(noText(right))
	}
	element := parseCompound(left.Text)
	answer := verdict{truth: No}
	for selector := range strings.SplitSeq(text, ",") {
		switch element.matches(strings.TrimSpace(selector)) {
		case Yes:
			return verdict{truth: Yes}
		case Unknown:
			answer = unknown("the selector asks for more than was captured of the element")
		}
	}
	return answer
}

// compound is a selector of one element, such as a#buy.btn.
type compound struct {
	tag, id string
	classes []string
	plain   bool // nothing else
}

var compoundParts = regexp.MustCompile(`^(\*|[A-Za-z][A-Za-z0-9-]*)?((?:[#.][A-Za-z_-][A-Za-z0-9_-]*)*)$`)

func parseCompound(selector string) compound {
	parts := compoundParts.FindStringSubmatch(selector)
	if parts == nil || selector == "" {
		return compound{}
	}
	c := compound{tag: strings.ToLower(parts[1]), plain: true}
	if c.tag == "*" {
		c.tag = ""
	}
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(parts[2], "#", ".#"), func(r rune) bool { return r == '.' }) {
		if id, isID := strings.CutPrefix(part, "#"); isID {
			c.id = id
			continue
		}
		c.classes = append(c.classes, part)
	}
	return c
}

// matches says whether the element e is one that a selector without commas
// asks for. The tag and the id of an element are always captured; its classes
// may not be.
func (e compound) matches(selector string) Truth {
	wanted := parseCompound(selector)
	if !wanted.plain || !e.plain {
		return Unknown
	}
	if wanted.tag != "" && wanted.tag != e.tag || wanted.id != "" && wanted.id != e.id {
		return No
	}
	for _, class := range wanted.classes {
		if !slices.Contains(e.classes, class) {
			return Unknown
		}
	}
	return Yes
}
