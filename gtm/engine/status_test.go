package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/gtm"
)

// notFired formats why tags didn't fire, which triggers failed, and which undefined or
// stale values firing tags read.
func notFired(out gtm.Outcome) string {
	var parts []string
	for _, n := range out.NotFired {
		parts = append(parts, fmt.Sprintf("%d %s: %s", n.Tag.Index, n.Status, n.Why))
	}
	for _, f := range out.FailedTriggers {
		parts = append(parts, fmt.Sprintf("failed %s: %q, %q", f.Condition, f.Actual, f.Expected))
	}
	for _, u := range out.Undefined {
		parts = append(parts, fmt.Sprintf("%d reads %s", u.Tag.Index, u.Variable.Key))
	}
	for _, s := range out.Stale {
		parts = append(parts, fmt.Sprintf("%d reads %s%s of #%d", s.Tag.Index, s.Variable.Key, s.Path, s.SetBy.Seq))
	}
	return strings.Join(parts, "; ")
}

func TestWhyTagsDoNotFire(t *testing.T) {
	const (
		value   = `{"function":"__v","vtp_name":"v","vtp_dataLayerVersion":2}`
		isOne   = `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`
		needsAd = `{"function":"__html","consent":["list","ad_storage","analytics_storage"]}`
		items   = `{"function":"__html","vtp_x":["macro",1]}`
	)
	for _, tt := range []struct {
		name, container string
		steps           []string
	}{
		{"it fires", tagged(custom, `[["if",0],["add",0]]`), []string{`{"event":"t"}`, ""}},
		{"blocked by a trigger", tagged(custom, `[["if",0],["add",0]],[["if",1,3],["block",0]]`, value, isOne), []string{
			`{"event":"t","v":1}`, "0 blocked: blocked by Custom Event .* (#2)", `{"event":"t","v":2}`, ""}},
		{"a blocking trigger alone", tagged(custom, `[["if",2],["add",0]],[["if",1],["block",0]]`), []string{`{"event":"t"}`, ""}},
		{"paused", tagged(`{"function":"__paused","vtp_originalTagType":"html"}`, `[["if",0],["add",0]]`), []string{
			`{"event":"t"}`, "0 paused: it is paused", `{"event":"u"}`, ""}},
		{"held back", tagged(needsAd, `[["if",0],["add",0]]`), []string{
			`["consent","default",{"ad_storage":"denied","analytics_storage":"granted"}]`, "",
			`{"event":"t"}`, "0 held-back: blocked: consent for ad_storage is denied",
			`["consent","update",{"ad_storage":"granted"}]`, "", `{"event":"t"}`, ""}},
		{"by the page", tagged(custom, `[["if",0],["add",0]]`), []string{
			`{"event":"t","gtm.blocklist":["html"]}`, "0 blocked: the page's gtm.blocklist or gtm.allowlist blocks Custom HTML"}},
		{"once a page", tagged(`{"function":"__html","once_per_load":true}`, `[["if",0],["add",0]]`), []string{
			`{"event":"t"}`, "", `{"event":"t"}`, "0 not-triggered: it fires once per page and has already fired"}},
		{"a condition failed", tagged(custom, `[["if",0,3],["add",0]]`, value, isOne), []string{
			`{"event":"t","v":"one"}`, `failed Data Layer v equals 1: "one", "1"`, `{"event":"t","v":"1"}`, "", `{"event":"u","v":2}`, ""}},
		{"a condition failed, and another trigger matched", tagged(custom, `[["if",0,3],["add",0]],[["if",0],["add",0]]`, value, isOne), []string{
			`{"event":"t","v":"one"}`, ""}},
		{"a condition failed, and one on all events matched", tagged(custom, `[["if",0,3],["add",0]],[["if",1],["add",0]]`, value, isOne), []string{
			`{"event":"t","v":2}`, `failed Data Layer v equals 1: "2", "1"`}},
		{"never set", tagged(items, `[["if",0],["add",0]]`, value), []string{
			`{"event":"t"}`, "0 reads v", `{"v":null}`, "", `{"event":"t"}`, "0 reads v of #2", `{"event":"t","v":1}`, ""}},
		{"never set, with a default", tagged(items, `[["if",0],["add",0]]`, `{"function":"__v","vtp_name":"v","vtp_dataLayerVersion":2,"vtp_setDefaultValue":true,"vtp_defaultValue":"x"}`), []string{
			`{"event":"t"}`, ""}},
		{"a part left over", tagged(items, `[["if",0],["add",0]]`, value), []string{
			`{"event":"t","v":[{"a":1,"b":2},{"a":3}]}`, "", `{"event":"t","v":[{"a":4,"b":5}]}`, "0 reads v[1] of #1",
			`{"v":null}`, "", `{"event":"t","v":[{"a":4}]}`, "", `{"event":"t","v":[{"b":4}]}`, "0 reads v[0].a of #4"}},
		{"a part of an object above", tagged(items, `[["if",0],["add",0]]`, `{"function":"__v","vtp_name":"v.items","vtp_dataLayerVersion":2}`), []string{
			`{"event":"t","v":{"items":[1,2],"x":1}}`, "", `{"event":"t","v":{"items":[3]}}`, "0 reads v.items[1] of #1",
			`{"event":"t","v":{"items":[3]},"_clear":true}`, ""}},
		{"ecommerce that a GA4 tag reads itself", tagged(`{"function":"__gaawe","vtp_sendEcommerceData":true,"vtp_getEcommerceDataFrom":"dataLayer"}`, `[["if",0],["add",0]]`), []string{
			`{"event":"t","ecommerce":{"items":[1,2]}}`, "", `{"event":"t","ecommerce":{"items":[1]}}`, "0 reads ecommerceitems[1] of #1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.container)
			for i := 0; i < len(tt.steps); i += 2 {
				push := b.push
				if strings.HasPrefix(tt.steps[i], "[") {
					push = b.gtag
				}
				if got := notFired(push(tt.steps[i])); got != tt.steps[i+1] {
					t.Errorf("step %d, %s:\n got %s\nwant %s", i/2+1, tt.steps[i], got, tt.steps[i+1])
				}
			}
		})
	}
}
