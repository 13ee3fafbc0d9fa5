package style_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"layertap/ui/style"
)

// Every theme has the colours of the default one, and every colour all its values.
func TestThemes(t *testing.T) {
	themes := style.Themes()
	hex := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	want := slices.Sorted(maps.Keys(themes["default"]))
	for name, theme := range themes {
		if got := slices.Sorted(maps.Keys(theme)); !slices.Equal(got, want) {
			t.Errorf("theme %s has the colours %v, want %v", name, got, want)
		}
		for color, tint := range theme {
			if !hex.MatchString(tint.Light) || !hex.MatchString(tint.Dark) || tint.ANSI > 15 {
				t.Errorf("theme %s: %s is %+v", name, color, tint)
			}
		}
	}
	if _, err := style.ThemeNamed("neon"); err == nil || !strings.Contains(err.Error(), "contrast, default, ocean") {
		t.Errorf("a theme that does not exist: %v", err)
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
