package report_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"layertap/diff"
	"layertap/internal/golden"
	"layertap/report"
	"layertap/session/sessiontest"
)

// pages is a session of messages on page paths: each path, then its messages.
func pages(t *testing.T, site string, messages ...[]string) report.File {
	t.Helper()
	return file(t, site, site, sessiontest.Visit(t, site, messages...)...)
}

func TestDiffGolden(t *testing.T) {
	before := pages(t, "https://a.example",
		[]string{"/", `{"event":"gtm.js"}`, `{"event":"one","long":"` + fmt.Sprint(time.Duration(1<<62)) + `","n":1}`, `{"color":"red"}`},
		[]string{"/cart", `{"event":"two"}`, `{"event":"three"}`, `{"event":"four"}`})
	after := pages(t, "https://b.example",
		[]string{"/", `{"event":"gtm.js"}`, `{"event":"one","long":7,"n":2}`, `{"colour":"red"}`},
		[]string{"/cart", `{"event":"three"}`, `{"event":"four"}`, `{"event":"two"}`, `{"event":"five"}`})
	after.Trouble = "3 lines are missing"
	d := report.Compare("layertap 0.1.0", before, after, diff.Usual())
	for name, write := range map[string]func() string{
		"diff.txt":  func() string { return written(t, d.Text) },
		"diff.json": func() string { return written(t, d.JSON) },
	} {
		golden.Compare(t, filepath.Join("testdata", name), stable(t, name, write()))
	}
}
