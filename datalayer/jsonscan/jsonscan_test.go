package jsonscan_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer/jsonscan"
)

var texts = []string{
	``, ` `, `{}`, `[]`, `{"a":1}`, `{"a":1,"a":2}`, `{ "a" : [ 1 , 2.5e-3 , -0 , 1E+2 ] }`, `{"a":{"b":[[],{}]},"c":null,"d":true,"e":false}`,
	`"a\"b\\c\/\b\f\n\r\t\u00e4\ud83d\ude00"`, `"\ud800"`, `"\udc00x"`, `"ä😀"`, "\"\xff\"", "\"a\x01b\"", `"\x"`, `"\u12g4"`, `"\u12`, `"abc`, `"\`,
	`{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `[1,]`, `[,1]`, `[1 2]`, `[`, `{`, `{"a":1]`, `[1}`, `{a:1}`, `{1:1}`,
	`01`, `-`, `1.`, `.5`, `1e`, `1e+`, `+1`, `-01`, `0x1`, `NaN`, `nul`, `nulll`, `tru`, `falsy`, `1 2`, "\u00a01", "\ufeff1", `"a"b`,
	"{\n\t\"a\":\r\n 1}",
}

// Value accepts what jsontext accepts with duplicate names and invalid UTF-8, and a
// value is compact if jsontext can't make it smaller.
func FuzzValue(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		begin := jsonscan.Space(text, 0)
		end, compact, ok := jsonscan.Value(text, begin, 1000)
		ok = ok && jsonscan.Space(text, end) == len(text)
		again, _, okAgain := jsonscan.Value(string(text), begin, 1000)
		if okAgain = okAgain && jsonscan.Space(text, again) == len(text); okAgain != ok || ok && again != end {
			t.Errorf("%q: as a string it ends at %d (%v), as bytes at %d (%v)", text, again, okAgain, end, ok)
		}
		whole := jsontext.Value(append([]byte{}, text...))
		if want := whole.IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); ok != want {
			t.Fatalf("%q: %v, and jsontext says %v", text, ok, want)
		}
		if !ok {
			return
		}
		if err := whole.Compact(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
			t.Fatal(err)
		}
		if value := text[begin:end]; compact != (len(whole) == len(value)) {
			t.Errorf("%q: compact is %v, and it is %q then", text, compact, whole)
		}
	})
}

func TestDepth(t *testing.T) {
	if _, _, ok := jsonscan.Value("[[1]]", 0, 2); !ok {
		t.Error("two arrays and a number nest no deeper than 2")
	}
	if _, _, ok := jsonscan.Value("[[[1]]]", 0, 2); ok {
		t.Error("three arrays and a number nest deeper than 2")
	}
}
