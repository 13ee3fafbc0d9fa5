package recording_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/recording"
)

func TestRemarks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	r := recording.RemarksOn(path, datalayer.Header{ID: "01K"})
	if got, err := r.Read(); err != nil || got != nil {
		t.Errorf("before there are any: %v, %v", got, err)
	}
	want := []datalayer.Entry{
		&datalayer.Mark{On: 4, Mark: "★"}, &datalayer.Note{On: 4, Text: "ask\n\"Ann\""}, &datalayer.Mark{On: 4}, &datalayer.Note{On: 9},
	}
	for i, e := range want {
		if i == 2 { // as if the last write was incomplete
			file, _ := os.OpenFile(path+".remarks", os.O_APPEND|os.O_WRONLY, 0)
			_, _ = file.WriteString(`{"type":"mark","on":`)
			file.Close()
		}
		if err := r.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if info, err := os.Stat(path + ".remarks"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
}

// A file that doesn't belong to the recording is neither read nor written.
func TestRemarksOfAnother(t *testing.T) {
	for content, want := range map[string]string{
		`{"type":"remarks","format":1,"session":"02K"}` + "\n": "on another recording",
		`{"type":"remarks","format":2,"session":"01K"}` + "\n": "format 2",
		"my own notes\n": "doesn't contain marks and notes",
	} {
		path := filepath.Join(t.TempDir(), "a.session.jsonl")
		if err := os.WriteFile(path+".remarks", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		r := recording.RemarksOn(path, datalayer.Header{ID: "01K"})
		if _, err := r.Read(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", content, err)
		}
		if err := r.Add(&datalayer.Mark{On: 1, Mark: "★"}); err == nil {
			t.Errorf("%q was added to", content)
		}
		if after, _ := os.ReadFile(path + ".remarks"); string(after) != content {
			t.Errorf("it has become %q", after)
		}
	}
}
