package jsregexp_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"layertap/jsregexp"
)

const highHalf, lowHalf = "\xed\xa0\xbd", "\xed\xb8\x80" // of 😀

// The results were verified in Chromium 156.
func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern    string
		ignoreCase bool
		yes, no    []string
	}{
		{pattern: ``, yes: []string{"", "x"}},
		{pattern: `widget_`, yes: []string{"my_widget_opened"}, no: []string{"Widget_opened"}},
		{pattern: `^widget_(?!closed)`, yes: []string{"widget_opened", "widget_"}, no: []string{"widget_closed", "my_widget_opened"}},
		{pattern: `^widget_(opened|closed)$`, yes: []string{"widget_opened"}, no: []string{"widget_opened\n", "a\nwidget_opened"}},
		{pattern: `(?<=_)end$`, yes: []string{"chat_end"}, no: []string{"end"}},
		{pattern: `(?<!_)end$`, yes: []string{"end"}, no: []string{"chat_end"}},
		{pattern: `^(a|b)\1$`, yes: []string{"aa", "bb"}, no: []string{"ab"}},
		{pattern: `(?<q>['"]).*\k<q>`, yes: []string{`"x"`}, no: []string{`"x'`}},
		{pattern: `\k<q>(?<q>a)`, yes: []string{"a"}},
		{pattern: `\1(a)`, yes: []string{"a"}, no: []string{"b"}},
		{pattern: `^(?:(a)|b)*\1$`, yes: []string{"ab", "aa"}, no: []string{"x"}},
		{pattern: `^(?:(?<y>a)|(?<y>b))\k<y>$`, yes: []string{"aa", "bb"}, no: []string{"ab", "a"}},
		{pattern: `a.b`, yes: []string{"axb"}, no: []string{"a\nb", "a\u2028b"}},
		{pattern: `^b`, no: []string{"a\nb"}},
		{pattern: `WIDGET`, ignoreCase: true, yes: []string{"a widget"}},
		{pattern: `CAFÉ`, ignoreCase: true, yes: []string{"café"}, no: []string{"cafe\u0301"}},
		{pattern: `σ`, ignoreCase: true, yes: []string{"Σ", "ς"}},
		{pattern: `k`, ignoreCase: true, yes: []string{"K"}, no: []string{"\u212a"}},
		{pattern: `s`, ignoreCase: true, no: []string{"ſ"}},
		{pattern: `ss`, ignoreCase: true, no: []string{"ß"}},
		{pattern: `ı`, ignoreCase: true, no: []string{"I", "i", "İ"}},
		{pattern: `(?i:ab)c`, yes: []string{"ABc"}, no: []string{"ABC"}},
		{pattern: `(?-i:ab)c`, ignoreCase: true, yes: []string{"abC"}, no: []string{"Abc"}},
		{pattern: `(?s:a.b)`, yes: []string{"a\nb"}},
		{pattern: `^.$`, yes: []string{"é"}, no: []string{"😀"}},
		{pattern: `^..$`, yes: []string{"😀"}},
		{pattern: highHalf, yes: []string{"😀", "👍", highHalf}, no: []string{"🇩", lowHalf}},
		{pattern: `\ude00$`, yes: []string{"😀"}, no: []string{"👍"}},
		{pattern: `\bé`, yes: []string{"aé"}, no: []string{"é"}},
		{pattern: `^\s$`, yes: []string{"\u00a0", "\ufeff", "\u2028", "\t"}, no: []string{"\u200b", "\u180e"}},
		{pattern: `^\d$`, yes: []string{"5"}, no: []string{"٣"}},
		{pattern: `/a/b`, yes: []string{"x/a/b"}},
		{pattern: `\/a\/b`, yes: []string{"x/a/b"}},
		{pattern: `{`, yes: []string{"a{b"}},
		{pattern: `}`, yes: []string{"a}b"}},
		{pattern: `]`, yes: []string{"a]b"}},
		{pattern: `^a{`, yes: []string{"a{"}, no: []string{"a"}},
		{pattern: `^a{,2}$`, yes: []string{"a{,2}"}, no: []string{"aa"}},
		{pattern: `^\A\z\Z\h\Q\E$`, yes: []string{"AzZhQE"}},
		{pattern: `^\p{L}$`, yes: []string{"p{L}"}, no: []string{"é"}},
		{pattern: `^\u{3}$`, yes: []string{"uuu"}},
		{pattern: `^\101\x41\u0041\cA\0$`, yes: []string{"AAA\x01\x00"}},
		{pattern: `^\8\c$`, yes: []string{`8\c`}},
		{pattern: `^[\c*]$`, yes: []string{`\`, "c", "*"}},
		{pattern: `^[\d-z]$`, yes: []string{"1", "-", "z"}, no: []string{"m"}},
		{pattern: `^[^]$`, yes: []string{"\n"}, no: []string{""}},
		{pattern: `[]`, no: []string{"", "]"}},
		{pattern: `(?=a)*b`, yes: []string{"b"}},
		{pattern: `a{0,99999999999}b`, yes: []string{"b", "aab"}},
		{pattern: `a{99999999999}`, no: []string{"aaa"}},
	} {
		re, err := jsregexp.Compile(tt.pattern, tt.ignoreCase)
		if err != nil {
			t.Error(err)
			continue
		}
		check := func(text string, want bool) {
			if got, err := re.Match(text); err != nil || got != want {
				t.Errorf("%q matches %q: %v, %v; want %v", tt.pattern, text, got, err, want)
			}
		}
		for _, text := range tt.yes {
			check(text, true)
		}
		for _, text := range tt.no {
			check(text, false)
		}
	}
}

func TestCompileRejects(t *testing.T) {
	for _, tt := range []struct{ pattern, want string }{
		{`[`, `invalid regular expression "[": unclosed [ at character 1`},
		{`(`, `invalid regular expression "(": unclosed ( at character 1`},
		{`)`, `invalid regular expression ")": unmatched ) at character 1`},
		{`*`, `invalid regular expression "*": nothing to repeat at character 1`},
		{`+`, `invalid regular expression "+": nothing to repeat at character 1`},
		{`?`, `invalid regular expression "?": nothing to repeat at character 1`},
		{`a**`, `invalid regular expression "a**": nothing to repeat at character 3`},
		{`a++`, `invalid regular expression "a++": nothing to repeat at character 3`},
		{`{1}`, `invalid regular expression "{1}": nothing to repeat at character 1`},
		{`^*`, `invalid regular expression "^*": nothing to repeat at character 2`},
		{`(?<=a)*`, `invalid regular expression "(?<=a)*": nothing to repeat at character 7`},
		{`a{2,1}`, `invalid regular expression "a{2,1}": a repeat range out of order at character 2`},
		{`(?i)abc`, `invalid regular expression "(?i)abc": an unknown kind of group at character 1`},
		{`(?P<n>a)`, `invalid regular expression "(?P<n>a)": an unknown kind of group at character 1`},
		{`(?>a)`, `invalid regular expression "(?>a)": an unknown kind of group at character 1`},
		{`(?#c)a`, `invalid regular expression "(?#c)a": an unknown kind of group at character 1`},
		{`(?-:a)`, `invalid regular expression "(?-:a)": an unknown kind of group at character 1`},
		{`a\`, `invalid regular expression "a\\": a trailing \ at character 2`},
		{`[z-a]`, `invalid regular expression "[z-a]": a range out of order at character 2`},
		{`[😀-😂]`, `invalid regular expression "[😀-😂]": a range out of order at character 3`},
		{`(?<1>a)`, `invalid regular expression "(?<1>a)": an invalid group name at character 1`},
		{`(?<n>a)(?<n>b)`, `invalid regular expression "(?<n>a)(?<n>b)": duplicate group name "n" at character 8`},
		{`(?<n>a)\k`, `invalid regular expression "(?<n>a)\\k": \k without a group name at character 8`},
		{`(?<n>a)\k<m>`, `invalid regular expression "(?<n>a)\\k<m>": a reference to the unknown group "m" at character 8`},
	} {
		_, err := jsregexp.Compile(tt.pattern, false)
		var syntax *jsregexp.SyntaxError
		if !errors.As(err, &syntax) || err.Error() != tt.want {
			t.Errorf("Compile(%q): %v, want %s", tt.pattern, err, tt.want)
		}
	}
}

func TestCompileUnsupported(t *testing.T) {
	for _, pattern := range []string{
		strings.Repeat("(", 300) + strings.Repeat(")", 300),
		strings.Repeat("a", 200_000),
	} {
		_, err := jsregexp.Compile(pattern, false)
		var unsupported *jsregexp.UnsupportedError
		if !errors.As(err, &unsupported) {
			t.Errorf("Compile(%.10q…): %v, want an UnsupportedError", pattern, err)
		}
	}
}

func TestReplace(t *testing.T) {
	for _, tt := range []struct{ pattern, text, replacement, want string }{
		{`o`, "foo boo", "0", "f00 b00"},
		{`(\d+)-(\d+)`, "a 12-34 b", "$2/$1", "a 34/12 b"},
		{`q`, "aqz", "$&$`$'$$", "aqaz$z"},
		{`(?<y>\d{4})`, "in 2024", "<$<y>>", "in <2024>"},
		{`(?<y>a)|(?<y>b)`, "ab", "[$<y>]", "[a][b]"},
		{`a`, "a", "$<y>", "$<y>"},
		{`(?<y>a)`, "a", "$<z>$<y", "$<y"},
		{`(a)(b)?`, "a", "$1$2$3$01$10$0", "a$3aa0$0"},
		{`x*`, "ab", "-", "-a-b-"},
		{`$`, "ab", "$", "ab$"},
		{`\ude00`, "😀", "x", highHalf + "x"},
	} {
		re, err := jsregexp.Compile(tt.pattern, false)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := re.Replace(tt.text, tt.replacement); err != nil || got != tt.want {
			t.Errorf("replacing %q in %q by %q: %q, %v; want %q", tt.pattern, tt.text, tt.replacement, got, err, tt.want)
		}
	}
}

func TestCatastrophicBacktracking(t *testing.T) {
	re, err := jsregexp.Compile(`^(\w+\s?)*\1$`, false)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("abcdefgh ", 30) + "!" // a match would take years
	for range 1000 {
		if matched, err := re.Match(text); matched || !errors.Is(err, jsregexp.ErrTimeout) {
			t.Fatalf("Match gave %v, %v; want ErrTimeout", matched, err)
		}
		if _, err := re.Replace(text, ""); !errors.Is(err, jsregexp.ErrTimeout) {
			t.Fatalf("Replace gave %v; want ErrTimeout", err)
		}
	}
	if got := re.Timeouts(); got != jsregexp.Patience {
		t.Errorf("it was tried %d times, want %d", got, jsregexp.Patience)
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`^widget_(?!closed)`, `(?<n>a|[\d-\x41])\k<n>{1,2}?`, `(?i-s:\cA\u{41}[^])`, `a{,2}\1\8\0`} {
		f.Add(seed, "widget_opened", "$1$<n>$&")
	}
	f.Fuzz(func(t *testing.T, pattern, text, replacement string) {
		re, err := jsregexp.Compile(pattern, len(text)%2 == 0)
		if err != nil {
			var syntax *jsregexp.SyntaxError
			var unsupported *jsregexp.UnsupportedError
			if !errors.As(err, &syntax) && !errors.As(err, &unsupported) {
				t.Fatalf("%q: %v is of an undeclared kind", pattern, err)
			}
			return
		}
		matched, err := re.Match(text)
		if err != nil {
			return
		}
		replaced, err := re.Replace(text, replacement)
		if err == nil && !matched && !slices.Equal(jsregexp.UTF16(replaced), jsregexp.UTF16(text)) {
			t.Fatalf("%q does not match %q and replaced it by %q", pattern, text, replaced)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	re, err := jsregexp.Compile(`^widget_(?!closed)`, false)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if matched, err := re.Match("widget_conversation_started"); !matched || err != nil {
			b.Fatal(matched, err)
		}
	}
}
