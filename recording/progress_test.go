package recording_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"layertap/recording"
)

// noise returns lines of pages with n bytes each that can't be packed.
func noise(lines, n int) string {
	random, text := rand.NewChaCha8([32]byte{}), strings.Builder{}
	text.WriteString(`{"type":"session","format":1,"id":"a","started":"2026-11-23T09:00:00.000Z"}` + "\n")
	for seq := range lines {
		text.WriteString(`{"type":"page","seq":` + strconv.Itoa(seq+1) + `,"page":"p1","url":"`)
		for range n / 16 {
			text.WriteString(strconv.FormatUint(random.Uint64()|1<<63, 16))
		}
		text.WriteString("\"}\n")
	}
	return text.String()
}

// A reader says how much of a file it has read: of a packed one by the packed bytes.
func TestPercent(t *testing.T) {
	for packing, pack := range packings {
		path := filepath.Join(t.TempDir(), "a.session.jsonl")
		if err := os.WriteFile(path, pack(t, noise(2000, 512)), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := recording.Open(path, false)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for n, want := range [][2]int{{20, 40}, {45, 65}, {70, 95}} {
			batch, err := r.Next(t.Context())
			if a := batch.Attachment; err != nil || a == nil || a.Percent < want[0] || a.Percent > want[1] {
				t.Errorf("%s, batch %d: attachment %+v, want %d to %d percent; error %v", packing, n, a, want[0], want[1], err)
			}
		}
		if batch, err := r.Next(t.Context()); !errors.Is(err, io.EOF) || batch.Attachment == nil || batch.Attachment.Percent != 0 {
			t.Errorf("%s: at the end %+v, error %v", packing, batch.Attachment, err)
		}
	}
}

// What a file has is looked at before it is read, which ends with its context.
func TestOpeningEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, noise(100, 64)); errors.Join(err, w.Close(), os.WriteFile(path, packed.Bytes(), 0o600)) != nil {
		t.Fatal(err)
	}
	if _, err := recording.OpenWhole(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the context ended", err)
	}
}
