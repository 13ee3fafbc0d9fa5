//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/probe/browser"
)

// shops serves pages that push their own names.
func shops(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.Trim(r.URL.Path, "/")
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>The %s</title><script>dataLayer = [{event: '%s_seen'}]</script>`, name, name)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A user attaches to a browser with three tabs, chooses one on the screen, and switches
// to another.
func TestAttachAndChoose(t *testing.T) {
	t.Parallel()
	site, profile := shops(t), filepath.Join(t.TempDir(), "profile")
	everydayBrowser(t, profile, site+"/shop", site+"/cart", site+"/news")
	dir := t.TempDir()
	recorded := filepath.Join(dir, "a.session.jsonl")
	term := onTerminal(t, program(t, "attach", profile, "-o", recorded))
	for _, seen := range []string{`Tabs\]`, `The cart`, `The news`, `The shop`} {
		term.await(seen)
	}
	term.types("news")
	term.await(`1 of 3`)
	term.types("\r")
	term.await(`● live`)
	term.await(`news_seen`)
	term.types("t")
	term.await(`which tab.*● watching`)
	term.types("shop\r")
	term.awaitScreen(`● live(?s:.*)shop_seen`)
	term.types("S")
	term.await(`in the background|\.png`) // most browsers render nothing there
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	kept, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"url":"` + site + `/news"}` + "\n", `"event":"news_seen"`, `"target":"t1"`, `"event":"shop_seen"`, `"target":"t2"`, `"type":"end"`} {
		if !strings.Contains(string(kept), want) {
			t.Errorf("the recording has no %s:\n%s", want, kept)
		}
	}
	if strings.Contains(string(kept), "cart_seen") {
		t.Errorf("a tab that nobody chose was recorded:\n%s", kept)
	}

	if _, code := output(t, "attach", profile); code != 2 {
		t.Errorf("without a terminal: exit code %d", code)
	}
}

// A user without a browser to attach to is shown how to start one, and doesn't have to
// restart layertap.
func TestAttachAwaitsABrowser(t *testing.T) {
	t.Setenv("HOST_PROC", t.TempDir()) // hides the browsers of other tests, on Linux
	if len(browser.Attachable(t.Context())) > 0 {
		t.Fatal("a browser is running on this machine that can be attached to: the test needs one without")
	}
	config := t.TempDir()
	cmd := program(t, "attach")
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+config)
	term := onTerminal(t, cmd)
	term.await(`no browser to attach to[\s\S]*remote-debugging`)
	everydayBrowser(t, filepath.Join(config, "chromium"), shops(t)+"/shop")
	term.await(`● live`)
	term.await(`shop_seen`)
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A browser is found whatever its port and profile, including by a program.
func TestAnyBrowserIsFound(t *testing.T) {
	t.Parallel()
	profile := filepath.Join(t.TempDir(), "some profile")
	everydayBrowser(t, profile, shops(t)+"/shop")
	place := filepath.Join(profile, "DevToolsActivePort")

	printed, code := output(t, "doctor", "--format", "json")
	if code != 0 {
		t.Fatalf("doctor ended with %d: %s", code, printed)
	}
	var found struct {
		Verdict string
		Running []struct {
			Name, Where string
			Asks        bool
		}
	}
	if err := json.Unmarshal([]byte(printed), &found); err != nil {
		t.Fatal(err)
	}
	there := false
	for _, r := range found.Running {
		there = there || r.Name == "some profile" && r.Where == place && !r.Asks
	}
	if !there || found.Verdict != "pass" {
		t.Errorf("the browser is not found: %s", printed)
	}

	printed, code = output(t, "tabs", place, "--format", "json")
	var listed struct {
		Format int
		Where  string
		Tabs   []struct{ ID, Title, URL string }
	}
	if err := json.Unmarshal([]byte(printed), &listed); err != nil || code != 0 {
		t.Fatalf("tabs ended with %d: %v: %s", code, err, printed)
	}
	if listed.Format != 1 || listed.Where != place || len(listed.Tabs) != 1 || listed.Tabs[0].Title != "The shop" || listed.Tabs[0].ID == "" {
		t.Errorf("the tab is not listed: %s", printed)
	}
}
