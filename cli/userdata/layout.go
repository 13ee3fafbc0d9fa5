package userdata

import (
	"path/filepath"

	"go.yaml.in/yaml/v4"
)

// ReadLayout returns the user's last screen layout from the file that [KeepLayout]
// writes in the state directory dir. It returns the zero value if the file doesn't
// exist or can't be read.
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

// KeepLayout stores the user's screen layout. If it can't be written, it is lost at the
// end of the program.
func KeepLayout[L any](dir string, layout L) {
	if dir == "" {
		return
	}
	if text, err := yaml.Dump(layout); err == nil {
		_ = write(layoutFile(dir), text)
	}
}

func layoutFile(dir string) string { return filepath.Join(dir, "layout.yaml") }
