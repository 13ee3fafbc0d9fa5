package browser

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, ActivePort)
	if err := os.WriteFile(file, []byte("9333\n/devtools/browser/abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	browser := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"webSocketDebuggerUrl":"ws://127.0.0.1:1/devtools/browser/xyz"}`)
	}))
	t.Cleanup(browser.Close)
	host := strings.TrimPrefix(browser.URL, "http://")
	_, port, _ := net.SplitHostPort(host)
	for where, want := range map[string]string{
		file:                                   "ws://127.0.0.1:9333/devtools/browser/abc",
		dir:                                    "ws://127.0.0.1:9333/devtools/browser/abc",
		"ws://127.0.0.1:5/devtools/browser/a":  "ws://127.0.0.1:5/devtools/browser/a",
		"wss://grid.example/session/7?token=t": "wss://grid.example/session/7?token=t",
		port:                                   "ws://" + host + "/devtools/browser/xyz",
		host:                                   "ws://" + host + "/devtools/browser/xyz",
		browser.URL:                            "ws://" + host + "/devtools/browser/xyz",
		"ws://" + host:                         "ws://" + host + "/devtools/browser/xyz",
		"localhost:" + port:                    "ws://localhost:" + port + "/devtools/browser/xyz",
	} {
		if got, err := endpoint(t.Context(), where); err != nil || got != want {
			t.Errorf("%s: %s, %v; not %s", where, got, err, want)
		}
	}
}
