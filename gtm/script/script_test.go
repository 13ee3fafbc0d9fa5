package script_test

import (
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/gtm/script"
)

var page = &datalayer.Page{URL: "https://shop.example/a/b?q=1&r=2#top", Referrer: "https://from.example/", Title: "Shop"}

// run runs code with inputs encoded as in session files. A result that isn't known
// begins with "?".
func run(t *testing.T, code string, inputs ...string) string {
	t.Helper()
	var all []script.Input
	for i, text := range inputs {
		v, err := datalayer.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, script.Input{Value: v})
		code = strings.ReplaceAll(code, "$"+string(rune('0'+i)), script.Placeholder(i))
	}
	var s script.Sandbox
	result := s.Run(code, all, page)
	if result.Unknown != "" {
		return "? " + result.Unknown
	}
	return string(datalayer.Encode(nil, result.Value))
}

// What the session recorded of the browser is there, and no more.
func TestNavigator(t *testing.T) {
	before := page
	defer func() { page = before }()
	page = &datalayer.Page{URL: "https://shop.example/", UserAgent: "Mozilla/5.0 (iPhone)", Language: "de-DE"}
	for code, want := range map[string]string{
		`function(){ return /iPhone/.test(navigator.userAgent) }`: `true`,
		`function(){ return window.navigator.language }`:          `"de-DE"`,
		`function(){ return navigator.platform }`:                 `? it reads navigator.platform`,
	} {
		if got := run(t, code); got != want {
			t.Errorf("%s gives %s, not %s", code, got, want)
		}
	}
}

func TestRun(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{`function(){ return 1 + 2 }`, `3`},
		{`function() { return $0.split("/")[1]; }`, `"b"`},
		{`(function(){ return "x" })();`, `"x"`},
		{`function(){}`, `{"$":"undefined"}`},
		{`function(){ return null }`, `null`},
		{`function(){ return [1, "b", {c: true}] }`, `[1,"b",{"c":true}]`},
		{`function(){ return 0.1 + 0.2 }`, `0.30000000000000004`},
		{`function(){ throw new Error("x") }`, `{"$":"undefined"}`},
		{`function(){ return undefinedThing.x }`, `? it reads undefinedThing`},
		{`function(){ try { return undefinedThing } catch (e) { return 1 } }`, `? it reads undefinedThing`},
		{`function(){ return typeof jQuery === "undefined" }`, `? it reads jQuery`},
		{`function(){ return document.location.hostname + location.pathname + location.search + location.hash }`, `"shop.example/a/b?q=1&r=2#top"`},
		{`function(){ return window.location.href }`, `"https://shop.example/a/b?q=1&r=2#top"`},
		{`function(){ return document.referrer.indexOf("from") > -1 }`, `true`},
		{`function(){ return document.title.toLowerCase() }`, `"shop"`},
		{`function(){ return document.cookie }`, `? it reads document.cookie`},
		{`function(){ return document.querySelector("h1").innerText }`, `? it reads document.querySelector`},
		{`function(){ return navigator.userAgent }`, `? it reads navigator.userAgent`},
		{`function(){ return window.dataLayer.length }`, `? it reads dataLayer`},
		{`function(){ return "dataLayer" in window }`, `? it reads dataLayer`},
		{`function(){ return new Date().getHours() }`, `? it reads Date`},
		{`function(){ return Math.random() }`, `? it calls Math.random`},
		{`function(){ return Math.round(2.5) }`, `3`},
		{`function(){ seen = 1; return seen }`, `? it sets seen`},
		{`function(){ window.seen = 1; return 1 }`, `? it sets seen`},
		{`function(){ document.title = "x"; return 1 }`, `? it sets document.title`},
		{`function(){ return this.document.title }`, `"Shop"`},
		{`function(){ var s = 0; for (var i = 0; i < 1000; i++) s += i; return s }`, `499500`},
		{`function(){ return [3,1,2].sort().map(function(x){ return x * 2 }).filter(function(x){ return x > 2 }).join("-") }`, `"4-6"`},
		{`function(){ return JSON.stringify({a: [1, {b: 2}]}) }`, `"{\"a\":[1,{\"b\":2}]}"`},
		{`function(){ return JSON.parse("[1,2]").length }`, `2`},
		{`function(){ return /(\d+)/.exec("a12b")[1] }`, `"12"`},
		{`function(){ return "a-b-c".replace(/-/g, "_") }`, `"a_b_c"`},
		{`function(){ return parseFloat("1.50").toFixed(1) }`, `"1.5"`},
		{`() => "arrow"`, `"arrow"`},
		{"function(){ const x = `a${1}`; return x }", `"a1"`},
		{`function(){ return encodeURIComponent("a b") }`, `"a%20b"`},
		{`function(){ return function(){} }`, `? it returns a Function`},
		{`function({`, `? its code cannot be read`},
		{`function(){ return (function(){ return this })() === window }`, `true`},
		{`function(){ return Function("return 1")() }`, `? it reads Function`},
	} {
		if got := run(t, tt.code, `"/b/c"`); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.code, got, tt.want)
		}
	}
}

