package check_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan"
)

func TestGA4(t *testing.T) {
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	const item = `{"item_id":"SKU_1","item_name":"Tee","price":10,"quantity":2,"item_category2":"Adult"}`
	for message, want := range map[string][]string{
		// as in Google's examples
		`{"event":"add_to_cart","ecommerce":{"currency":"USD","value":20,"items":[` + item + `]}}`:            nil,
		`["event","add_to_cart",{"currency":"USD","value":20,"items":[` + item + `],"send_to":"G-1"}]`:        nil,
		`{"event":"add_to_cart","currency":"USD","value":20,"items":[` + item + `]}`:                          nil,
		`{"event":"view_item_list","ecommerce":{"item_list_id":"r","items":[{"item_name":"Tee","index":0}]}}`: nil,
		`{"event":"select_promotion","ecommerce":{"promotion_id":"P_1"}}`:                                     nil,
		`{"event":"login"}`: nil,
		`{"event":"search","search_term":"tee","site_part":"shop"}`: nil,
		`{"ecommerce":null}`: nil,
		`{"event":"addToCart","ecommerce":{"add":{"products":[{"id":"1"}]}}}`: nil,
		// with mistakes
		`{"event":"add_to_card","ecommerce":{}}`:                                                                    {"misspelled-event"},
		`{"event":"add_to_cart","ecomerce":{"currency":"USD","value":20,"items":[` + item + `]}}`:                   {"misspelled-parameter ecomerce"},
		`{"event":"add_to_cart","shop":"x"}`:                                                                        {"missing-parameter ecommerce"},
		`{"event":"add_to_cart","ecommerce":{"value":20,"items":[` + item + `]}}`:                                   {"missing-parameter ecommerce.currency"},
		`{"event":"add_to_cart","ecommerce":{"currency":"usd","value":"20","items":[` + item + `]}}`:                {"invalid-value ecommerce.currency", "wrong-type ecommerce.value"},
		`{"event":"add_to_cart","ecommerce":{"currency":"USD","value":20,"items":[{"price":10}]}}`:                  {"missing-parameter ecommerce.items[0].item_id"},
		`{"event":"add_to_cart","ecommerce":{"currency":"USD","value":20,"items":[` + item + `,{"item_ID":1}]}}`:    {"misspelled-parameter ecommerce.items[1].item_ID"},
		`{"event":"add_to_cart","ecommerce":{"currency":"USD","value":20,"items":[]}}`:                              {"empty-value ecommerce.items"},
		`{"event":"purchase","ecommerce":{"currency":"USD","value":20,"items":[` + item + `],"transactionId":"t"}}`: {"misspelled-parameter ecommerce.transactionId"},
	} {
		b := newBench(t, ga4)
		if diff := cmp.Diff(want, codes(b.push(message))); diff != "" {
			t.Errorf("%s: %s", message, diff)
		}
	}
}

// mapped is the outcome of a message that a tag sends as add_to_cart.
var mapped = gtm.Outcome{Tags: []gtm.Firing{{Fires: gtm.Yes, Tag: &gtm.Tag{Name: "GA4", Type: "gaawe", Settings: gtm.Term{Kind: gtm.MapTerm, Fields: []gtm.TermField{
	{Name: "eventName", Value: gtm.Constant(datalayer.StringOf("add_to_cart"))}}}}}}}

