package report_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/report"
)

// pages is a session of messages on page paths: each path, then its messages.
func pages(t *testing.T, site string, messages ...[]string) report.File {
	t.Helper()
	var entries []datalayer.Entry
	for i, on := range messages {
		id := fmt.Sprintf("p%d", i+1)
		at := time.Duration(i) * time.Second
		entries = append(entries, page(at, id, site+on[0], datalayer.CauseLoad))
		for _, text := range on[1:] {
			v, err := datalayer.Decode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			event, _ := v.Get("event")
			entries = append(entries, push(at, id, event.Text, text))
		}
	}
	return file(t, site, site, entries...)
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
		golden(t, filepath.Join("testdata", name), []byte(stable(t, name, write())))
	}
}
