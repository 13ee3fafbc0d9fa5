package visible_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"layertap/visible"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"widget_opened", "widget_opened"},
		{"Grüße 日本 👩‍🚀 ✔️", "Grüße 日本 👩‍🚀 ✔️"},
		{"\x1b[2J\x1b]52;c;aGk=\a", "␛[2J␛]52;c;aGk=␇"},
		{"a\nb\rc\td\x00\x7f", "a␊b␍c␉d␀␡"},
		{"\u009b31m\u0085", "‹U+009B›31m‹U+0085›"},
		{"a\u202eb\u2066c\u200f", "a‹U+202E›b‹U+2066›c‹U+200F›"},
		{"a\u200bb\ufeffc\u00ad\U000e0041", "a‹U+200B›b‹U+FEFF›c‹U+00AD›‹U+E0041›"},
		{"a\u2028b", "a‹U+2028›b"},
		{"a\ue000b\U000fffffc\ufdd0", "a‹U+E000›b‹U+FFFFF›c‹U+FDD0›"},
		{"a\xffb\xc3", "a\ufffdb\ufffd"},
		{"a\u115fb\u1160c\u3164d\uffa0e", "a‹U+115F›b‹U+1160›c‹U+3164›d‹U+FFA0›e"},                    // Hangul fillers
		{"a\u034fb\u17b4c\u180bd\u2800e\U000e0100", "a‹U+034F›b‹U+17B4›c‹U+180B›d‹U+2800›e‹U+E0100›"}, // of other scripts
		{"a\u200db\ufe0f", "a‹U+200D›b‹U+FE0F›"},                                                      // a joiner of letters
		{"1\ufe0f\u20e3 👨🏽‍🚀 ❤️‍🔥 ක්\u200dෂ", "1\ufe0f\u20e3 👨🏽‍🚀 ❤️‍🔥 ක්\u200dෂ"},                    // and where it is needed
	} {
		if got := visible.Text(tt.in); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x1b[2Jb\u202e")
	f.Add("\xff\u200d")
	f.Fuzz(func(t *testing.T, s string) {
		out := visible.Text(s)
		if !utf8.ValidString(out) {
			t.Errorf("Text(%q) = %q is not UTF-8", s, out)
		}
		for _, r := range out {
			if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Other_Default_Ignorable_Code_Point) {
				t.Errorf("Text(%q) = %q has %U", s, out, r)
			}
		}
		if again := visible.Text(out); again != out {
			t.Errorf("Text(%q) = %q and then %q", s, out, again)
		}
	})
}
