package userdata

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHistory(t *testing.T) {
	h := HistoryIn(filepath.Join(t.TempDir(), "state"))
	if got := h.Read(); len(got) != 0 {
		t.Errorf("before anything was typed there is %q", got)
	}
	for _, line := range [][2]string{{"filter", "error"}, {"find", "wa.me"}, {"filter", "event:x"}, {"filter", "error"}, {"filter", "two\tparts"}} {
		h.Add(line[0], line[1])
	}
	want := map[string][]string{"filter": {"error", "event:x"}, "find": {"wa.me"}}
	if diff := cmp.Diff(want, h.Read()); diff != "" {
		t.Errorf("kept (-) and read (+):\n%s", diff)
	}
	if info, err := os.Stat(h.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
}

// A long history is trimmed to what is offered, and foreign content in it does no harm.
func TestLongHistory(t *testing.T) {
	h := History{filepath.Join(t.TempDir(), "history")}
	var long strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&long, "filter\tevent:number_%d\n", i)
	}
	long.WriteString("no tab\n\xff\xfe\t\n")
	if err := os.WriteFile(h.path, []byte(long.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	first := h.Read()
	if got := first["filter"]; len(got) != offered || got[0] != "event:number_19999" {
		t.Errorf("%d are read, from %q on", len(got), got[0])
	}
	if info, err := os.Stat(h.path); err != nil || info.Size() > 4_000 {
		t.Errorf("it is as long as before: %v, %v", info.Size(), err)
	}
	if diff := cmp.Diff(first, h.Read()); diff != "" {
		t.Errorf("after it was cut down it is another:\n%s", diff)
	}
}

// A user without a home directory has no history, and gets no errors.
func TestNoHistory(t *testing.T) {
	h := HistoryIn("")
	h.Add("filter", "error")
	if got := h.Read(); got != nil {
		t.Errorf("there is %q", got)
	}
}
