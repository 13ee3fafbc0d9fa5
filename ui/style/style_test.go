package style_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"layertap/ui/style"
)

// Every theme has the colours of the default one, and every colour all its values.
func TestThemes(t *testing.T) {
	themes := style.Themes()
	want := slices.Sorted(maps.Keys(themes["default"]))
	for name, theme := range themes {
		if got := slices.Sorted(maps.Keys(theme)); !slices.Equal(got, want) {
			t.Errorf("theme %s has the colours %v, want %v", name, got, want)
		}
		if err := theme.Check(); err != nil {
			t.Errorf("theme %s: %v", name, err)
		}
		for color, tint := range theme {
			if tint.Light == "" || tint.Dark == "" {
				t.Errorf("theme %s: %s is %+v", name, color, tint)
			}
		}
	}
	for want, theme := range map[string]style.Theme{
		`there is no colour "acent"; there are accent, bad, `:      {"acent": {Light: "#000000"}},
		`accent: "blue" is no colour; one is written as "#6639ba"`: {"accent": {Light: "#6639ba", Dark: "blue"}},
		`accent: there is no ansi colour 16; they are 0 to 15`:     {"accent": {ANSI: 16}},
	} {
		if err := theme.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", theme, err, want)
		}
	}
}

func TestDraw(t *testing.T) {
	draw := func(profile colorprofile.Profile, dark bool, ground style.Ground) string {
		var b strings.Builder
		style.New(style.Themes()["default"], dark, profile).Draw(&b, ground, style.Bad, "x")
		return b.String()
	}
	for _, tt := range []struct {
		name, got, want string
	}{
		{"dark", draw(colorprofile.TrueColor, true, style.Base), "\x1b[1;38;2;255;123;114mx\x1b[m"},
		{"light", draw(colorprofile.TrueColor, false, style.Base), "\x1b[1;38;2;207;34;46mx\x1b[m"},
		{"256 colours, the nearest", draw(colorprofile.ANSI256, true, style.Base), "\x1b[1;38;5;209mx\x1b[m"},
		{"256 colours, one named", draw(colorprofile.ANSI256, true, style.Cursor), "\x1b[1;38;5;209;48;5;237mx\x1b[m"},
		{"16 colours", draw(colorprofile.ANSI, true, style.Base), "\x1b[1;31mx\x1b[m"},
		{"16 colours, cursor", draw(colorprofile.ANSI, true, style.Cursor), "\x1b[1;7mx\x1b[m"},
		{"no colours", draw(colorprofile.ASCII, true, style.Base), "\x1b[1mx\x1b[m"},
		{"no colours, cursor", draw(colorprofile.ASCII, true, style.Cursor), "\x1b[1;7mx\x1b[m"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}
