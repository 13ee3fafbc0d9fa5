package datalayer_test

import (
	"strings"
	"testing"

	"layertap/datalayer"
)

// A message has the same kind and event in all functions.
func TestReadMessage(t *testing.T) {
	for _, tt := range []struct {
		snapshot  string
		arguments bool
		kind      datalayer.MessageKind
		event     string
	}{
		{`{"event":"a"}`, false, datalayer.KindObject, "a"},
		{`{"x":{"event":"inner"},"event":"a"}`, false, datalayer.KindObject, "a"},
		{`{"event":"a\"b\u00e9"}`, false, datalayer.KindObject, `a"bé`},
		{`{"x":1}`, false, datalayer.KindObject, ""},
		{`{}`, false, datalayer.KindObject, ""},
		{`{"event":""}`, false, datalayer.KindObject, ""},
		{`{"event":0}`, false, datalayer.KindObject, ""},
		{`{"event":null}`, false, datalayer.KindObject, ""},
		{`{"event":false}`, false, datalayer.KindObject, ""},
		{`{"event":{"$":"number","value":"NaN"}}`, false, datalayer.KindObject, ""},
		{`{"event":{"$":"undefined"}}`, false, datalayer.KindObject, ""},
		{`{"event":5}`, false, datalayer.KindObject, "5"},
		{`{"event":true}`, false, datalayer.KindObject, "true"},
		{`{"event":{"$":"instance","class":"String","value":{"value":"a"}}}`, false, datalayer.KindObject, "a"},
		{`{"event":{"$":"instance","class":"Number","value":{"value":5}}}`, false, datalayer.KindObject, "5"},
		{`{"event":{"$":"instance","class":"Name","value":{"value":"a"}}}`, false, datalayer.KindObject, "(instance)"},
		{`{"event":{"$":"truncated","kind":"string","size":70000,"value":"aa"}}`, false, datalayer.KindObject, "(truncated)"},
		{`{"event":{"$":"threw","message":"no"}}`, false, datalayer.KindObject, "(threw)"},
		{`{"event":{}}`, false, datalayer.KindObject, "[object Object]"},
		{`{"event":[]}`, false, datalayer.KindObject, ""},
		{`{"event":["a",null,["b",-1]]}`, false, datalayer.KindObject, "a,,b,-1"},
		{`{"$":"object","value":{"$":1,"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"instance","class":"Event","value":{"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"truncated","kind":"object","size":99999,"value":{"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"function","name":"f"}`, false, datalayer.KindFunction, ""},
		{`{"$":"date","value":"x"}`, false, datalayer.KindOther, ""},
		{`["event","a"]`, true, datalayer.KindGtag, "a"},
		{`["event","a",{"x":1}]`, true, datalayer.KindGtag, "a"},
		{`["event","a",{"$":"undefined"}]`, true, datalayer.KindGtag, "a"},
		{`["event","a",null]`, true, datalayer.KindGtag, ""},
		{`["event","a","b"]`, true, datalayer.KindGtag, ""},
		{`["event","a",{},1]`, true, datalayer.KindGtag, ""},
		{`["event",5]`, true, datalayer.KindGtag, ""},
		{`["event"]`, true, datalayer.KindGtag, ""},
		{`["js",{"$":"date","value":"2026-11-23T00:00:00.000Z"}]`, true, datalayer.KindGtag, "gtm.js"},
		{`["js"]`, true, datalayer.KindGtag, ""},
		{`["config","G-1"]`, true, datalayer.KindGtag, ""},
		{`[]`, true, datalayer.KindGtag, ""},
		{`["event","a"]`, false, datalayer.KindCommand, ""},
		{`[1]`, false, datalayer.KindOther, ""},
		{`"text"`, false, datalayer.KindOther, ""},
		{`7`, false, datalayer.KindOther, ""},
		{`{"event":`, false, datalayer.KindOther, ""},
		{`{"event":{"x":1}}`, false, datalayer.KindObject, "[object Object]"},
		{`{"event":["a","b"]}`, false, datalayer.KindObject, "a,b"},
		{`{"event":7}`, false, datalayer.KindObject, "7"},
		{`{"event":{"$":"function","name":"f"}}`, false, datalayer.KindObject, "(function)"},
		{`{"event":{"$":"symbol","value":"s"}}`, false, datalayer.KindObject, "Symbol(s)"},
		{`{"event":"a","self":{"$":"cycle","path":"$"}}`, false, datalayer.KindObject, ""},
		{`{"self":{"$":"cycle","path":"$"},"event":"a"}`, false, datalayer.KindObject, ""},
		{`{"event":{"$":"truncated","kind":"string","size":70000,"value":"xxx"}}`, false, datalayer.KindObject, "(truncated)"},
		{`{"$":"truncated","kind":"object","size":9,"value":{"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"instance","class":"Cart","value":{"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"object","value":{"event":"a","$":1}}`, false, datalayer.KindObject, "a"},
		{`{"event":{"$":"instance","class":"String","value":{"value":"s"}}}`, false, datalayer.KindObject, "s"},
		{`{"event":{"$":"redacted","why":"email","hash":"x"}}`, false, datalayer.KindObject, "(redacted)"},
		{`["event","a",{}]`, true, datalayer.KindGtag, "a"},
		{`["event","a",[1]]`, true, datalayer.KindGtag, ""},
		{`["event","a",{"$":"function","name":"f"}]`, true, datalayer.KindGtag, ""},
		{`["event","a",{"$":"date","value":"2020-01-01T00:00:00Z"}]`, true, datalayer.KindGtag, ""},
		{`["event","a",{"$":"instance","class":"C","value":{}}]`, true, datalayer.KindGtag, ""},
		{`["event","a",{"$":"element","value":"a"}]`, true, datalayer.KindGtag, ""},
		{`["event",""]`, true, datalayer.KindGtag, ""},
		{`["js",{"$":"date","value":"2020-01-01T00:00:00Z"}]`, true, datalayer.KindGtag, "gtm.js"},
		{`["js",{"$":"date","value":"Invalid Date"}]`, true, datalayer.KindGtag, "gtm.js"},
		{`["set",{"event":"a"}]`, true, datalayer.KindGtag, ""},
		{`{"$":"truncated","kind":"array","size":9,"value":["event","a"]}`, true, datalayer.KindGtag, ""},
		{`"abc"`, false, datalayer.KindOther, ""},
		{`["push","x"]`, false, datalayer.KindCommand, ""},
		{`{"event":"a","event":"b"}`, false, datalayer.KindObject, "b"},

		// Snapshots in which something after the event changes it.
		{`{"event":"a","event":"b"}`, false, datalayer.KindObject, "b"},
		{`{"event":"a","\u0065vent":"b"}`, false, datalayer.KindObject, "b"},
		{`{"event":"a","self":{"\u0024":"cycle","path":"$"}}`, false, datalayer.KindObject, ""},
		{`{"event":"a","x":` + strings.Repeat("[", datalayer.MaxDepth+1) + strings.Repeat("]", datalayer.MaxDepth+1) + `}`, false, datalayer.KindOther, ""},
		{"{\"event\":\"a\xff\"}", false, datalayer.KindObject, "a\uFFFD"},
	} {
		snapshot := tt.snapshot[:min(len(tt.snapshot), 100)]
		kind, event := datalayer.Identify("dataLayer", []byte(tt.snapshot), tt.arguments)
		if kind != tt.kind || event != tt.event {
			t.Errorf("%s is identified as %s %q, want %s %q", snapshot, kind, event, tt.kind, tt.event)
		}
		p := &datalayer.Push{Layer: "dataLayer", Kind: kind, Event: event, Message: []byte(tt.snapshot)}
		if m := p.Read(); m.Kind != kind || m.Event != event {
			t.Errorf("%s is read as %s %q, want %s %q", snapshot, m.Kind, m.Event, kind, event)
		}
	}
}

