package datalayer_test

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

func TestDecodeThenEncode(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want string // the encoding, if it differs
		kind datalayer.Kind
	}{
		{in: `null`, kind: datalayer.Null},
		{in: `true`, kind: datalayer.Bool},
		{in: `1.0`, want: `1`, kind: datalayer.Number},
		{in: `1e21`, want: `1e+21`, kind: datalayer.Number},
		{in: `123456789012345678901`, want: `123456789012345680000`, kind: datalayer.Number},
		{in: `1e-7`, kind: datalayer.Number},
		{in: `-0`, want: `{"$":"number","value":"-0"}`, kind: datalayer.Number},
		{in: `"a\u0000\"é😀"`, kind: datalayer.String},
		{in: `[1,[],{}]`, kind: datalayer.Array},
		{in: `{"b":1,"a":{"c":null}}`, kind: datalayer.Object},
		{in: `{"$":"undefined"}`, kind: datalayer.Undefined},
		{in: `{"$":"number","value":"NaN"}`, kind: datalayer.Number},
		{in: `{"$":"bigint","value":"12"}`, kind: datalayer.BigInt},
		{in: `{"$":"symbol","value":"desc"}`, kind: datalayer.Symbol},
		{in: `{"$":"function","name":"cb"}`, kind: datalayer.Function},
		{in: `{"$":"date","value":"2026-11-23T09:00:00.000Z"}`, kind: datalayer.Date},
		{in: `{"$":"regexp","value":"/a/i"}`, kind: datalayer.RegExp},
		{in: `{"$":"error","name":"TypeError","message":"no"}`, kind: datalayer.Error},
		{in: `{"$":"map","entries":[["k",1]]}`, kind: datalayer.Map},
		{in: `{"$":"set","values":[1,{"$":"hole"}]}`, kind: datalayer.Set},
		{in: `{"$":"element","value":"a#buy.btn","text":"Buy","href":"/x"}`, kind: datalayer.Element},
		{in: `{"$":"window"}`, kind: datalayer.Window},
		{in: `{"$":"instance","class":"Cart","value":{"n":1}}`, kind: datalayer.Instance},
		{in: `{"$":"cycle","path":"$.a.b"}`, kind: datalayer.Cycle},
		{in: `{"$":"threw","message":"x"}`, kind: datalayer.Threw},
		{in: `{"$":"truncated","kind":"string","size":5000000,"value":"aa"}`, kind: datalayer.Truncated},
		{in: `{"$":"truncated","kind":"depth","size":0}`, kind: datalayer.Truncated},
		{in: `{"$":"redacted","why":"email","hash":"ab"}`, kind: datalayer.Redacted},
		{in: `{"$":"object","value":{"$":1}}`, kind: datalayer.Object},
		{in: `{"a":1,"$":2}`, want: `{"$":"object","value":{"a":1,"$":2}}`, kind: datalayer.Object},
	} {
		v, err := datalayer.Decode([]byte(tt.in))
		if err != nil {
			t.Errorf("Decode(%s): %v", tt.in, err)
			continue
		}
		want := tt.want
		if want == "" {
			want = tt.in
		}
		if got := string(datalayer.Encode(nil, v)); got != want || v.Kind != tt.kind {
			t.Errorf("Decode(%s) = %s of kind %s, want %s of kind %s", tt.in, got, v.Kind, want, tt.kind)
		}
	}
}

// The start of a message is read in the same way whatever was read before.
func TestDecodeStartFirst(t *testing.T) {
	for range 2 { // removes the decoders that are kept
		runtime.GC()
	}
	v, _, err := datalayer.DecodeStart([]byte(`{"o":{"k":[1,2]},"last":"text"}`), 20)
	if err != nil || len(v.Fields) == 0 || len(v.Fields[0].Value.Fields) == 0 || len(v.Fields[0].Value.Fields[0].Value.Items) != 2 {
		t.Errorf("%v is read: %v", v, err)
	}
}

