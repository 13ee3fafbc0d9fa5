package userdata

import (
	"os"
	"path/filepath"
)

// SettingsFile returns the path of the user's settings; the file need not exist. The
// path is empty for a user without a home directory, who has no settings.
func SettingsFile() string { return inSettings("config.yaml") }

// AcceptedFile returns the path of the user's accepted findings, next to the settings.
func AcceptedFile() string { return inSettings("accepted.yaml") }

func inSettings(name string) string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "layertap", name)
}

// StateDir returns the directory that the XDG base directory specification defines for
// a program's state. It is empty for a user without a home directory.
func StateDir() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // invalid according to the specification
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "layertap")
}
