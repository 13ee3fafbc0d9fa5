package datalayer_test

import (
	"math"
	"strings"
	"testing"

	"layertap/datalayer"
)

// apply merges messages, one per line, into a new state. A line may begin with the
// kind: "gtag" or "function".
func apply(t testing.TB, lines string) *datalayer.State {
	t.Helper()
	s := &datalayer.State{}
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		kind := datalayer.KindObject
		for _, other := range []datalayer.MessageKind{datalayer.KindGtag, datalayer.KindFunction} {
			if rest, ok := strings.CutPrefix(line, string(other)+" "); ok {
				kind, line = other, rest
			}
		}
		if line != "" {
			s.Apply(effectOf(kind, decode(t, line)))
		}
	}
	return s
}

func effectOf(kind datalayer.MessageKind, v datalayer.Value) datalayer.Effect {
	return datalayer.ReadMessage("dataLayer", kind, v).Effect
}

func decode(t testing.TB, text string) datalayer.Value {
	t.Helper()
	v, err := datalayer.Decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// The computed state after some messages, as observed in Google's engine.
func TestState(t *testing.T) {
	for _, tt := range []struct{ name, messages, want string }{
		{"dots open up", `{"a.b":1}`, `{"a":{"b":1}}`},
		{"only in top-level keys", `{"a":{"b.c":1}}`, `{"a":{"b.c":1}}`},
		{"objects merge", "{\"a\":{\"b\":1}}\n{\"a\":{\"c\":2}}", `{"a":{"b":1,"c":2}}`},
		{"arrays merge by index", "{\"a\":[1,2,3]}\n{\"a\":[9]}", `{"a":[9,2,3]}`},
		{"an empty array changes nothing", "{\"a\":[1]}\n{\"a\":[]}", `{"a":[1]}`},
		{"objects in arrays merge", "{\"a\":[{\"x\":1}]}\n{\"a\":[{\"y\":2}]}", `{"a":[{"x":1,"y":2}]}`},
		{"holes are left alone", "{\"a\":[1,2]}\n{\"a\":[{\"$\":\"hole\"},3]}", `{"a":[1,3]}`},
		{"an object replaces an array", "{\"a\":[1]}\n{\"a\":{\"b\":1}}", `{"a":{"b":1}}`},
		{"an array replaces an object", "{\"a\":{\"b\":1}}\n{\"a\":[1]}", `{"a":[1]}`},
		{"a path into an array makes an object of it", "{\"a\":[1]}\n{\"a.0\":2}", `{"a":{"0":2}}`},
		{"a path into a scalar replaces it", "{\"a\":1}\n{\"a.b\":2}", `{"a":{"b":2}}`},
		{"undefined is set", "{\"a\":1}\n{\"a\":{\"$\":\"undefined\"}}", `{"a":{"$":"undefined"}}`},
		{"null is set", "{\"a\":{\"b\":1}}\n{\"a\":null}", `{"a":null}`},
		{"an instance replaces", "{\"a\":{\"b\":1}}\n{\"a\":{\"$\":\"instance\",\"class\":\"C\",\"value\":{\"c\":1}}}", `{"a":{"$":"instance","class":"C","value":{"c":1}}}`},
		{"the order of keys counts", `{"a":{"b":3},"a.b":4}`, `{"a":{"b":4}}`},
		{"array indexes come first", `{"b":1,"10":2,"2":3}`, `{"2":3,"10":2,"b":1}`},
		{"_clear replaces", "{\"a\":{\"x\":1},\"b\":1}\n{\"a\":{\"y\":2},\"_clear\":true}", `{"a":{"y":2},"b":1}`},
		{"_clear with a path", "{\"b\":{\"m\":1,\"k\":{\"x\":1}}}\n{\"b.k\":{\"y\":1},\"_clear\":\"false\"}", `{"b":{"m":1,"k":{"y":1}}}`},
		{"_clear alone", "{\"a\":1}\n{\"_clear\":true}", `{"a":1}`},
		{"_clear that is false", "{\"a\":{\"x\":1}}\n{\"a\":{\"y\":1},\"_clear\":0}", `{"a":{"x":1,"y":1}}`},
		{"eventModel goes with the next message", "gtag [\"event\",\"x\",{\"p\":1}]\n{}", `{"event":"x"}`},
		{"gtag event", `gtag ["event","x",{"p":1,"send_to":["G-1","AW-2"]}]`, `{"event":"x","eventModel":{"p":1,"send_to":"G-1,AW-2"}}`},
		{"gtag event without parameters", `gtag ["event","x"]`, `{"event":"x","eventModel":{}}`},
		{"gtag event that is ignored", "gtag [\"event\",5]\ngtag [\"event\",\"x\",null]\ngtag [\"event\",\"x\",{},1]\ngtag [\"event\",[\"x\"]]", `{}`},
		{"gtag event without a name", `gtag ["event",""]`, `{"event":"","eventModel":{}}`},
		{"gtag set", "{\"a\":{\"x\":1}}\ngtag [\"set\",{\"a\":{\"y\":1},\"b.c\":2,\"event\":\"x\"}]\ngtag [\"set\",\"d\",3]", `{"a":{"y":1},"b":{"c":2},"d":3}`},
		{"gtag set that is ignored", "gtag [\"set\"]\ngtag [\"set\",\"a\"]\ngtag [\"set\",\"a\",1,2]\ngtag [\"set\",5,6]", `{}`},
		{"gtag js", `gtag ["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`, `{"event":"gtm.js","gtm":{"start":1795424400000}}`},
		{"other gtag commands", "gtag [\"config\",\"G-1\",{\"a\":1}]\ngtag [\"get\",\"G-1\",\"x\"]\ngtag [\"zap\",{\"a\":1}]\ngtag []", `{}`},
		{"a string is its characters", `"ab"`, `{"0":"a","1":"b"}`},
		{"other things are nothing", "1\ntrue\nnull\n[1,2]\n{\"$\":\"date\",\"value\":\"2026-11-23T09:00:00.000Z\"}", `{}`},
		{"an instance is an object", `{"$":"instance","class":"C","value":{"a.b":1}}`, `{"a":{"b":1}}`},
		{"an array command", "{\"l\":[1]}\n[\"l.push\",2,{\"a\":[3]}]", `{"l":[1,2,{"a":[3]}]}`},
		{"array methods", "{\"l\":[1,2,3]}\n[\"l.pop\"]\n[\"l.shift\"]\n[\"l.unshift\",8,9]\n[\"l.reverse\"]", `{"l":[2,9,8]}`},
		{"an array that is emptied", "{\"l\":[1]}\n[\"l.pop\"]\n[\"l.pop\"]\n[\"l.shift\"]", `{"l":[]}`},
		{"commands without effect", "{\"l\":[1],\"u\":{\"id\":1}}\n[\"l.join\"]\n[\"u.id\",2]\n[\"gone.push\",1]\n[\"event\",\"x\"]\n[\"l.0.x\"]", `{"l":[1],"u":{"id":1}}`},
		{"a cycle loses what follows", `{"a":1,"b":{"c":{"$":"cycle","path":"$.b"}},"d":2}`, `{"a":1,"b":{"c":{"$":"cycle","path":"$.b"}}}`},
		{"a large object", `{"u":{` + manyKeys(100) + `}}` + "\n" + `{"u":{"k7":"new"},"eventModel":1}` + "\n{}", `{"u":{` + strings.Replace(manyKeys(100), `"k7":7`, `"k7":"new"`, 1) + `}}`},
		{"a large state, from whose middle eventModel goes", `{` + manyKeys(30) + `,"eventModel":1,"z":1,"y":2}` + "\n" + `{"y":3,"k7":"new","x":4}`,
			`{` + strings.Replace(manyKeys(30), `"k7":7`, `"k7":"new"`, 1) + `,"z":1,"y":3,"x":4}`},
	} {
		s := apply(t, tt.messages)
		if got := string(datalayer.Encode(nil, s.V2())); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		again, err := datalayer.RestoreState(s.Append(nil))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, want := string(again.Append(nil)), string(s.Append(nil)); got != want {
			t.Errorf("%s: restored as %s, was %s", tt.name, got, want)
		}
	}
}

func manyKeys(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, `"k`+datalayer.NumberOf(float64(i)).Text+`":`+datalayer.NumberOf(float64(i)).Text)
	}
	return strings.Join(keys, ",")
}