// A snapshot truncated anywhere is decoded as complete members and a Truncated one.
func TestDecodeStart(t *testing.T) {
	for _, snapshot := range []string{
		`{"event":"a","n":12345,"o":{"k":[1,2]},"u":{"$":"undefined"},"last":"text"}`,
		`["event","purchase",{"value":12,"items":[]},true,null,12345]`,
		`{"$":"map","entries":[["a",1]]}`, `"text that is long"`, `123456`, `{}`,
	} {
		whole, err := datalayer.Decode([]byte(snapshot))
		if err != nil {
			t.Fatal(err)
		}
		for most := range len(snapshot) + 1 {
			v, cut, err := datalayer.DecodeStart([]byte(snapshot), most)
			if err != nil || cut != (most < len(snapshot)) {
				t.Fatalf("%s cut at %d: cut %v, %v", snapshot, most, cut, err)
			}
			if !cut {
				if !reflect.DeepEqual(v, whole) {
					t.Errorf("%s: %v is read", snapshot, v)
				}
				continue
			}
			for i, f := range v.Fields {
				if want := whole.Fields[i]; f.Name != want.Name || f.Value.Kind != datalayer.Truncated && !reflect.DeepEqual(f.Value, want.Value) {
					t.Errorf("%s cut at %d: %v is read, not %v", snapshot, most, f, want)
				}
			}
			for i, item := range v.Items {
				if item.Kind != datalayer.Truncated && !reflect.DeepEqual(item, whole.Items[i]) {
					t.Errorf("%s cut at %d: %v is read, not %v", snapshot, most, item, whole.Items[i])
				}
			}
			if len(v.Fields)+len(v.Items) == 0 && v.Kind != datalayer.Truncated && v.Kind != datalayer.Object && v.Kind != datalayer.Array {
				t.Errorf("%s cut at %d is read as %v", snapshot, most, v)
			}
		}
	}
	if _, _, err := datalayer.DecodeStart([]byte("{"), 9); err == nil {
		t.Error("a short snapshot that isn't well-formed is read")
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, in := range []string{``, `{`, `{"a"}`, `[1,]`, `1 2`, `nul`, strings.Repeat("[", datalayer.MaxDepth+2)} {
		if v, err := datalayer.Decode([]byte(in)); err == nil {
			t.Errorf("Decode(%.20q) = %v, want an error", in, v)
		}
	}
}

// What Decode accepts can be encoded and decoded again without changes.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"event":"x","a":[1,{"$":"undefined"}],"$":1}`))
	f.Add([]byte(`{"$":"instance","class":"Cart","value":{"$":"set","values":[{"$":"object","value":{"$":1}}]}}`))
	f.Add([]byte(`{"$":"number","value":"1; x"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		v, err := datalayer.Decode(in)
		if err != nil {
			return
		}
		once := datalayer.Encode(nil, v)
		again, err := datalayer.Decode(once)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", in, once, err)
		}
		if twice := datalayer.Encode(nil, again); string(twice) != string(once) {
			t.Fatalf("%q was written as %q and then as %q", in, once, twice)
		}
	})
}

// Decode accepts what jsontext accepts with duplicate names and invalid UTF-8, and
// decodes the same text, for short and long snapshots.
func FuzzDecodeText(f *testing.F) {
	for _, in := range []string{
		`"a"`, `"a\"b\\c\/\b\f\n\r\t\u00e4\ud83d\ude00"`, `"\ud800"`, `"\udc00x"`, "\"\xff\xfe\"", "\"\xe4\\n\"", `"\x"`, "\"\x01\"", `"`, ` "a" `, `"a"b`,
		`{"a":1,"a":2}`, `[1,2`, `01`, `-0`, `1e5`, `12345678901234567890`, `{"a" : [ ] }`, `true`, `nul`,
	} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
		v, err := datalayer.Decode(in)
		if valid := jsontext.Value(in).IsValid(options...); valid != (err == nil) && !bytes.Contains(in, bytes.Repeat([]byte("["), 1000)) {
			t.Fatalf("%q: error %v, and jsontext says %v", in, err, valid)
		}
		if err != nil {
			return
		}
		long, err := datalayer.Decode(append(bytes.Repeat([]byte(" "), 4096), in...))
		if err != nil || !reflect.DeepEqual(v, long) {
			t.Errorf("%q: %v, and in a long snapshot %v, error %v", in, v, long, err)
		}
		if v.Kind == datalayer.String {
			if want, err := jsontext.NewDecoder(bytes.NewReader(in), options...).ReadToken(); err != nil || want.String() != v.Text {
				t.Errorf("%q: %q, and jsontext reads %q, error %v", in, v.Text, want, err)
			}
		}
	})
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		entry interface{ Sentence() string }
		want  string
	}{
		{&datalayer.LayerChange{Layer: "dataLayer", What: datalayer.LayerFound}, `data layer "dataLayer" was found; no container uses it so far`},
		{&datalayer.LayerChange{Layer: "dataLayer", What: datalayer.LayerReplaced}, `data layer "dataLayer" was replaced`},
		{&datalayer.LayerChange{Layer: "dl", What: datalayer.LayerTaken}, `data layer "dl" is used by a container`},
		{&datalayer.LayerChange{Layer: "dl", What: datalayer.LayerTaken, Container: "GTM-1"}, `data layer "dl" is used by container GTM-1`},
		{&datalayer.LayerChange{Layer: "dl", What: datalayer.LayerOverridden}, `data layer "dl" has a push of the page's own, which may keep messages`},
		{&datalayer.LayerChange{Layer: "dl", What: datalayer.LayerBypassed}, `data layer "dl" was bypassed: its push no longer reaches the container`},
		{&datalayer.LayerChange{Layer: "dl", What: datalayer.LayerLexical}, `data layer "dl" is declared with let or const, so no container can see it`},
		{&datalayer.LayerChange{Layer: "datalayer", What: datalayer.LayerLookalike}, `"datalayer" looks like a data layer, but has another name`},
		{&datalayer.LayerChange{Layer: "dl", What: datalayer.LayerWorker}, `data layer "dl" is in a worker`},
		{&datalayer.LayerChange{Layer: "dl", What: "melted"}, `data layer "dl": melted`},
		{&datalayer.TabClosed{Target: "t2"}, "tab t2 was closed"},
		{&datalayer.ScriptError{Message: "x is not defined"}, "script error: x is not defined"},
		{&datalayer.ScriptError{Message: "no", URL: "https://a.example/a.js"}, "script error: no (https://a.example/a.js)"},
		{&datalayer.ScriptError{Message: "no", URL: "https://a.example/a.js", Line: 3, Col: 7}, "script error: no (https://a.example/a.js:3:7)"},
	} {
		if got := tt.entry.Sentence(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.entry, got, tt.want)
		}
	}
}

