package userdata

import (
	"os"
	"path/filepath"
	"testing"
)

type layout struct {
	Split  int
	Hidden struct{ Time, Hits bool }
}

func TestLayoutIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if got := ReadLayout[layout](dir); got != (layout{}) {
		t.Errorf("before anything was kept there is %+v", got)
	}
	want := layout{Split: -3}
	want.Hidden.Hits = true
	KeepLayout(dir, layout{Split: 8})
	KeepLayout(dir, want)
	if got := ReadLayout[layout](dir); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
	if info, err := os.Stat(layoutFile(dir)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
}

func TestLayoutThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "split: far", "{", "hidden: 3\nsplit: 4"} {
		if err := os.WriteFile(layoutFile(dir), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := ReadLayout[layout](dir); got != (layout{}) {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	KeepLayout("", layout{Split: 1}) // a user without a home directory
	if got := ReadLayout[layout](""); got != (layout{}) {
		t.Errorf("without a directory there is %+v", got)
	}
}
