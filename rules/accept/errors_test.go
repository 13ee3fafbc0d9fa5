package accept_test

import (
	"fmt"
	"testing"

	"layertap/rules"
	"layertap/rules/accept"
)

func TestErrors(t *testing.T) {
	text := rules.Finding{Code: rules.MissingParameter, Path: "link_text", Severity: rules.Error}
	price := func(i int) rules.Finding {
		return rules.Finding{Code: rules.WrongType, Path: fmt.Sprintf("items[%d].price", i), Severity: rules.Error, Message: fmt.Sprint(i)}
	}
	warning := rules.Finding{Code: rules.EmptyValue, Path: "a", Severity: rules.Warning}
	var e accept.Errors
	e.Add(nil)
	e.Add([]rules.Finding{warning})
	e.Add([]rules.Finding{text, warning})
	e.Add([]rules.Finding{text, price(0)})
	e.Add([]rules.Finding{text, price(7)})
	if len(e) != 2 {
		t.Errorf("%d sets of errors are told apart, not 2", len(e))
	}
	textAt := func(event string) accept.Exception {
		return accept.Exception{Code: text.Code, Path: text.Path, Event: event}
	}
	prices := accept.Exception{Code: rules.WrongType, Path: "items[].price"}
	for _, test := range []struct {
		accepted accept.List
		want     int
	}{
		{nil, 3}, {accept.List{textAt("")}, 2}, {accept.List{textAt("clicked")}, 2}, {accept.List{textAt("other")}, 3},
		{accept.List{prices}, 3}, {accept.List{prices, textAt("")}, 0},
	} {
		if got := e.Wrong("clicked", test.accepted); got != test.want {
			t.Errorf("with %v accepted, %d are wrong, not %d", test.accepted, got, test.want)
		}
	}
}

// However many errors a page makes up, only a few are distinguished, and all count.
func TestManyErrors(t *testing.T) {
	var e accept.Errors
	for i := range 10_000 {
		e.Add([]rules.Finding{{Code: rules.WrongType, Path: fmt.Sprint("p", i), Severity: rules.Error}})
	}
	if len(e) > 200 || e.Wrong("x", nil) != 10_000 {
		t.Errorf("%d sets, %d wrong", len(e), e.Wrong("x", nil))
	}
}