func TestStateOfVersion1(t *testing.T) {
	s := apply(t, "{\"a.b\":1,\"c\":{\"x\":1}}\n{\"c\":{\"y\":2},\"a.b\":{\"$\":\"undefined\"}}\ngtag [\"event\",\"e\",{\"p\":1}]\n{\"_clear\":true,\"d\":1}")
	const want = `{"a.b":{"$":"undefined"},"c":{"y":2},"event":"e","eventModel":{"p":1},"d":1}`
	if got := string(datalayer.Encode(nil, s.V1())); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestLookup(t *testing.T) {
	const messages = `{"u":{"id":7,"tags":["a",{"b":1}],"none":null,"odd.key":1},"s":"a😀","i":{"$":"instance","class":"C","value":{"n":1}},
"el":{"$":"element","value":"a#buy.btn"},"cut":{"$":"truncated","kind":"array","size":9,"value":[1,2]},"n":5}`
	s := apply(t, strings.ReplaceAll(messages, "\n", ""))
	for path, want := range map[string]string{
		"u.id": `7`, "u.tags.0": `"a"`, "u.tags.1.b": `1`, "u.tags.length": `2`, "u.tags.2": `{"$":"undefined"}`,
		"u.none": `null`, "u.none.x": `false`, "u.none.x.y": `{"$":"undefined"}`, "u.gone.x": `{"$":"undefined"}`, "gone": `{"$":"undefined"}`,
		"u.odd.key": `{"$":"undefined"}`, `u\.id`: `7`, "u.tags[0]": `{"$":"undefined"}`,
		"s.length": `3`, "s.0": `"a"`, "s.9": `{"$":"undefined"}`, "n.x": `{"$":"undefined"}`,
		"u.constructor": `{"$":"function","name":"constructor"}`, "u.tags.push": `{"$":"function","name":"push"}`, "u.push": `{"$":"undefined"}`,
		"n.toFixed": `{"$":"function","name":"toFixed"}`, "s.trim": `{"$":"function","name":"trim"}`,
		"i.n": `1`, "i.gone": `unknown`, "el.id": `"buy"`, "el.className": `unknown`, "cut.1": `2`, "cut.5": `unknown`, "cut.length": `9`,
	} {
		found := s.Get(path)
		got := string(datalayer.Encode(nil, found.Value))
		if !found.Known {
			got = "unknown"
		}
		if got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
		if same := s.V2().Lookup(strings.ReplaceAll(path, `\.`, ".")); same.Known != found.Known || string(datalayer.Encode(nil, same.Value)) != string(datalayer.Encode(nil, found.Value)) {
			t.Errorf("%s differs in a copy of the state: %v, %v", path, same, found)
		}
	}
}

// After a message with an unknown effect, only what was set later is known.
func TestDoubt(t *testing.T) {
	const function = `function {"$":"function","name":""}`
	s := apply(t, `{"a":{"x":1},"b":2,"l":[1]}`+"\n"+function+"\n"+`{"a":{"y":2},"n":null,"l":[5]}`)
	for path, known := range map[string]bool{"a.y": true, "a.x": false, "b": false, "c": false, "n": true, "n.x": true, "l": false, "l.0": true, "l.1": false, "a.y.z": true} {
		if got := s.Get(path); got.Known != known {
			t.Errorf("%s: %v, want known: %v", path, got, known)
		}
	}
	for key, known := range map[string]bool{"a": true, "b": false, "never": true} {
		if got := s.GetV1(key); got.Known != known {
			t.Errorf("version 1 of %s: %v, want known: %v", key, got, known)
		}
	}
	if s := apply(t, `{"$":"truncated","kind":"object","size":9,"value":{"a":1}}`); s.Doubt() == "" || !s.Get("a").Known || s.Get("b").Known || s.GetV1("b").Known {
		t.Error("what was cut off is taken for not there")
	}
}

func TestAsNumber(t *testing.T) {
	nan := math.NaN()
	for in, want := range map[string]float64{
		`""`: 0, `" "`: 0, `"\t\n\u00a0\ufeff"`: 0, `null`: 0, `false`: 0, `[]`: 0, `true`: 1, `"0x1F"`: 31, `"0B11"`: 3, `"0o17"`: 15, `" 5 "`: 5,
		`"1e2"`: 100, `[12]`: 12, `["0x10"]`: 16, `"5."`: 5, `".5"`: .5, `"+5"`: 5, `"-5"`: -5, `"Infinity"`: math.Inf(1), `"-Infinity"`: math.Inf(-1),
		`"1e999"`: math.Inf(1), `{"$":"bigint","value":"12"}`: 12, `{"$":"date","value":"2026-11-23T09:00:00.000Z"}`: 1795424400000,
		`"5px"`: nan, `"1,000"`: nan, `"1_000"`: nan, `{"$":"undefined"}`: nan, `{}`: nan, `"true"`: nan, `"."`: nan, `"e5"`: nan, `"-0x1F"`: nan,
		`"0x"`: nan, `"0b2"`: nan, `"inf"`: nan, `"NaN"`: nan, `"--5"`: nan, `"++Infinity"`: nan, `[1,2]`: nan, `"1 2"`: nan, `"\u200b5"`: nan,
	} {
		got, known := decode(t, in).AsNumber()
		if !known || got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("Number(%s) = %v, %v; want %v", in, got, known, want)
		}
	}
}

