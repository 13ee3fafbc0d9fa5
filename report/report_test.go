package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/report"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func push(at time.Duration, page, event, message string) *datalayer.Push {
	return &datalayer.Push{Place: datalayer.Place{T: at}, Page: page, Frame: "main", Layer: "dataLayer",
		Kind: datalayer.KindObject, Event: event, Message: []byte(message)}
}

// shop is a session with a fault of each severity, a gap, and a page that sends control
// characters.
func shop(t *testing.T) session.Snapshot {
	t.Helper()
	plan := plantest.Widget(t)
	container, err := gtm.Patterns(plan.Triggers...)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{ID: "x", URL: "https://shop.example/"},
		session.Analysis{Rules: check.New(plan), GTM: engine.New(container)})
	ms := time.Millisecond
	const stamp = `"widget_platform":"web","timestamp":1795424401523`
	if err := s.Run(t.Context(), &sessiontest.Source{{Entries: []datalayer.Entry{
		&datalayer.Page{ID: "p1", URL: "https://shop.example/", Cause: datalayer.CauseLoad},
		push(41*ms, "p1", "gtm.js", `{"event":"gtm.js","gtm.start":1795424400041}`),
		push(900*ms, "p1", "widget_loaded", `{"event":"widget_loaded",`+stamp+`,"widget_id":"w-1"}`),
		push(1500*ms, "p1", "widget_opend", `{"event":"widget_opend",`+stamp+`}`),
		&datalayer.Page{Place: datalayer.Place{T: 65 * time.Second}, ID: "p2", URL: "https://shop.example/\x1b[2Jp", Cause: datalayer.CauseLoad},
		push(66*time.Second, "p2", "widget_message_sent",
			`{"event":"widget_message_sent",`+stamp+`,"widet_conversation_id":"c-1","total_messages":1}`),
		push(67*time.Second, "p2", "", `{"color":"red"}`),
		&datalayer.Gap{Place: datalayer.Place{T: 70 * time.Second}, Why: "the connection was lost for 2 s", Lost: -1},
	}}}); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func judged(t *testing.T) report.Check {
	return report.Check{Tool: "layertap test", FailOn: rules.Error, Files: report.Of(
		report.File{Name: "a.session.jsonl", Session: shop(t), Line: func(seq int) int { return seq + 1 }, TornBytes: 7, Trouble: "7 bytes of an incomplete last line were left out"},
	)}
}

func TestGolden(t *testing.T) {
	c := judged(t)
	for name, write := range map[string]func(io.Writer) error{
		"check.txt":  verdict(c.Text),
		"check.json": verdict(c.JSON),
		"plain.txt":  func(w io.Writer) error { return told(w, shop(t)) },
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
			golden(t, filepath.Join("testdata", name), got.Bytes())
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, got, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-) and what was written (+):\n%s", path, diff)
	}
}

func TestFailed(t *testing.T) {
	var c report.Check
	f := report.File{Session: shop(t), Line: func(int) int { return 1 }}
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
	for name, err := range map[string]error{"text": verdict(c.Text)(full), "json": verdict(c.JSON)(full), "plain": told(full, shop(t))} {
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
