package recording_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/recording"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{
		"b.session.jsonl", "a.session.jsonl", "deep/er/c.session.jsonl.gz", "deep/d.jsonl.zst", "deep/notes.txt", "we[ird.session.jsonl",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ paths, want []string }{
		{[]string{"."}, []string{"a.session.jsonl", "b.session.jsonl", "deep/d.jsonl.zst", "deep/er/c.session.jsonl.gz", "we[ird.session.jsonl"}},
		{[]string{"deep"}, []string{"deep/d.jsonl.zst", "deep/er/c.session.jsonl.gz"}},
		{[]string{"?.session.jsonl"}, []string{"a.session.jsonl", "b.session.jsonl"}},
		{[]string{"**/*.gz"}, []string{"deep/er/c.session.jsonl.gz"}},
		{[]string{"b.session.jsonl", "*.session.jsonl", "./b.session.jsonl"}, []string{"b.session.jsonl", "a.session.jsonl", "we[ird.session.jsonl"}},
		{[]string{"deep/notes.txt", "nowhere.jsonl", "-"}, []string{"deep/notes.txt", "nowhere.jsonl", "-"}},
		{[]string{"we[ird.session.jsonl"}, []string{"we[ird.session.jsonl"}},
	} {
		got, err := recording.Find(tt.paths)
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", tt.paths, err, diff)
		}
	}
}
