package userdata

import (
	"os"
	"path/filepath"
)

// FirstStart reports whether the screen was never shown to this user before, and remembers
// that it was now. dir is where the program keeps its state; where nothing can be kept, and
// for a user with a history, it is not the first start.
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