func TestInputs(t *testing.T) {
	for _, tt := range []struct {
		code   string
		inputs []string
		want   string
	}{
		{`function(){ return $0 * 2 + $1.length }`, []string{`20`, `"ab"`}, `42`},
		{`function(){ return $0.items.map(function(i){ return i.id }) }`, []string{`{"items":[{"id":1},{"id":"b"}]}`}, `[1,"b"]`},
		{`function(){ return $0 === undefined }`, []string{`{"$":"undefined"}`}, `true`},
		{`function(){ return $0 === null && $1 === true }`, []string{`null`, `true`}, `true`},
		{`function(){ return Object.keys($0).join() }`, []string{`{"b":1,"a":2}`}, `"b,a"`},
		{`function(){ return $0 }`, []string{`{"$":"function","name":"f"}`}, `? it is given a value that was not captured whole (function)`},
		{`function(){ return 1 }`, []string{`{"$":"function","name":"f"}`}, `1`},
	} {
		if got := run(t, tt.code, tt.inputs...); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.code, got, tt.want)
		}
	}
}

// Code that is as expensive as possible ends, with a reason.
func TestBounds(t *testing.T) {
	const more, late = `? it makes values that are larger than allowed`, `? it takes longer than 1s`
	for _, tt := range []struct{ code, want string }{
		{`function(){ while (true); }`, late},
		{`function(){ try { while (true); } catch (e) { return 1 } }`, late},
		{`function f(){ return f() }`, `? its calls nest too deeply`},
		{`function(){ return "x".repeat(1e9) }`, more},
		{`function(){ return [].indexOf.call({length: 9e15}, 1) }`, more},
		{`function(){ var a = []; a[4294967294] = 1; return a.indexOf(2) }`, more},
		{`function(){ return new Array(1e9).join("x") }`, more},
		{`function(){ return Array.from({length: 1e9}) }`, more},
		{`function(){ return Math.max.apply(null, {length: 1e9}) }`, more},
		{`function(){ var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; return JSON.stringify(a) }`, more},
		{`function(){ var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; return a + "" }`, more},
		{`function(){ var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; return a }`, `? what it returns is too large`},
		{`function(){ var a = []; a.length = 4e9; return [...a] }`, `? code with ... is not run`},
		{`function(){ return /^(a+)+\1$/.test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!") }`, `? code with a regular expression that looks around or back is not run`},
		{`function(){ return new RegExp("^(a+)+\\1$").test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!") }`, `? it makes a regular expression that looks around or back`},
		{`function(){ return /x/.constructor("(?=a)").test("a") }`, `? it makes a regular expression that looks around or back`},
		{`function(){ return 9n ** 99999999n }`, `? code with BigInt is not run`},
		{"function(){ return " + strings.Repeat("(", 6000) + "1" + strings.Repeat(")", 6000) + " }", `1`},
	} {
		got := run(t, tt.code, `"/b/c"`)
		starved := tt.want == more && got == late // the machine is busy, and it is not run to the end either
		if got != tt.want && !starved && !(tt.want == "1" && strings.HasPrefix(got, "?")) {
			t.Errorf("%.100s\n got %s\nwant %s", tt.code, got, tt.want)
		}
	}
	if got := run(t, `function(){ var s = "x"; while (true) s += s; }`); !strings.HasPrefix(got, "? ") {
		t.Errorf("a text that doubles for ever is %.50s", got)
	}
}

// After a few scripts that take too long, no more are run.
func TestSandboxGivesUp(t *testing.T) {
	var s script.Sandbox
	for range 3 {
		s.Run(`function(){ while (true); }`, nil, page)
	}
	if got := s.Run(`function(){ return 1 }`, nil, page).Unknown; got != "custom JavaScript of this session takes too long" {
		t.Error(got)
	}
}

// When the command ends, the running script is stopped and no other starts.
func TestSandboxStops(t *testing.T) {
	var s script.Sandbox
	done := make(chan string)
	go func() { done <- s.Run(`function(){ while (true); }`, nil, page).Unknown }()
	s.Stop()
	if got := <-done; got != "the command is ending" {
		t.Error(got)
	}
	if got := s.Run(`function(){ return 1 }`, nil, page).Unknown; got != "the command is ending" {
		t.Error(got)
	}
}

func FuzzRun(f *testing.F) {
	f.Add(`function(){ return "a".split("").map(function(c){ return c + c }).join(",") }`)
	f.Add(`(function(){ var o = {}; o[document.title] = location.href; return o })();`)
	f.Fuzz(func(t *testing.T, code string) {
		var s script.Sandbox
		s.Run(code, nil, page)
	})
}