// The names that Universal Analytics had for GA4's events are found, unless GA4's are sent
// all the same.
func TestUniversalNames(t *testing.T) {
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	const universal = `{"event":"addToCart","ecommerce":{"add":{"products":[{"id":"1"}]}}}`
	for name, tt := range map[string]struct {
		messages []string
		outcome  gtm.Outcome
		now, end []string
	}{
		"in GA4's format":                     {[]string{`{"event":"addToCart","ecommerce":{"items":[{"item_id":"1"}]}}`}, gtm.Outcome{}, []string{"misspelled-event"}, nil},
		"quite another word":                  {[]string{`{"event":"productClick"}`}, gtm.Outcome{}, []string{"misspelled-event"}, nil},
		"by gtag":                             {[]string{`["event","addToCart",{"send_to":"G-1"}]`}, gtm.Outcome{}, []string{"misspelled-event"}, nil},
		"in the format of its own":            {[]string{universal, universal}, gtm.Outcome{}, nil, []string{"misspelled-event"}},
		"in the format of its own and GA4's":  {[]string{universal, `{"event":"add_to_cart","ecommerce":{"currency":"EUR","value":1,"items":[{"item_id":"1"}]}}`}, gtm.Outcome{}, nil, nil},
		"sent by a tag under GA4's name":      {[]string{`{"event":"addToCart"}`}, mapped, nil, nil},
		"sent by a tag, in the format of old": {[]string{universal}, mapped, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, ga4)
			b.trigger = tt.outcome
			var now []rules.Finding
			for _, message := range tt.messages {
				now = append(now, b.push(message)...)
			}
			misspelled := func(found []rules.Finding) []string {
				found = slices.DeleteFunc(slices.Clone(found), func(f rules.Finding) bool { return f.Code != rules.MisspelledEvent })
				for _, f := range found {
					if f.Suggestion != "add_to_cart" && f.Suggestion != "select_item" || f.Fix == "" || f.Note == "" {
						t.Errorf("found %+v", f)
					}
				}
				return codes(found)
			}
			if diff := cmp.Diff(tt.now, misspelled(now)); diff != "" {
				t.Error(diff)
			}
			end := b.Finish(0)
			if diff := cmp.Diff(tt.end, misspelled(end)); diff != "" {
				t.Errorf("in the end: %s", diff)
			}
			for _, f := range end {
				if f.Code == rules.MisspelledEvent && (f.Count != len(tt.messages) || len(f.Messages) != f.Count) {
					t.Errorf("in the end: %+v", f)
				}
			}
		})
	}
}

// A container that is loaded after a message in the format of Universal Analytics can have a
// tag that sends it under GA4's name.
func TestUniversalNameSentByLaterContainer(t *testing.T) {
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, ga4)
	var pushes []*datalayer.Push
	var found [][]rules.Finding
	for range 2 {
		found = append(found, b.pushAs(`{"event":"addToCart","ecommerce":{"add":{"products":[{"id":"1"}]}}}`, func(p *datalayer.Push) { pushes = append(pushes, p) }))
	}
	misspelled := func() []rules.Finding {
		return slices.DeleteFunc(slices.Clone(b.Overdue(0)), func(f rules.Finding) bool { return f.Code != rules.MisspelledEvent })
	}
	b.Revise(pushes[0], gtm.Outcome{}, mapped, found[0])
	b.Revise(pushes[0], mapped, mapped, found[0])
	if got := misspelled(); len(got) != 1 || got[0].Count != 1 || !slices.Equal(got[0].Messages, []int{pushes[1].Seq}) {
		t.Errorf("one of two is sent: %+v", got)
	}
	b.Revise(pushes[1], gtm.Outcome{}, mapped, found[1])
	if got := misspelled(); len(got) > 0 {
		t.Errorf("both are sent: %+v", got)
	}
}

func TestCoverage(t *testing.T) {
	b := newBench(t, parse(t, `
events:
  order: {required: true, parameters: {kind: {enum: [gift, own, firm]}, "lines[].sku": string, note?: string}}
  left:
`))
	first := b.Coverage()
	b.push(`{"event":"order","kind":"own","lines":[{"sku":""}]}`)
	b.push(`{"event":"order","kind":"gift"}`)
	want := []check.Coverage{
		{Event: "order", Seen: 2, Wrong: 2, Required: true, Unfilled: []string{"lines[].sku", "note"}, Unseen: []string{"kind: firm"}},
		{Event: "left"},
	}
	if diff := cmp.Diff(want, b.Coverage(), cmpopts.IgnoreFields(check.Coverage{}, "Plan", "Errors")); diff != "" {
		t.Error(diff)
	}
	if first[0].Seen != 0 {
		t.Error("an earlier answer was changed")
	}
}

// An event of two plans is one row of the coverage, and an alias counts for its event.
func TestAliases(t *testing.T) {
	b := newBench(t, parse(t, `events: {a: {aliases: [old_a], parameters: {x: {aliases: [old_x]}}}}`))
	if found := b.push(`{"event":"old_a","old_x":1}`); len(found) > 0 {
		t.Errorf("got %+v", found)
	}
	if cover := b.Coverage(); len(cover) != 1 || cover[0].Seen != 1 || len(cover[0].Unfilled) > 0 {
		t.Errorf("got %+v", cover)
	}
}
