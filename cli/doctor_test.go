package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/probe"
)

// everyday is a browser that somebody uses, with the shop open; what is returned is
// where it is.
func everyday(t *testing.T, url string) string {
	t.Helper()
	path, err := probe.FindBrowser("")
	if err != nil {
		t.Fatal(err)
	}
	profile := t.TempDir()
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0", "--user-data-dir="+profile, url)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	where := filepath.Join(profile, "DevToolsActivePort")
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		tabs, err := probe.Tabs(t.Context(), where)
		if err == nil && slices.ContainsFunc(tabs, func(tab datalayer.Choice) bool { return tab.Title == "Shop" }) {
			return where
		}
	}
	t.Fatal("the browser does not show the page")
	return ""
}

// Doctor says of a tab what is seen in it and what is not.
func TestDoctorLooksAtATab(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/frozen" {
			_, _ = w.Write([]byte(`<script>dataLayer = Object.freeze([])</script>`))
			return
		}
		_, _ = w.Write([]byte(`<title>Shop</title><script>dataLayer = [{event: 'early'}]</script><iframe src="/frozen"></iframe>`))
	}))
	defer site.Close()
	said, code := output(t, "doctor", "--attach", everyday(t, site.URL), "--tab", site.URL)
	if code != 1 {
		t.Errorf("it ended with %d", code)
	}
	for _, want := range []string{
		"● live since ", "✓ hook in place in 2 frames, asked every second",
		"▲ dataLayer", "1 message", "the page froze it", "1 message stood in a data layer before the hook came",
		"✓ " + strings.TrimPrefix(site.URL, "http://"),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
}