func TestContent(t *testing.T) {
	for _, tt := range []struct {
		snapshot  string
		arguments bool
		want      string
	}{
		{`{"event":"a","x":1}`, false, `{"x":1}`},
		{`{"x":1,"event":"a","y":2,"event":"b"}`, false, `{"x":1,"y":2}`},
		{`{"x":{"event":1}}`, false, `{"x":{"event":1}}`},
		{`{"$":"instance","class":"Cart","value":{"event":"a","n":1}}`, false, `{"$":"instance","class":"Cart","value":{"n":1}}`},
		{`["event","a",{"x":1,"event":"no meaning here"}]`, true, `{"x":1,"event":"no meaning here"}`},
		{`["event","a"]`, true, `{}`},
		{`["event","a",[1]]`, true, `["event","a",[1]]`},
		{`["config","G-1",{"x":1}]`, true, `["config","G-1",{"x":1}]`},
		{`["items.push",1]`, false, `["items.push",1]`},
		{`7`, false, `7`},
	} {
		p := &datalayer.Push{Layer: "dataLayer", Message: []byte(tt.snapshot)}
		if tt.arguments {
			p.Kind = datalayer.KindGtag
		}
		m := p.Read()
		if got := string(datalayer.Encode(nil, m.Content())); got != tt.want {
			t.Errorf("%s carries %s, want %s", tt.snapshot, got, tt.want)
		}
	}
}

