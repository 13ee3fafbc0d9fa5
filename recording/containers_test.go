package recording_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"layertap/recording"
)

// A batch is complete if no container comes after it, however far that is.
func TestComplete(t *testing.T) {
	const head = `{"type":"session","format":1,"id":"a","started":"2026-11-23T09:00:00.000Z"}` + "\n"
	page := `{"type":"page","seq":0,"page":"p1","url":"https://shop.example/` + strings.Repeat("x", 3000) + `"}` + "\n"
	layer := `{"type":"layer","seq":0,"page":"p1","layer":"dataLayer","what":"taken","container":"GTM-1"}` + "\n"
	container := `{"type":"container","seq":0,"id":"GTM-1","source":"page"}` + "\n"
	spaced := `{"seq":0, "type" : "container","id":"GTM-1","source":"page"}` + "\n"
	for name, tt := range map[string]struct {
		file    string
		batches string // c for a complete one
	}{
		"none":             {strings.Repeat(page, 1100) + layer, "ccc"},
		"in the beginning": {container + strings.Repeat(page, 1100), "ccc"},
		"in the middle":    {strings.Repeat(page, 600) + container + strings.Repeat(page, 600), ".cc"},
		"in the end":       {strings.Repeat(page, 1100) + container, "..c"},
		"with white space": {strings.Repeat(page, 1100) + spaced, "..c"},
	} {
		path := filepath.Join(t.TempDir(), "a.session.jsonl")
		if err := os.WriteFile(path, []byte(head+withSeqs(tt.file)), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := recording.Open(path, false)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for err == nil {
			batch, next := r.Next(t.Context())
			if err = next; batch.Complete {
				got += "c"
			} else {
				got += "."
			}
		}
		if got != tt.batches || !errors.Is(err, io.EOF) {
			t.Errorf("%s: batches %s, want %s; error %v", name, got, tt.batches, err)
		}
		_ = r.Close()
	}
}

// withSeqs gives lines their sequence numbers.
func withSeqs(lines string) string {
	var out strings.Builder
	for i, line := range strings.SplitAfter(lines, "\n") {
		out.WriteString(strings.Replace(line, `"seq":0`, `"seq":`+strconv.Itoa(i+1), 1))
	}
	return out.String()
}
