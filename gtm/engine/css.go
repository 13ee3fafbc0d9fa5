package engine

import (
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// matchCSS matches a selector against what was captured of an element: its own selector
// and its URL. Anything that depends on other elements, or on what wasn't captured, is
// unknown.
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

// compound is a selector for a single element, such as a#buy.btn.
type compound struct {
	tag, id string
	classes []string
}

var compoundParts = regexp.MustCompile(`^(\*|[A-Za-z][A-Za-z0-9-]*)?((?:[#.][A-Za-z_-][A-Za-z0-9_-]*)*)$`)

// parseCompound parses a selector that consists only of a tag, an ID and classes.
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

// captureLength is the maximum captured length of an element's classes.
const captureLength = 200

// element is what was captured of an element: its tag, ID and classes, each class with
// a leading dot.
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
			e.whole = false // the rest of a class name that contains a dot
		}
	}
	return e
}

// matches reports whether e matches a selector without commas.
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
