package userdata

import (
	"path/filepath"

	"go.yaml.in/yaml/v4"
)

// ReadLayout returns how the user arranged the screen the last time, from the file that
// [KeepLayout] writes; dir is where the program keeps its state. A file that isn't there or
// can't be read says nothing.
func ReadLayout[L any](dir string) L {
	var layout, none L
	if dir == "" {
		return none
	}
	text, err := read(layoutFile(dir))
	if err != nil || yaml.Load(text, &layout) != nil {
		return none
	}
	return layout
}

// KeepLayout keeps how the user arranged the screen. Where that can't be done the user has
// it until the end of the program.
func KeepLayout[L any](dir string, layout L) {
	if dir == "" {
		return
	}
	if text, err := yaml.Dump(layout); err == nil {
		_ = write(layoutFile(dir), text)
	}
}

func layoutFile(dir string) string { return filepath.Join(dir, "layout.yaml") }
