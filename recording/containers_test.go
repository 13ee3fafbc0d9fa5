package recording_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

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
		"none":             {strings.Repeat(page, 1100) + layer, `ccc`},
		"in the beginning": {container + strings.Repeat(page, 1100), `ccc`},
		"in the middle":    {strings.Repeat(page, 600) + container + strings.Repeat(page, 600), ".cc"},
		"in the end":       {strings.Repeat(page, 1100) + container, "..c"},
		"with white space": {strings.Repeat(page, 1100) + spaced, "..c"},
	} {
		for packing, pack := range packings {
			if got, err := batches(t, pack(t, head+withSeqs(tt.file))); got != tt.batches || !errors.Is(err, io.EOF) {
				t.Errorf("%s, %s: batches %s, want %s; error %v", name, packing, got, tt.batches, err)
			}
		}
	}
}

// packings are the ways in which a recording is packed.
var packings = map[string]func(t *testing.T, text string) []byte{
	"plain": func(_ *testing.T, text string) []byte { return []byte(text) },
	"gzip": func(t *testing.T, text string) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := io.WriteString(w, text); errors.Join(err, w.Close()) != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	},
	"Zstandard": func(t *testing.T, text string) []byte {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return w.EncodeAll([]byte(text), nil)
	},
}

// batches returns which of the batches of a file are complete: c for a complete one.
func batches(t *testing.T, file []byte) (got string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := recording.OpenWhole(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for err == nil {
		batch, next := r.Next(t.Context())
		if err = next; batch.Complete {
			got += "c"
		} else {
			got += "."
		}
	}
	return got, err
}

// Standard input is read to the line that ends the session, after which the pipe may stay
// open. A line that isn't valid doesn't end it.
func TestWhole(t *testing.T) {
	const head = `{"type":"session","format":1,"id":"a","started":"2026-11-23T09:00:00.000Z"}` + "\n"
	const page = `{"type":"page","seq":0,"page":"p1","url":"https://shop.example/"}` + "\n"
	const container = `{"type":"container","seq":0,"id":"GTM-1","source":"page"}` + "\n"
	const end = `{"type":"end","seq":0,"pushes":0,"hits":0}` + "\n"
	const notEnd = `{"type":"end","seq":false}` + "\n"
	for name, tt := range map[string]struct {
		lines    string
		complete string // c for each entry in a complete batch, as a pattern
	}{
		"no container":      {page + page + end, `ccc`},
		"a container":       {page + container + end, `ccc`},
		"an invalid end":    {page + notEnd + page + container + end + page, `cccc`},
		"more than a piece": {strings.Repeat(page, 2000) + container + end, `\.{900}\.+c{2,600}`},
	} {
		out, in, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		stdin := os.Stdin
		os.Stdin = out
		go func() { _, _ = io.WriteString(in, head+withSeqs(tt.lines)) }()
		r, err := recording.OpenWhole(t.Context(), "-")
		os.Stdin = stdin
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for err == nil {
			batch, next := r.Next(t.Context())
			mark := "."
			if err = next; batch.Complete {
				mark = "c"
			}
			got += strings.Repeat(mark, len(batch.Entries))
		}
		if !regexp.MustCompile("^"+tt.complete+"$").MatchString(got) || !errors.Is(err, io.EOF) {
			t.Errorf("%s: %q, want %q, error %v", name, got, tt.complete, err)
		}
		_, _ = out.Close(), in.Close()
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