// A message with very many members, which the hook doesn't send, is truncated.
func TestMembersAreBounded(t *testing.T) {
	const n = 5 * datalayer.MaxMembers
	var fields, items strings.Builder
	for i := range n {
		fmt.Fprintf(&fields, `,"k%d":%d`, i, i)
		fmt.Fprintf(&items, `,%d`, i)
	}
	object, array := "{"+fields.String()[1:]+"}", "["+items.String()[1:]+"]"
	for name, text := range map[string]string{
		"object": object, "array": array, "object with a tag": `{"$":"object","value":` + object + `}`, "instance": `{"$":"instance","class":"C","value":` + object + `}`,
		"set": `{"$":"set","values":` + array + `}`,
	} {
		v, err := datalayer.Decode([]byte(text))
		if err != nil || v.Kind != datalayer.Truncated || v.Size != n {
			t.Errorf("%s: %s of size %d, %v", name, v.Kind, v.Size, err)
			continue
		}
		if kept := len(v.Items[0].Fields) + len(v.Items[0].Items); kept > datalayer.MaxMembers || kept < datalayer.MaxMembers*9/10 {
			t.Errorf("%s: %d members are kept", name, kept)
		}
	}
	v, err := datalayer.Decode([]byte(`{"event":"a","big":` + array + `,"nan":{"$":"number","value":"NaN"},"last":1}`))
	if err != nil || v.Kind != datalayer.Object || len(v.Fields) != 4 {
		t.Fatalf("around a large array: %s with %d fields, %v", v.Kind, len(v.Fields), err)
	}
	if big, last := v.Fields[1].Value, v.Fields[3].Value; big.Kind != datalayer.Truncated || big.Size != n || v.Fields[2].Value.Text != "NaN" || last.Text != "1" {
		t.Errorf("around a large array of %d: %v, %v", big.Size, v.Fields[2], last)
	}
	v, err = datalayer.Decode([]byte(`{"a":` + array + `,"b":{"c":{"big":` + array + `,"d":{"e":[{"f":2}]}}},"last":{"g":3}}`))
	if err != nil || v.Kind != datalayer.Object || len(v.Fields) != 3 {
		t.Fatalf("around two large arrays: %s with %d fields, %v", v.Kind, len(v.Fields), err)
	}
	for i, want := range map[int]string{1: `"d":{"e":[{"f":2}]}`, 2: `{"g":3}`} {
		if got := string(datalayer.Encode(nil, v.Fields[i].Value)); !strings.Contains(got, want) {
			t.Errorf("after a large array: %.50s…%s, want %s in it", got, got[max(0, len(got)-50):], want)
		}
	}
	if _, err := datalayer.Decode([]byte("[" + items.String()[1:] + ",}]")); err == nil {
		t.Error("what is skipped isn't read")
	}
}
