package style

import (
	_ "embed"
	"fmt"
	"image/color"
	"maps"
	"regexp"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"go.yaml.in/yaml/v4"
)

//go:embed themes.yaml
var builtIn []byte

// Theme is a set of colors by their names in themes.yaml.
type Theme map[string]Tint

// Tint is a color for each kind of terminal: hexadecimal for light and dark backgrounds,
// and one of the sixteen that every terminal has. If the nearest of 256 isn't readable,
// Light256 and Dark256 replace it; 0 is none.
type Tint struct {
	Light    string
	Dark     string
	Light256 uint8 `yaml:"light256,omitempty"`
	Dark256  uint8 `yaml:"dark256,omitempty"`
	ANSI     uint8
}

// hexadecimal is the notation of colors.
var hexadecimal = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// Check returns an error if a user's theme is invalid. Colors may be left out.
func (t Theme) Check() error {
	colors := slices.Sorted(maps.Keys(Themes()["default"]))
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(colors, name) {
			return fmt.Errorf("unknown color %q: must be one of %s", name, strings.Join(colors, ", "))
		}
		tint := t[name]
		for _, shade := range []string{tint.Light, tint.Dark} {
			if shade != "" && !hexadecimal.MatchString(shade) {
				return fmt.Errorf("%s: %q isn't a color; write one as \"#6639ba\"", name, shade)
			}
		}
		if tint.ANSI > 15 {
			return fmt.Errorf("%s: invalid ansi color %d: must be 0 to 15", name, tint.ANSI)
		}
	}
	return nil
}

// Themes returns the built-in themes by name.
func Themes() map[string]Theme {
	themes := map[string]Theme{}
	if err := yaml.Unmarshal(builtIn, &themes); err != nil {
		panic("ui/style/themes.yaml: " + err.Error()) // our own file
	}
	return themes
}

// palette resolves the colors of a theme for one terminal.
type palette struct {
	theme   Theme
	dark    bool
	profile colorprofile.Profile
}

// color returns nil if the terminal shows no colors: the text then has the terminal's own
// color, and the symbols have the same meaning.
func (p palette) color(name string) color.Color {
	tint, ok := p.theme[name]
	switch {
	case !ok || p.profile == colorprofile.ASCII || p.profile == colorprofile.NoTTY:
		return nil
	case p.profile == colorprofile.ANSI:
		if p.dark && ansi.BasicColor(tint.ANSI) == ansi.Blue {
			return ansi.BrightBlue // the plain one is hardly visible on black
		}
		return ansi.BasicColor(tint.ANSI)
	}
	full, near := tint.Light, tint.Light256
	if p.dark {
		full, near = tint.Dark, tint.Dark256
	}
	switch {
	case p.profile == colorprofile.ANSI256 && near > 0:
		return ansi.IndexedColor(near)
	default:
		return p.profile.Convert(lipgloss.Color(full))
	}
}
