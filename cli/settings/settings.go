// Package settings reads and prints the user's settings file.
package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"layertap/cli/userdata"
	"layertap/cli/visit"
	"layertap/filter"
	"layertap/hits"
	"layertap/ui"
	"layertap/ui/style"
)

// Settings are the user's settings: config.yaml in layertap's directory as defined by
// the XDG base directory specification.
type Settings struct {
	Theme      string                  `yaml:"theme"`
	Background string                  `yaml:"background"` // auto, light or dark
	Mouse      bool                    `yaml:"mouse"`
	Plain      bool                    `yaml:"plain"` // lines of text, not the screen
	Keys       map[string][]string     `yaml:"keys"`
	Themes     map[string]style.Theme  `yaml:"themes"`    // the user's
	Filters    filter.Presets          `yaml:"filters"`   // by name
	Endpoints  map[string]string       `yaml:"endpoints"` // vendors of URLs, by HOST/PATH
	Presets    map[string]visit.Preset `yaml:"presets"`   // setups of visits, by name
}

var backgrounds = map[string]ui.Background{"auto": ui.AskTerminal, "light": ui.Light, "dark": ui.Dark}

// Load returns the built-in settings, overridden by the user's.
func Load(readFile func(string) ([]byte, error)) (Settings, error) {
	c := Settings{Theme: "default", Background: "auto", Mouse: true}
	path := userdata.SettingsFile()
	text, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err == nil:
		err = c.read(text)
	}
	if err != nil {
		return c, fmt.Errorf("reading the settings in %s: %w", path, err)
	}
	return c, nil
}

func (c *Settings) read(text []byte) error {
	if len(strings.TrimSpace(string(text))) == 0 {
		return nil
	}
	if err := yaml.Load(text, c, yaml.WithKnownFields()); err != nil {
		return err
	}
	if _, ok := backgrounds[c.Background]; !ok {
		return fmt.Errorf("background %q: must be one of auto, light, dark", c.Background)
	}
	if _, ok := c.themes()[c.Theme]; !ok {
		return fmt.Errorf("unknown theme %q: must be one of %s", c.Theme,
			strings.Join(slices.Sorted(maps.Keys(c.themes())), ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Themes)) {
		if err := c.Themes[name].Check(); err != nil {
			return fmt.Errorf("theme %q: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Presets)) {
		if err := c.Presets[name].Check(); err != nil {
			return fmt.Errorf("preset %q: %w", name, err)
		}
	}
	_, err := hits.Endpoints(c.Endpoints)
	return errors.Join(c.Filters.Check(), err, ui.CheckKeys(c.Keys))
}

// themes returns the built-in themes and the user's.
func (c *Settings) themes() map[string]style.Theme {
	themes := style.Themes()
	maps.Copy(themes, c.Themes)
	return themes
}

// Apply sets the screen's options from the settings.
func (c *Settings) Apply(o *ui.Options) {
	o.Theme, o.Themes, o.Background = c.Theme, c.Themes, backgrounds[c.Background]
	o.Keys, o.NoMouse, o.Filters = c.Keys, !c.Mouse, c.Filters
}

// Print writes the settings with all keys that can be changed.
func (c *Settings) Print(w io.Writer) error {
	var b strings.Builder
	if path := userdata.SettingsFile(); path != "" {
		fmt.Fprintf(&b, "# Copy the settings that you want to change into %s\n", path)
	} else {
		fmt.Fprintln(&b, "# There is no settings directory: set HOME or XDG_CONFIG_HOME.")
	}
	fmt.Fprintf(&b, "theme: %s  # one of %s\n", c.Theme, strings.Join(slices.Sorted(maps.Keys(c.themes())), ", "))
	fmt.Fprintf(&b, "background: %s  # auto, light or dark\n", c.Background)
	fmt.Fprintf(&b, "mouse: %v\n", c.Mouse)
	fmt.Fprintf(&b, "plain: %v  # print lines of text instead of drawing the screen\n", c.Plain)
	fmt.Fprintln(&b, "filters:  # by name; use one in another filter as @name")
	named := filter.Builtin().With(c.Filters)
	for _, name := range slices.Sorted(maps.Keys(named)) {
		fmt.Fprintf(&b, "  %s: %s\n", name, strconv.Quote(named[name]))
	}
	endpoints, err := yaml.Dump(c.Endpoints, yaml.WithFlowSimpleCollections(true))
	if err != nil {
		return fmt.Errorf("writing the settings: %w", err)
	}
	fmt.Fprintf(&b, "endpoints: %s  # HOST/PATH: VENDOR, where a vendor's hits go\n", strings.TrimSpace(string(endpoints)))
	if err := c.printPresets(&b); err != nil {
		return fmt.Errorf("writing the settings: %w", err)
	}
	fmt.Fprintln(&b, "keys:")
	for _, command := range ui.Commands(c.Keys) {
		keys, err := yaml.Dump(command.Keys, yaml.WithFlowSimpleCollections(true))
		if err != nil {
			return fmt.Errorf("writing the settings: %w", err)
		}
		fmt.Fprintf(&b, "  %s: %s  # %s: %s\n", command.Name, strings.TrimSpace(string(keys)), command.Where, command.Help)
	}
	if err := c.printThemes(&b); err != nil {
		return fmt.Errorf("writing the settings: %w", err)
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// printPresets writes the user's presets, or an example if there are none.
func (c *Settings) printPresets(b *strings.Builder) error {
	presets, indent := c.Presets, ""
	if len(presets) == 0 {
		presets, indent = map[string]visit.Preset{"de-mobile": {"mobile": {"Pixel 7"}, "lang": {"de-DE"}, "timezone": {"Europe/Berlin"}}}, "# "
	}
	text, err := yaml.Dump(presets)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "%spresets:  # for --preset: how to set up a visit, by the names of the flags\n", indent)
	for line := range strings.Lines(string(text)) {
		fmt.Fprintf(b, "%s  %s", indent, line)
	}
	return nil
}

// printThemes writes the user's color themes, or an example if there are none.
func (c *Settings) printThemes(b *strings.Builder) error {
	themes, indent := c.Themes, ""
	if len(themes) == 0 {
		themes, indent = map[string]style.Theme{"mine": style.Themes()["default"]}, "# "
	}
	fmt.Fprintf(b, "%sthemes:  # your own; colors left out are the terminal's\n", indent)
	for _, name := range slices.Sorted(maps.Keys(themes)) {
		fmt.Fprintf(b, "%s  %s:\n", indent, name)
		for _, color := range slices.Sorted(maps.Keys(themes[name])) {
			tint, err := yaml.Dump(themes[name][color], yaml.WithFlowSimpleCollections(true))
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%s    %s: %s\n", indent, color, strings.TrimSpace(string(tint)))
		}
	}
	return nil
}
