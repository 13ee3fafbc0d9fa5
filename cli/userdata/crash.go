package userdata

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"layertap/crash"
)

// KeepCrash writes a report of a panic in a program, such as "layertap 0.1.0", and
// returns a sentence with its location.
func KeepCrash(tool string, c *crash.Error) string {
	text := fmt.Sprintf("%s with %s on %s/%s\n%v\n\n%s", tool, runtime.Version(), runtime.GOOS, runtime.GOARCH, c, c.Stack)
	name := fmt.Sprintf("crash-%s-%d.txt", time.Now().Format("20060102-150405"), os.Getpid())
	dir := cmp.Or(StateDir(), filepath.Join(os.TempDir(), "layertap"))
	if err := keep(dir, name, text); err != nil {
		return fmt.Sprintf("the crash details could not be saved: %v", err)
	}
	return "the crash details are in " + filepath.Join(dir, name)
}

// keep writes a file that must not exist.
func keep(dir, name, text string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
