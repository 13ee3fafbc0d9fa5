package text_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"layertap/ui/style"
	"layertap/ui/text"
)

var hostile = []string{
	"", "plain", "Grüße, 日本語", "\x1b[2J\x1b]0;owned\a", "a\tb\nc\rd\x00\x7f", "\x9b31m\u009b31m",
	"\u202egnp.exe\u202c", "\u2066x\u2069\u200f\u200e\u061c", "zero\u200bwidth\ufeff", "\xff\xfe\xc3",
	"👨‍👩‍👧‍👦 family", "❤️ heart", "👍🏽 skin", "🇩🇪 flag", "e\u0301 combining", "Z" + strings.Repeat("\u0301", 300),
	"क्षि नी", "각", "ﷺ", "\U000e0041\U000e007f tags", "\u2028\u2029", "a\u00adb", "\u00a0\u3000",
	"\ue000private", "1️⃣ keycap", "\u200d\u200d", "ก็็็็็็็็", "𝕳𝖊𝖑𝖑𝖔", "\ud7ff\uffff",
}

func TestSafe(t *testing.T) {
	for _, s := range hostile {
		checkSafe(t, s)
	}
	for _, tt := range []struct{ in, want string }{
		{"\x1b[31mred", "␛[31mred"},
		{"a\u202eb", "a‹U+202E›b"},
		{"👨‍👩‍👧", "👨👩👧"},
		{"Grüße, 日本語 e\u0301", "Grüße, 日本語 e\u0301"},
	} {
		if got := text.Safe(tt.in); got != tt.want {
			t.Errorf("Safe(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(checkSafe)
}

func checkSafe(t *testing.T, s string) {
	safe := text.Safe(s)
	for _, r := range safe {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("Safe(%q) = %q has %U", s, safe, r)
		}
	}
	if a, b := ansi.StringWidth(safe), ansi.StringWidthWc(safe); a != b {
		t.Errorf("Safe(%q) = %q is %d or %d cells wide", s, safe, a, b)
	}
	if again := text.Safe(safe); again != safe {
		t.Errorf("Safe(%q) = %q, and safe again %q", s, safe, again)
	}
	for _, width := range []int{0, 1, 2, 7, 40} {
		if fit := text.Fit(s, width); ansi.StringWidth(fit) != width {
			t.Errorf("Fit(%q, %d) = %q takes %d cells", s, width, fit, ansi.StringWidth(fit))
		}
	}
}

func TestDraw(t *testing.T) {
	plain := style.New(nil, true, colorprofile.ASCII)
	line := text.Of(style.Plain, "event ").With(style.Plain, "日本語")
	for width, want := range map[int]string{
		0: "", 1: "…", 6: "event…", 7: "event …", 8: "event … ", 9: "event 日…", 12: "event 日本語", 14: "event 日本語  ",
	} {
		if got := line.Draw(plain, style.Base, width); got != want {
			t.Errorf("in %d cells: %q, want %q", width, got, want)
		}
	}
	if got := text.Of(style.Plain, strings.Repeat("x", 1<<20)).Draw(plain, style.Base, 4); got != "xxx…" {
		t.Errorf("a long string is drawn as %q", got)
	}
	if got := text.Spread(plain, style.Base, 10, text.Of(style.Plain, "left side"), text.Of(style.Plain, "end")); got != "left s…end" {
		t.Errorf("spread: %q", got)
	}
}

func TestHighlight(t *testing.T) {
	for _, tt := range []struct{ in, word, want string }{
		{"widget_opened", "Open", "widget_[open]ed"},
		{"aXAxa", "x", "a[X]A[x]a"},
		{"nothing", "", "nothing"},
		{"nothing", "some", "nothing"},
		{"ȺȺ open", "OPEN", "ȺȺ [open]"}, // it is longer in lower case, so only the exact case matches
	} {
		var got strings.Builder
		for _, span := range text.Of(style.Plain, tt.in).Highlight(tt.word) {
			if span.Role == style.Match {
				got.WriteString("[" + span.Text + "]")
			} else {
				got.WriteString(span.Text)
			}
		}
		if got.String() != tt.want {
			t.Errorf("%q in %q: %s, want %s", tt.word, tt.in, got.String(), tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 8, []string{"one two ", "three"}},
		{"one two", 3, []string{"one", "two"}},
		{"incomprehensible word", 8, []string{"incompre", "hensible", "word"}},
		{"日本語", 1, []string{"日", "本", "語"}},
	} {
		var got []string
		for _, line := range text.Of(style.Plain, tt.in).Wrap(tt.width) {
			got = append(got, line.String())
		}
		if strings.Join(got, "|") != strings.Join(tt.want, "|") {
			t.Errorf("%q in %d cells: %q, want %q", tt.in, tt.width, got, tt.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("one two  three", 5)
	f.Add(strings.Repeat("x", 50)+" y", 7)
	f.Fuzz(func(t *testing.T, s string, width int) {
		if width < 2 || width > 1000 || len(s) > 10_000 {
			return
		}
		var whole strings.Builder
		for _, line := range text.Of(style.Plain, s).Wrap(width) {
			if line.Width() > width {
				t.Errorf("%q in %d cells: a line of %d, %q", s, width, line.Width(), line)
			}
			whole.WriteString(line.String())
		}
		blanks := strings.NewReplacer(" ", "")
		if blanks.Replace(whole.String()) != blanks.Replace(text.Safe(s)) {
			t.Errorf("%q in %d cells is %q: not what it was", s, width, whole.String())
		}
	})
}

func TestDistinct(t *testing.T) {
	for _, tt := range []struct {
		width int
		names []string
		want  []string
	}{
		{20, []string{"GA4 - chat", "Meta - lead"}, []string{"GA4 - chat", "Meta - lead"}},
		{20, []string{"GA4 - chat events of the shop", "Meta - lead"}, []string{"GA4 - chat events o…", "Meta - lead"}},
		{20, []string{"GA4 - chat events of the shop", "GA4 - chat events of the blog"}, []string{"GA4 - chat… the shop", "GA4 - chat… the blog"}},
		{20, []string{"CE - all widget events desktop (#12)", "CE - all widget events mobile (#13)", "CE - all widget events mobile (#14)"},
			[]string{"CE - all w…desktop …", "CE - all w…ile (#13)", "CE - all w…ile (#14)"}},
		{20, []string{"チャットのイベントを全部送るタグ一", "チャットのイベントを全部送るタグ二"}, []string{"チャットの…るタグ一", "チャットの…るタグ二"}},
		{4, []string{"abcdef", "abcdeg"}, []string{"abc…", "abc…"}},
	} {
		short := text.Distinct(tt.names, tt.width)
		for i, name := range tt.names {
			if got := short(name); got != tt.want[i] || text.Width(got) > tt.width {
				t.Errorf("%q in %d cells: %q, want %q", name, tt.width, got, tt.want[i])
			}
		}
		if got := short("unknown"); got != text.Cut("unknown", tt.width) {
			t.Errorf("another name: %q", got)
		}
	}
}
