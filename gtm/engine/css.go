package engine

import (
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// matchCSS tests a selector on what was captured of an element: its own
// selector, and its address. What the selector says of other elements, or of
// what was not captured, stays unknown.
func matchCSS(left, right datalayer.Value) verdict {
	if left.Kind != datalayer.Element || right.Kind == datalayer.Null || right.Kind == datalayer.Undefined {
		return verdict{truth: gtm.No}
	}
	text, ok := right.AsString()
	if !ok {
		return unknown(variable.NoText(right))
	}
	element := parseElement(left.Text)
	answer := verdict{truth: gtm.No}
	for selector := range strings.SplitSeq(text, ",") {
		switch element.matches(strings.TrimSpace(selector)) {
		case gtm.Yes:
			return verdict{truth: gtm.Yes}
		case gtm.Unknown:
			answer = unknown("the selector needs details of the element that were not captured")
		}
	}
	return answer
}

// compound is a selector of one element, such as a#buy.btn.
type compound struct {
	tag, id string
	classes []string
}

var compoundParts = regexp.MustCompile(`^(\*|[A-Za-z][A-Za-z0-9-]*)?((?:[#.][A-Za-z_-][A-Za-z0-9_-]*)*)$`)

// parseCompound reads a selector that asks for nothing but a tag, an id and
// classes.
func parseCompound(selector string) (compound, bool) {
	parts := compoundParts.FindStringSubmatch(selector)
	if parts == nil || selector == "" {
		return compound{}, false
	}
	c := compound{tag: strings.ToLower(parts[1])}
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
	return c, true
}

// captureLength is how much of an element's classes is captured.
const captureLength = 200

// element is what was captured of one: its tag, its id and its classes, each
// behind a dot.
type element struct {
	compound
	whole bool // all of its classes are known
}

func parseElement(text string) element {
	named, classes, _ := strings.Cut(text, ".")
	e := element{whole: len(classes) < captureLength}
	e.tag, e.id, _ = strings.Cut(named, "#")
	e.tag = strings.ToLower(e.tag)
	for class := range strings.SplitSeq(classes, ".") {
		e.classes = append(e.classes, class)
		if class != "" && class[0] >= '0' && class[0] <= '9' {
			e.whole = false // the rest of a name with a dot in it
		}
	}
	return e
}

// matches reports whether e is an element that a selector without commas asks for.
func (e element) matches(selector string) gtm.Truth {
	wanted, simple := parseCompound(selector)
	if !simple {
		return gtm.Unknown
	}
	if wanted.tag != "" && wanted.tag != e.tag || wanted.id != "" && wanted.id != e.id {
		return gtm.No
	}
	for _, class := range wanted.classes {
		switch {
		case slices.Contains(e.classes, class) && e.whole:
		case e.whole:
			return gtm.No
		default:
			return gtm.Unknown
		}
	}
	return gtm.Yes
}