// The state of Adobe's layer is merged by different rules than Google Tag Manager's.
func TestAdobe(t *testing.T) {
	s := &datalayer.State{}
	for _, tt := range []struct{ snapshot, event, state string }{
		{`{"page":{"title":"Home","tags":["a","b"]},"a.b":1}`, "", `{"page":{"title":"Home","tags":["a","b"]},"a.b":1}`},
		{`{"event":"cart add","eventInfo":{"sku":"a"},"page":{"language":"en","tags":["c"]}}`, "cart add", `{"page":{"title":"Home","tags":["c"],"language":"en"},"a.b":1}`},
		{`{"page":{"title":null},"a.b":{"$":"undefined"}}`, "", `{"page":{"tags":["c"],"language":"en"}}`},
		{`{"event":7,"n":1}`, "", `{"page":{"tags":["c"],"language":"en"},"n":1}`},
		{`{"event":""}`, "", `{"page":{"tags":["c"],"language":"en"},"n":1}`},
		{`{"on":"cart add","handler":{"$":"function","name":"f"}}`, "", `{"page":{"tags":["c"],"language":"en"},"n":1}`},
		{`{"$":"function","name":"ready"}`, "", `{"page":{"tags":["c"],"language":"en"},"n":1}`},
		{`["event","a"]`, "", `{"page":{"tags":["c"],"language":"en"},"n":1}`},
	} {
		p := &datalayer.Push{Layer: "adobeDataLayer", Message: []byte(tt.snapshot)}
		m := p.Read()
		s.Apply(m.Effect)
		if got := string(datalayer.Encode(nil, s.V2())); got != tt.state || m.Event != tt.event || m.Reader != "Adobe Client Data Layer" || s.Doubt() != "" {
			t.Errorf("%s: event %q, state %s %s; want %q, %s", tt.snapshot, m.Event, got, s.Doubt(), tt.event, tt.state)
		}
		if _, event := datalayer.Identify(p.Layer, p.Message, false); event != tt.event {
			t.Errorf("%s is identified as %q, want %q", tt.snapshot, event, tt.event)
		}
	}
}

// FuzzIdentify compares the results of Identify and Read.
func FuzzIdentify(f *testing.F) {
	f.Add(`{"event":"a","x":{"$":"cycle","path":"$"}}`, false)
	f.Add(`["event","a",{}]`, true)
	f.Fuzz(func(t *testing.T, snapshot string, arguments bool) {
		v, err := datalayer.Decode([]byte(snapshot))
		if err != nil {
			return
		}
		for _, layer := range []string{"dataLayer", "adobeDataLayer"} {
			kind, event := datalayer.Identify(layer, []byte(snapshot), arguments)
			of := datalayer.KindObject
			if arguments {
				of = datalayer.KindGtag
			}
			if m := datalayer.ReadMessage(layer, of, v); m.Kind != kind || m.Event != event {
				t.Errorf("%s in %s: %s %q, read as %s %q", snapshot, layer, kind, event, m.Kind, m.Event)
			}
		}
	})
}
