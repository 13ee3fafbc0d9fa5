package recording_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/recording"
)

// A message's line as layertap writes it, and the same line with white space, are the
// same message, or both aren't valid.
func FuzzMessageLine(f *testing.F) {
	for _, rest := range []string{
		`"seq":1,"t":12.345,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"a","message":{"event":"a","b":[1,"ä"]}}`,
		`"seq":1,"t":1,"page":"p1","frame":"main","layer":"dataLayer","kind":"gtag","message":["event","a"],"call":2,"arg":1}`,
		`"seq":1,"t":1,"page":"\u0070\ud800","frame":"ä","layer":"dl","kind":"object","message":{},"called":{"a":1},"landed":true,"received":false,"via":"unshift","at":"unknown"}`,
		`"seq":1,"t":1e300,"page":"p1","message":1,"stack":[{"fn":"a","url":"https://u:p@a.example/a.js","line":1,"col":2}],"later":{"b":null}}`,
		`"seq":1,"seq":2,"t":-5,"message":"a@b.example","stack":[],"action":7,"of":8,"landed":false}`,
		`"seq":1,"t":1,"message":null,"called":null,"landed":null,"stack":null}`,
		`"seq":1.0,"t":1,"message":1}`, `"seq":-1,"message":1}`, `"seq":4294967297,"message":1}`, `"seq":1,"t":"1"}`, `"seq":1,"call":1e3}`,
		`"seq":1,"stack":{}}`, `"seq":1,"stack":[{"line":"1"}]}`, `"seq":1,"page":1}`, `"seq":1,"type":"hit"}`, `"seq":1,"event":1}`, `"seq":1}x`, `"seq":1`, `}`, ``,
		`"seq":1,"message":` + strings.Repeat("[", 1200) + strings.Repeat("]", 1200) + `}`, `"seq":1,"message":"` + strings.Repeat("x", 9000) + `"}`,
	} {
		f.Add(rest)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		if strings.Contains(rest, "\n") {
			return
		}
		read := func(begin string) ([]datalayer.Entry, string) {
			file := fmt.Sprintf(`{"type":"session","format":1,"id":"a","started":"2026-11-23T09:00:00.000Z"}`+"\n"+
				`{"type":"action","seq":7,"page":"p1","action":"click"}`+"\n%s%s\n"+`{"type":"end","seq":9}`+"\n", begin, strings.Replace(rest, `"seq":1,`, `"seq":8,`, 1))
			r, err := recording.NewReader(strings.NewReader(file), "a file")
			if err != nil {
				t.Fatal(err)
			}
			return drain(t, r), r.Damage().String()
		}
		quick, damage := read(`{"type":"push",`)
		slow, same := read(`{ "type":"push",`)
		if diff := cmp.Diff(slow, quick); diff != "" || damage != same {
			t.Errorf("with white space (-), without (+), %q and %q:\n%s", same, damage, diff)
		}
	})
}
