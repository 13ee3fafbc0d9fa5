package files_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/cli/files"
)

// No file is overwritten.
func TestWriteNew(t *testing.T) {
	dir := t.TempDir()
	for i, want := range []string{"ticket-20.md", "ticket-20-2.md", "ticket-20-3.md"} {
		text := strings.Repeat("x", i)
		file, err := files.WriteNew(dir, "ticket-20", ".md", []byte(text))
		if err != nil || filepath.Base(file) != want {
			t.Fatalf("written to %s, %v; not to %s", file, err, want)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != text {
			t.Errorf("%s has %q, %v", file, got, err)
		}
	}
	if _, err := files.WriteNew(filepath.Join(dir, "nowhere"), "a", ".md", nil); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("into a directory that isn't there: %v", err)
	}
}
