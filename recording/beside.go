package recording

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// mostBeside is how many names are tried for a file beside another.
const mostBeside = 1000

// CreateBeside makes a file beside one that is gone, whose name may be taken:
// a-2.session.jsonl for a.session.jsonl.
func CreateBeside(gone string) (*Writer, error) {
	name, ending := gone, ""
	for _, known := range []string{".session.jsonl", ".jsonl"} {
		if rest, ok := strings.CutSuffix(gone, known); ok {
			name, ending = rest, known
			break
		}
	}
	err := errors.New("every name for another file is taken")
	for n := 2; n < mostBeside; n++ {
		var w *Writer
		path := fmt.Sprintf("%s-%d%s", name, n, ending)
		if w, err = Create(path); err == nil {
			return w, nil
		}
		if _, there := os.Lstat(path); there != nil {
			break // another name would do no better
		}
	}
	return nil, err
}
