//go:build unix

package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The log of a capture describes its progress, and contains what the page pushed only
// on request.
func TestDebugLog(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<title>Shop</title><script>dataLayer = [{event: 'arrived', secret: 'pushed-by-the-page', text: 'x'.repeat(3e6)}]</script>`)
	}))
	defer site.Close()
	dir := t.TempDir()
	for _, tt := range []struct {
		name            string
		flags           []string
		has, hasNothing []string
	}{
		{
			"without page data", nil,
			[]string{
				`msg=started tool="layertap `, `msg=attachment phase=starting detail="opening http://…"`, `phase=live`,
				`msg=frame number=0 tab=t1 depth=0 hooked=true layers=[dataLayer:held]`, `cause=load`,
				`msg="message too large to keep in full"`, `msg=captured messages=1`, `msg=ended`,
			},
			[]string{"pushed-by-the-page", "in-the-url"},
		},
		{"with page data", []string{"--debug-data"}, []string{`msg=message`, "pushed-by-the-page", site.URL + "/?in-the-url", `msg=ended`}, nil},
	} {
		file := filepath.Join(dir, strings.ReplaceAll(tt.name, " ", "-")+".log")
		args := append([]string{"record", site.URL + "/?in-the-url", "-o", filepath.Join(dir, "a.session.jsonl"), "--force", "--for", "1s", "--debug", file}, tt.flags...)
		if printed, code := output(t, args...); code != 0 {
			t.Fatalf("record ended with %d: %s", code, printed)
		}
		log, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.has {
			if !strings.Contains(string(log), want) {
				t.Errorf("%s: the log has no %s:\n%.5000s", tt.name, want, log)
			}
		}
		for _, leaked := range tt.hasNothing {
			if strings.Contains(string(log), leaked) {
				t.Errorf("%s: the log has %s:\n%.5000s", tt.name, leaked, log)
			}
		}
	}
}
