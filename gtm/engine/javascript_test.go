package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/gtm"
)

// Custom JavaScript variables on the page https://www.shop.example/p/3?q=a.
func TestCustomJavaScript(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{`function(){ return {{n}} * 2 }`, `14`},
		{`function(){ return {{o}}.a.map(function(x){ return x.id }).join() }`, `"1,2"`},
		{`function(){ return "{{s}}" + '{{s}}' }`, `"it's \"s\"it's \"s\""`},
		{`function(){ // it's {{n}}
			return {{n}} }`, `7`},
		{`function(){ /* " */ return /["']/.test({{s}}) }`, `true`},
		{`function(){ return {{missing}} === undefined }`, `true`},
		{`function(){ return document.location.pathname }`, `"/p/3"`},
		{`function(){ return {{cookie}} }`, `? {{cookie}} is not known: cookies were not captured`},
		{`function(){ return {{n}} ? 1 : {{cookie}} }`, `1`},
		{`function(){ return "{{cookie}}" }`, `? {{cookie}} is not known: cookies were not captured`},
		{`function(){ return {{js}} }`, `{"$":"undefined"}`}, // itself
		{`function(){ return /Mobi/.test(navigator.userAgent) }`, `? it reads navigator.userAgent`},
		{`function(){ return new Date().getHours() }`, `? it reads Date`},
		{`function(){ return nothing.x }`, `? it reads nothing`},
	} {
		b := newBench(t, exported("gaawe", tableOf("eventSettingsTable", "parameter", "parameterValue", "p", "{{js}}"),
			dlv("n"), dlv("s"), dlv("o"), dlv("missing"), variableOf("cookie", "k", template("name", "_ga")), variableOf("js", "jsm", template("javascript", tt.code))))
		b.push(`{"event":"t","n":7,"s":"it's \"s\"","o":{"a":[{"id":1},{"id":2}]}}`)
		explained, _ := b.engine.Explain(b.pushes[0])
		got := strings.TrimPrefix(strings.Join(sent(explained.Tags), "; "), "Event Parameters.p: ")
		if strings.Replace(got, "? {{js}}: ", "? ", 1) != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.code, got, tt.want)
		}
	}
}

// The published form holds the call of a function, with values escaped.
func TestPublishedCustomJavaScript(t *testing.T) {
	b := newBench(t, tagged(custom, `[["if",0,3],["add",0]]`,
		`{"function":"__v","vtp_name":"v","vtp_dataLayerVersion":2}`,
		`{"function":"__jsm","vtp_javascript":["template","(function(){return ",["escape",["macro",1],8,16],".length})();"]}`,
		`{"function":"_eq","arg0":["macro",2],"arg1":"3"}`))
	steps(t, b, `{"event":"t","v":"abc"}`, "0", `{"event":"t","v":[1]}`, "", `{"event":"t","v":[1,2,3]}`, "0", `{"event":"t","v":null}`, "")
}

// An unknown variable is reported once, with the number of tags that depend on it.
func TestUndecided(t *testing.T) {
	b := newBench(t, tagged(custom+","+custom+","+custom, `[["if",0,3],["add",0,1]],[["if",1,3],["add",1,2]]`,
		`{"function":"__jsm","vtp_javascript":"function(){return /Mobi/.test(navigator.userAgent)}"}`, `{"function":"_eq","arg0":["macro",1],"arg1":"true"}`))
	b.push(`{"event":"t"}`)
	b.push(`{"event":"t"}`)
	var got []string
	for _, u := range b.engine.Undecided() {
		got = append(got, fmt.Sprintf("%s decides %d tags: %s", u.Variable.Name, u.Tags, u.Reason))
	}
	if want := "Custom JavaScript (#2) decides 3 tags: it reads navigator.userAgent"; strings.Join(got, "; ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if out := b.push(`{"event":"t"}`); len(out.Tags) != 3 || out.Tags[0].Fires != gtm.Unknown {
		t.Errorf("tags %s", outcome(out))
	}
}
