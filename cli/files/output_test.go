package files_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/cli/files"
)

// A file is replaced only with --force, and one that was read never.
func TestOutput(t *testing.T) {
	for name, tt := range map[string]struct {
		there string // in the file
		read  bool
		force bool
		wrong string
	}{
		"new":              {},
		"empty":            {there: "empty"},
		"exists":           {there: "old", wrong: "--force"},
		"exists, forced":   {there: "old", force: true},
		"was read, forced": {there: "old", read: true, force: true, wrong: "it is the input file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out")
			if tt.there != "" {
				if err := os.WriteFile(path, []byte(strings.TrimPrefix(tt.there, "empty")), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var read []string
			if tt.read {
				read = []string{path}
			}
			out := files.Output{Path: path, Force: tt.force}
			err := out.Write(nil, read, func(w io.Writer) error {
				_, err := io.WriteString(w, "new")
				return err
			})
			want := "new"
			if tt.wrong != "" {
				want = tt.there
				if err == nil || !strings.Contains(err.Error(), tt.wrong) {
					t.Errorf("error %v, not one with %q", err, tt.wrong)
				}
			} else if err != nil {
				t.Error(err)
			}
			if got, _ := os.ReadFile(path); string(got) != want {
				t.Errorf("the file contains %q, not %q", got, want)
			}
		})
	}
}
