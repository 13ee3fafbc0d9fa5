//go:build unix

package cli_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// inWindow returns the command line as a separate process whose browser has a window.
// make test-headed provides a display and xdotool, which presses keys there.
func inWindow(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if os.Getenv("DISPLAY") == "" {
		t.Skip("there is no display: make test-headed brings one")
	}
	if _, err := exec.LookPath("xdotool"); err != nil {
		t.Skip("there is no xdotool: make test-headed brings it")
	}
	cmd := program(t, args...)
	cmd.Env = append(cmd.Env, "DISPLAY="+os.Getenv("DISPLAY"))
	return cmd
}

// pressing presses keys in the focused window repeatedly until done returns, because
// the window may be on the display before it accepts them.
func pressing(t *testing.T, keys string, done func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			if said, err := exec.Command("xdotool", "key", "--delay", "300", keys).CombinedOutput(); err != nil { // killed, it would leave a key pressed
				t.Errorf("xdotool %s: %v: %s", keys, err, said)
				return
			}
		}
	}()
	defer func() { stop(); <-stopped }()
	done()
}

// The screen names what a page in a window is waiting for, and after the window was
// closed opens it again.
func TestWindowOnTheScreen(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, _, _ := r.BasicAuth(); r.URL.Path == "/staging" && user != "qa" {
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		name := strings.Trim(r.URL.Path, "/")
		fmt.Fprintf(w, `<title>Shop</title><script>dataLayer = [{event: '%s_opened'}]; if ('%[1]s' === 'basket') addEventListener('load', () => {
			dataLayer.push({event: 'asking'});
			alert('The basket is empty');
			dataLayer.push({event: 'answered'});
		})</script>`, name)
	}))
	t.Cleanup(site.Close)
	cmd, state := inWindow(t, site.URL+"/staging"), t.TempDir()
	cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+state)
	term := onTerminal(t, cmd)
	term.awaitScreen(`Chrome asks for a login for 127\.0\.0\.1`)
	open := func(address string) { term.types("u" + address + "\r") }
	open(strings.Replace(site.URL, "://", "://qa:s3cret@", 1) + "/staging")
	term.awaitScreen(`staging_opened`)
	typed := len(term.all)
	open(site.URL + "/basket")
	term.awaitScreen(`the page shows an alert, "The basket is empty"`)
	term.awaitScreen(`asking`)
	if strings.Contains(screenAfter(term.all), "answered") {
		t.Errorf("the alert did not stop the page:\n%s", screenAfter(term.all))
	}
	pressing(t, "Escape", func() { term.awaitScreen(`answered`) })
	open(site.URL + "/cart")
	term.awaitScreen(`cart_opened`)
	pressing(t, "ctrl+shift+w", func() { term.awaitScreen(`the window was closed`) })
	term.awaitScreen(`R opens`)
	term.types("R")
	term.awaitScreen(`cart_opened(?s:.*)cart_opened`)
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, name := range filesUnder(t, state) {
		if strings.Contains(readFile(t, name), "s3cret") {
			t.Errorf("%s has the password", name)
		}
	}
	for _, secret := range []string{"s3cret", "chromewebdata", "chrome-error"} {
		if strings.Contains(visibleText(term.all[typed:]), secret) {
			t.Errorf("%s was on the screen", secret)
		}
	}
}

// With --devtools, the page has the room that DevTools leave.
func TestWindowWithDevTools(t *testing.T) {
	t.Parallel()
	site := pages(t, `<script>dataLayer = [];
		const look = () => outerWidth - innerWidth > 200 || outerHeight - innerHeight > 250 ? dataLayer.push({event: 'seen', devtools: 'docked'}) : addEventListener('resize', look, {once: true});
		look();
	</script>`)
	seen, header := seenBy(t, inWindow(t, site.URL, "--devtools", "--format", "ndjson"))
	if seen["devtools"] != "docked" || !strings.Contains(header, `"setup":["--devtools"]`) {
		t.Errorf("the page sees %q, with %s", seen, header)
	}
}
