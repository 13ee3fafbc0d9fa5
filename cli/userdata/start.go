package userdata

import (
	"os"
	"path/filepath"
)

// FirstStart reports whether the screen is shown to this user for the first time, and
// stores that it was shown. Dir is the program's state directory. FirstStart returns
// false if the state can't be stored, and for a user with a history.
func FirstStart(dir string) bool {
	if dir == "" {
		return false
	}
	if _, err := os.Stat(HistoryIn(dir).path); err == nil {
		return false
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false
	}
	file, err := os.OpenFile(filepath.Join(dir, "started"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false
	}
	return file.Close() == nil
}
