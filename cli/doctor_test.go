//go:build unix

package cli_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// Doctor reports what is captured in a tab and what isn't.
func TestDoctorLooksAtATab(t *testing.T) {
	t.Parallel()
	loaded := make(chan struct{}, 1)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/frozen":
			_, _ = w.Write([]byte(`<script>dataLayer = Object.freeze([])</script>`))
		case "/loaded":
			loaded <- struct{}{}
		default:
			_, _ = w.Write([]byte(`<title>Shop</title><script>dataLayer = [{event: 'early'}]; onload = () => fetch('/loaded')</script><iframe src="/frozen"></iframe>`))
		}
	}))
	defer site.Close()
	profile := filepath.Join(t.TempDir(), "profile")
	everydayBrowser(t, profile, site.URL)
	<-loaded
	printed, code := output(t, "doctor", "--attach", filepath.Join(profile, "DevToolsActivePort"), "--tab", site.URL)
	if code != 1 {
		t.Errorf("it ended with %d", code)
	}
	for _, want := range []string{
		"● live since ", "✓ hook in place in 2 frames, checked every second",
		"▲ dataLayer", "1 message", "the page froze it", "1 message from before the hook",
		"✓ " + strings.TrimPrefix(site.URL, "http://"),
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not said:\n%s", want, printed)
		}
	}
}
