package cli_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is asked of the page on the screen happens in Chrome, and is kept in the
// recording and beside it.
func TestPageFromTheScreen(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<title>Shop</title><script>dataLayer = [{event: 'arrived'}]</script>`))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	recorded := filepath.Join(dir, "a.session.jsonl")
	term := onTerminal(t, program(t, server.URL, "--headless", "-o", recorded))
	term.await(`● live[\s\S]*arrived`)
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
	for _, want := range []string{`"type":"screenshot"`, `"event":"hand_made"`, `"text":"pushed by hand"`} {
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
		t.Errorf("the screenshot is no PNG: %v", err)
	}
}
