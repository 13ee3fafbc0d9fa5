package userdata

import (
	"os"
	"path/filepath"
)

// SettingsFile is where the user's settings are; the file need not exist. It is empty
// for a user without a home, who has no settings.
func SettingsFile() string { return inSettings("config.yaml") }

// AcceptedFile is the file of the findings that the user accepts, beside the settings.
func AcceptedFile() string { return inSettings("accepted.yaml") }

func inSettings(name string) string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "layertap", name)
}

// StateDir is where the XDG base directory specification wants what is neither the
// user's nor a setting. It is empty for a user without a home.
func StateDir() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // which the specification has passed over
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "layertap")
}
