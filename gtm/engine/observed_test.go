package engine_test

import (
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
)

// reading returns how a variable was read at the last message.
func (b *bench) reading(t *testing.T, name string) gtm.Reading {
	t.Helper()
	explained, ok := b.engine.Explain(b.pushes[len(b.pushes)-1])
	if !ok {
		t.Fatal("the message isn't known")
	}
	for _, r := range explained.Variables {
		if r.Variable.Name == name {
			return r
		}
	}
	t.Fatalf("no variable %s", name)
	return gtm.Reading{}
}

// observe adds a value that was read for a variable after the last message.
func (b *bench) observe(on *datalayer.Page, source, value string) int {
	b.seq++
	b.engine.Observe(&datalayer.PageValue{Place: datalayer.Place{Seq: b.seq}, Page: on.ID, Variable: "x", Source: source, Value: []byte(value)})
	return b.seq
}

// What can be read from the page, and what identifies it.
func TestPageRead(t *testing.T) {
	js := func(code string) string { return variableOf("x", "jsm", template("javascript", code)) }
	for _, tt := range []struct{ variable, source, script string }{
		{variableOf("x", "j", template("name", "app.user.id")), "global:app.user.id", `(v => v && v["id"])((v => v && v["user"])(window["app"]))`},
		{variableOf("x", "k", template("name", "it's"), boolean("decodeCookie", "false")), "cookie:it's", `("it's", false)`},
		{variableOf("x", "k", template("name", "a"), boolean("decodeCookie", "true")), "decoded-cookie:a", `("a", true)`},
		{variableOf("x", "k", template("name", "{{n}}")), "cookie:7", `("7", false)`},
		{variableOf("x", "k", template("name", "{{gone}}x{{cookie}}")), "", ""}, // its name isn't known
		{variableOf("x", "d", template("selectorType", "ID"), template("elementId", "price")), "element:#price", `(document.querySelector("[id=\"price\"]"), "")`},
		{variableOf("x", "d", template("selectorType", "CSS"), template("elementSelector", "h1, a"), template("attributeName", "href")), "element:h1, a href", `(document.querySelector("h1, a"), "href")`},
		{js(`function(){ return innerWidth < 600 + {{n}} } // wide`), "code:", "return (function(){ return innerWidth < 600 +  __layertap_0  } // wide\n)()"},
		{js(`function(){ return innerWidth + {{cookie}} }`), "", ""}, // needs another unknown variable
		{js(`function(){ return {{n}} }`), "", ""}, // it is known
		{variableOf("x", "r"), "", ""},
		{variableOf("x", "cvt_1_2"), "", ""},
	} {
		b := newBench(t, exported("html", template("html", "{{x}}"), tt.variable, dlv("n"), variableOf("cookie", "k", template("name", "_ga"))))
		b.push(`{"event":"t","n":7}`)
		read := b.reading(t, "x").Page
		switch {
		case read == nil && tt.source != "", read != nil && tt.source == "":
			t.Errorf("%s: read %v, want %q", tt.variable, read, tt.source)
		case read != nil && (!strings.HasPrefix(read.Source, tt.source) || !strings.Contains(read.Script, tt.script)):
			t.Errorf("%s:\n got %s %s\nwant %s %s", tt.variable, read.Source, read.Script, tt.source, tt.script)
		}
	}
}

// A value that was read from the page counts for later messages of the same document, and
// for no others, however they are evaluated.
func TestObservedValues(t *testing.T) {
	text := tagged(custom, `[["if",0,3],["add",0]]`,
		`{"function":"__j","vtp_name":"isMobile","convert_true_to":"yes"}`, `{"function":"_eq","arg0":["macro",1],"arg1":"yes"}`)
	b := newBench(t, text)
	b.push(`{"event":"t"}`)
	seq := b.observe(page, "global:isMobile", "true")
	b.observe(page, "global:other", "false")
	steps(t, b, `{"event":"t"}`, "0")
	r := b.reading(t, "JavaScript Variable isMobile")
	if r.From != gtm.FromPage || r.SetBy.Seq != seq || r.Value.Text != "yes" || r.Page == nil {
		t.Errorf("read %+v", r)
	}
	explained, _ := b.engine.Explain(b.pushes[0])
	if explained.Tags[0].Fires != gtm.Unknown {
		t.Errorf("the message from before the reading: %v", explained.Tags[0].Fires)
	}
	b.observe(page, "global:isMobile", "false")
	steps(t, b, `{"event":"t"}`, "")
	explained, _ = b.engine.Explain(b.pushes[1])
	if explained.Tags[0].Fires != gtm.Yes || explained.Triggers[0].Conditions[1].Observed != seq {
		t.Errorf("the message between the readings: %+v", explained.Triggers[0].Conditions[1])
	}

	late := *page
	late.ID, late.URL, late.Cause = "p2", "https://www.shop.example/2", datalayer.CauseLoad
	b.engine.Open(&late)
	if out := b.send(&late, datalayer.KindObject, datalayer.ViaPush, `{"event":"t"}`); outcome(out) != "0?" {
		t.Errorf("a message of another document: tags %q", outcome(out))
	}
}

// A container that loads late is evaluated with what had been read by then.
func TestObservedBeforeTheContainer(t *testing.T) {
	b := newBench(t)
	b.push(`{"event":"t"}`)
	b.observe(page, "cookie:seen", `"1"`)
	b.push(`{"event":"t"}`)
	text := tagged(custom, `[["if",0,3],["add",0]]`, `{"function":"__k","vtp_name":"seen"}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`)
	if _, err := parse.Container([]byte(text)); err != nil {
		t.Fatal(err)
	}
	revisions, err := b.engine.Load(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "page", Resource: []byte(text)})
	if err != nil || len(revisions) != 2 {
		t.Fatalf("%d revisions, %v", len(revisions), err)
	}
	if got := outcome(revisions[0].Outcome) + " " + outcome(revisions[1].Outcome); got != "0? 0" {
		t.Errorf("tags %q", got)
	}
}

// The times of a page's messages decide, too: one that was pushed before the value was read
// may arrive later. Values that can't be used change nothing.
func TestObservedTooLate(t *testing.T) {
	b := newBench(t, tagged(custom, `[["if",0,3],["add",0]]`, `{"function":"__k","vtp_name":"a"}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`))
	b.push(`{"event":"t"}`)
	for _, v := range []datalayer.PageValue{
		{Place: datalayer.Place{Seq: 2, T: time.Hour}, Page: page.ID, Source: "cookie:a", Value: []byte(`"1"`)},
		{Place: datalayer.Place{Seq: 3}, Page: "nowhere", Source: "cookie:a", Value: []byte(`"1"`)},
		{Place: datalayer.Place{Seq: 4}, Page: page.ID, Source: "cookie:a", Value: []byte(`{"$":`)},
		{Place: datalayer.Place{Seq: 5}, Page: page.ID, Source: "cookie:a", Value: []byte(`{"$":"redacted","why":"email","hash":"x"}`)},
	} {
		b.engine.Observe(&v)
		b.seq = v.Seq
		if out := b.push(`{"event":"t"}`); outcome(out) != "0?" {
			t.Errorf("%+v: tags %q", v, outcome(out))
		}
		b.seq = v.Seq
	}
	for range 2000 {
		b.observe(page, "cookie:b", "1")
	}
	steps(t, b, `{"event":"t"}`, "0?")
}
