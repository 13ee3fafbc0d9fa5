package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"layertap/cli/userdata"
	"layertap/crash"
)

// keepCrash writes down what is known of a panic and returns a sentence that says
// where.
func keepCrash(c *crash.Error) string {
	text := fmt.Sprintf("%s with %s on %s/%s\n%v\n\n%s", tool(), runtime.Version(), runtime.GOOS, runtime.GOARCH, c, c.Stack)
	name := fmt.Sprintf("crash-%s-%d.txt", time.Now().Format("20060102-150405"), os.Getpid())
	dir := cmp.Or(userdata.StateDir(), filepath.Join(os.TempDir(), "layertap"))
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = writeNew(filepath.Join(dir, name), []byte(text))
	}
	if err != nil {
		return fmt.Sprintf("the crash details could not be saved: %v", err)
	}
	return "the crash details are in " + filepath.Join(dir, name)
}
