package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/session"
)

// Marks and notes on a recording are stored next to it, and shown when it is opened
// again.
func TestRemarksOnARecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	text := `{"type":"session","format":1,"id":"01K","tool":"t","started":"2026-11-23T09:00:00.000Z","url":"https://shop.example/"}
{"type":"page","seq":1,"t":0,"page":"p1","target":"t1","frame":"main","url":"https://shop.example/","cause":"load"}
{"type":"push","seq":2,"t":60000,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"widget_opend","message":{"event":"widget_opend"}}
{"type":"end","seq":3,"t":70000,"pushes":1,"hits":0,"lost":0}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func() (*session.Session, recorded) {
		r, err := openRecording(t.Context(), path, false)
		if err != nil {
			t.Fatal(err)
		}
		analysis, err := (&analysisFlags{plans: []string{"widget"}}).analysis()
		if err != nil {
			t.Fatal(err)
		}
		s := session.New(r.Header, analysis)
		if err := r.mark(s)(2, "★"); err == nil || !strings.Contains(err.Error(), "still being read") {
			t.Errorf("a recording that is being read was marked: %v", err)
		}
		if err := s.Run(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		return s, r
	}
	first, r := read()
	before := first.Snapshot()
	if err := r.mark(first)(2, "★"); err != nil {
		t.Fatal(err)
	}
	if err := r.note(first)(2, "ask"); err != nil {
		t.Fatal(err)
	}
	again, _ := read()
	for name, s := range map[string]session.Snapshot{"it was made": first.Snapshot(), "it was opened again": again.Snapshot()} {
		last := s.Entry(s.Len() - 1)
		if note, ok := last.(*datalayer.Note); !ok || note.On != 2 || note.Text != "ask" || s.Len() != before.Len()+2 {
			t.Errorf("when %s the last of %d entries is %+v", name, s.Len(), last)
		}
		if s.Counts != before.Counts || len(s.Findings) != len(before.Findings) {
			t.Errorf("when %s the findings are other ones: %+v, not %+v", name, s.Counts, before.Counts)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("the recording was changed: %v", err)
	}
	piped := recorded{}
	if err := piped.note(first)(2, "x"); err == nil || !strings.Contains(err.Error(), "standard input") {
		t.Errorf("%v", err)
	}
}
