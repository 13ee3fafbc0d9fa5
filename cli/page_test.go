//go:build unix

package cli_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The screen's commands for the page are carried out in Chrome, and their results are
// in the recording or next to it.
func TestPageFromTheScreen(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<title>Shop</title><script>dataLayer = [{event: 'arrived'}]</script>`))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	recorded := filepath.Join(dir, "a.session.jsonl")
	term := onTerminal(t, program(t, server.URL, "--headless", "-o", recorded))
	term.await(`● live`)
	term.await(`arrived`)
	term.types("S")
	term.await(`\.png`)
	term.types("P{event: 'hand_made'}\r")
	term.await(`push it`)
	term.types("y")
	term.await(`by hand`)
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	kept, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"type":"screenshot"`, `"event":"hand_made"`, `"url":"layertap-by-hand"`} {
		if !strings.Contains(string(kept), want) {
			t.Errorf("the recording has no %s:\n%s", want, kept)
		}
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil || len(pictures) != 1 {
		t.Fatalf("beside the recording are the pictures %q: %v", pictures, err)
	}
	picture, err := os.ReadFile(pictures[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil {
		t.Errorf("the screenshot isn't a PNG: %v", err)
	}
	if report, code := output(t, "report", "--no-redact", recorded); code != 0 || !strings.Contains(report, `<img src="data:image/png;base64,iVBOR`) {
		t.Errorf("the screenshot is not in the report, which ended with %d", code)
	}
}

// A recording can only refer to files next to it, and only its screenshots are included
// in a report.
func TestPicturesBesideARecording(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "inner")
	png := "\x89PNG\r\n\x1a\n and more"
	lines := []string{
		`{"type":"session","format":1,"id":"01K","tool":"layertap 0.1.0","started":"2026-11-23T09:00:00.000Z","url":"https://shop.example/"}`,
		`{"type":"page","seq":1,"t":0,"page":"p1","target":"t1","frame":"main","url":"https://shop.example/","cause":"load"}`,
	}
	for i, name := range []string{"../outside.png", "secret.png", "dir.png", "nowhere.png"} {
		lines = append(lines,
			fmt.Sprintf(`{"type":"push","seq":%d,"t":1,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"a","message":{"event":"a"}}`, 2*i+2),
			fmt.Sprintf(`{"type":"screenshot","seq":%d,"t":1,"on":%d,"file":%q}`, 2*i+3, 2*i+2, name))
	}
	for name, content := range map[string]string{
		"a.session.jsonl": strings.Join(lines, "\n") + "\n", "../outside.png": png, "secret.png": "no picture", "dir.png/x": png,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report, code := output(t, "report", "--no-redact", filepath.Join(dir, "a.session.jsonl"))
	if code != 0 || strings.Count(report, "<figcaption") != 4 || strings.Contains(report, "<img") {
		t.Errorf("it ended with %d and has %d names, and a picture: %v", code, strings.Count(report, "<figcaption"), strings.Contains(report, "<img"))
	}
}