// Merging deeply nested messages doesn't exhaust the stack.
func TestStateOfHostileMessages(t *testing.T) {
	s := &datalayer.State{}
	for _, key := range []string{strings.Repeat(".", 100_000), strings.Repeat("a.", 100_000), ".", "", "..a"} {
		v := datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{{Name: key, Value: datalayer.NumberOf(1)}}}
		s.Apply(effectOf(datalayer.KindObject, v))
		s.Get(key)
	}
	if len(s.V2().Fields) == 0 || s.Size(10) < 10 {
		t.Error("nothing was merged")
	}
}

// A state is the same after writing and reading it, for any messages.
func FuzzState(f *testing.F) {
	f.Add(`{"a.b":[1,{"c":2}],"_clear":1}`, `{"a":{"b":{"$":"hole"}}}`)
	f.Add(`["a.push",{"$":"cycle","path":"$"}]`, `{"$":"truncated","kind":"object","size":1,"value":{"a":1}}`)
	f.Add(`"text"`, `{"$":"object","value":{"$":1}}`)
	f.Fuzz(func(t *testing.T, first, second string) {
		s := &datalayer.State{}
		for _, text := range []string{first, second, first} {
			v, err := datalayer.Decode([]byte(text))
			if err != nil {
				return
			}
			for _, kind := range []datalayer.MessageKind{datalayer.KindObject, datalayer.KindGtag} {
				s.Apply(effectOf(kind, v))
			}
		}
		saved := string(s.Append(nil))
		again, err := datalayer.RestoreState([]byte(saved))
		if err != nil {
			return // nested too deep to be read
		}
		if got := string(again.Append(nil)); got != saved {
			t.Fatalf("%s was read as %s", saved, got)
		}
	})
}
