package style_test

import (
	"image/color"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"layertap/ui/style"
)

// Every theme has the same colors as the default one, and every color all its values.
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
		`unknown color "acent": must be one of accent, bad, `:  {"acent": {Light: "#000000"}},
		`accent: "blue" isn't a color; write one as "#6639ba"`: {"accent": {Light: "#6639ba", Dark: "blue"}},
		`accent: invalid ansi color 16: must be 0 to 15`:       {"accent": {ANSI: 16}},
	} {
		if err := theme.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", theme, err, want)
		}
	}
}

func TestDraw(t *testing.T) {
	drawn := func(profile colorprofile.Profile, dark bool, ground style.Ground, role style.Role) string {
		var b strings.Builder
		style.New(style.Themes()["default"], dark, profile).Draw(&b, ground, role, "x")
		return b.String()
	}
	draw := func(profile colorprofile.Profile, dark bool, ground style.Ground) string {
		return drawn(profile, dark, ground, style.Bad)
	}
	for _, tt := range []struct {
		name, got, want string
	}{
		{"dark", draw(colorprofile.TrueColor, true, style.Base), "\x1b[1;38;2;255;123;114mx\x1b[m"},
		{"light", draw(colorprofile.TrueColor, false, style.Base), "\x1b[1;38;2;199;33;44mx\x1b[m"},
		{"256 colours, the nearest", draw(colorprofile.ANSI256, true, style.Base), "\x1b[1;38;5;209mx\x1b[m"},
		{"256 colours, one named", draw(colorprofile.ANSI256, true, style.Cursor), "\x1b[1;38;5;209;48;5;237mx\x1b[m"},
		{"16 colours", draw(colorprofile.ANSI, true, style.Base), "\x1b[1;31mx\x1b[m"},
		{"16 colours, cursor", draw(colorprofile.ANSI, true, style.Cursor), "\x1b[1;7mx\x1b[m"},
		{"no colours", draw(colorprofile.ASCII, true, style.Base), "\x1b[1mx\x1b[m"},
		{"no colours, faint", drawn(colorprofile.ASCII, true, style.Base, style.Faint), "\x1b[2mx\x1b[m"},
		{"no colours, cursor", draw(colorprofile.ASCII, true, style.Cursor), "\x1b[1;7mx\x1b[m"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

// Every color is readable on every background that it is used on, also with the nearest of
// 256 colors: WCAG 2.1 requires a contrast of 4.5. The contrast theme has 7 on the
// terminal's own background.
func TestContrast(t *testing.T) {
	grounds, onlyBelow := []string{"cursor", "shade", "bar"}, []string{"name", "string", "number", "literal"}
	for name, theme := range style.Themes() {
		for _, at := range []struct {
			dark    bool
			own     color.Color
			profile colorprofile.Profile
			least   float64
		}{
			{true, color.Black, colorprofile.TrueColor, 7}, {false, color.White, colorprofile.TrueColor, 7},
			{true, color.Black, colorprofile.ANSI256, 4.5}, {false, color.White, colorprofile.ANSI256, 4.5},
		} {
			if name != "contrast" {
				at.least = 4.5
			}
			for text, tint := range theme {
				if slices.Contains(grounds, text) {
					continue
				}
				shade := shown(tint, at.dark, at.profile)
				if got := contrast(shade, at.own); got < at.least {
					t.Errorf("theme %s, dark %v, %s: %s on the terminal's own ground has a contrast of %.2f, want %.1f", name, at.dark, at.profile, text, got, at.least)
				}
				for _, ground := range grounds {
					if ground == "bar" && slices.Contains(onlyBelow, text) {
						continue
					}
					if got := contrast(shade, shown(theme[ground], at.dark, at.profile)); got < 4.5 {
						t.Errorf("theme %s, dark %v, %s: %s on %s has a contrast of %.2f, want 4.5", name, at.dark, at.profile, text, ground, got)
					}
				}
			}
		}
	}
}

// shown is the color of a tint on a terminal.
func shown(tint style.Tint, dark bool, profile colorprofile.Profile) color.Color {
	full, near := tint.Light, tint.Light256
	if dark {
		full, near = tint.Dark, tint.Dark256
	}
	if profile == colorprofile.ANSI256 && near > 0 {
		return ansi.IndexedColor(near)
	}
	return profile.Convert(lipgloss.Color(full))
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		x := float64(v) / 0xffff
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
