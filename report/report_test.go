package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/internal/golden"
	"layertap/report"
	"layertap/report/plain"
	"layertap/report/reporttest"
	"layertap/rules"
	"layertap/session"
)

func judged(t *testing.T) report.Check {
	return report.Check{Tool: "layertap test", FailOn: rules.Error, Files: report.Of(
		report.File{Name: "a.session.jsonl", Session: reporttest.Shop(t), Line: func(seq int) int { return seq + 1 }, TornBytes: 7, Trouble: "7 bytes of an incomplete last line were left out"},
	)}
}

// plainly prints a session in words from beginning to end.
func plainly(w io.Writer, s session.Snapshot) error {
	log := plain.Log{Out: w, Zone: time.UTC}
	return errors.Join(log.Print(s), log.End(s))
}

func TestGolden(t *testing.T) {
	c := judged(t)
	for name, write := range map[string]func(io.Writer) error{
		"check.txt":  verdict(c.Text),
		"check.json": verdict(c.JSON),
		"plain.txt":  func(w io.Writer) error { return plainly(w, reporttest.Shop(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(name) == ".json" {
				var indented bytes.Buffer
				if err := json.Indent(&indented, got.Bytes(), "", "  "); err != nil {
					t.Fatal(err)
				}
				got = indented
			}
			golden.Compare(t, filepath.Join("testdata", name), got.String())
		})
	}
}

func TestFailed(t *testing.T) {
	var c report.Check
	f := report.File{Session: reporttest.Shop(t), Line: func(int) int { return 1 }}
	counts := &f.Session.Counts
	for _, tt := range []struct {
		errors, warnings, infos int
		fails                   map[rules.Severity]bool
	}{
		{0, 0, 0, map[rules.Severity]bool{}},
		{0, 0, 1, map[rules.Severity]bool{rules.Info: true}},
		{0, 1, 0, map[rules.Severity]bool{rules.Info: true, rules.Warning: true}},
		{1, 0, 0, map[rules.Severity]bool{rules.Info: true, rules.Warning: true, rules.Error: true}},
	} {
		counts.Errors, counts.Warnings, counts.Infos = tt.errors, tt.warnings, tt.infos
		for _, c.FailOn = range []rules.Severity{rules.Off, rules.Info, rules.Warning, rules.Error} {
			c.Files = report.Of(report.File{Session: session.Snapshot{}}, f)
			failed, err := c.GitHub(io.Discard)
			if got := c.Fails(f); got != tt.fails[c.FailOn] || failed != got || err != nil {
				t.Errorf("%+v with --fail-on %s: %v, and of two files %v, error %v", tt, c.FailOn, got, failed, err)
			}
		}
	}
}

// An error while writing, such as a full disk, is returned.
func TestWriteErrors(t *testing.T) {
	full := fullDisk{}
	c := judged(t)
	for name, err := range map[string]error{"text": verdict(c.Text)(full), "json": verdict(c.JSON)(full), "plain": plainly(full, reporttest.Shop(t))} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errFull = fmt.Errorf("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

// A screenshot is embedded if it is available, and otherwise named.
func TestHTMLShowsScreenshots(t *testing.T) {
	f := file(t, "a.session.jsonl", "https://shop.example/",
		page(0, "p1", "https://shop.example/", datalayer.CauseLoad),
		&datalayer.Push{Page: "p1", Layer: "dataLayer", Kind: "object", Event: "a", Message: []byte(`{"event":"a"}`)},
		&datalayer.Push{Page: "p1", Layer: "dataLayer", Kind: "object", Event: "b", Message: []byte(`{"event":"b"}`)},
		&datalayer.Screenshot{On: 2, File: "shop-2.png"}, &datalayer.Screenshot{On: 3, File: `<b>.png" onerror="x`})
	f.Picture = func(name string) []byte {
		if name == "shop-2.png" {
			return []byte("\x89PNG…")
		}
		return nil
	}
	text := written(t, formats(f)["report.html"])
	for _, want := range []string{
		`<img src="data:image/png;base64,iVBOR`, `screenshot shop-2.png</figcaption>`, `screenshot &lt;b&gt;.png&#34; onerror=&#34;x</figcaption>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if strings.Count(text, "<img") != 1 {
		t.Error("there is a picture of what is not at hand")
	}
}
