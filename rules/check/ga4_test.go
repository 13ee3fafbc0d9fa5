package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
