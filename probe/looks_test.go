package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"
	"github.com/google/go-cmp/cmp"

	"layertap/probe/browser"
	"layertap/probe/protocol"
)

// looks are what a bot filter sees of a browser: texts by name.
type looks map[string]string

// filter is a site with a page that sends what a bot filter looks at.
type filter struct {
	*httptest.Server
	t    *testing.T
	sent map[string]chan []byte // what the page sends, by path
}

func newFilter(t *testing.T) *filter {
	page, err := os.ReadFile("testdata/looks.html")
	if err != nil {
		t.Fatal(err)
	}
	f := &filter{t: t, sent: map[string]chan []byte{"/seen": make(chan []byte, 1), "/hidden": make(chan []byte, 1), "/ticks": make(chan []byte, 1)}}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/headers":
			for _, name := range slices.Sorted(maps.Keys(r.Header)) {
				fmt.Fprintf(w, "%s: %s\n", name, r.Header.Get(name))
			}
		case f.sent[r.URL.Path] != nil:
			text, _ := io.ReadAll(r.Body)
			f.sent[r.URL.Path] <- text
		case r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write(page)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

// next waits for what the page sends to a path.
func (f *filter) next(path string) []byte {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case text := <-f.sent[path]:
		return text
	case <-ctx.Done():
		f.t.Fatalf("the page sent nothing to %s", path)
		return nil
	}
}

// sees returns what the page sees in a browser that opens it. It calls hide to hide the
// page.
func (f *filter) sees(hide func(hidden func())) looks {
	f.t.Helper()
	seen := looks{}
	if err := json.Unmarshal(f.next("/seen"), &seen); err != nil {
		f.t.Fatal(err)
	}
	hide(func() { f.next("/hidden") })
	seen["timers of a hidden tab"] = string(f.next("/ticks"))
	seen["headers"] = strings.ReplaceAll(seen["headers"], f.URL, "URL")
	for name := range seen {
		seen[name] = strings.ReplaceAll(seen[name], f.URL, "URL")
	}
	return seen
}

// mustBeVisitors checks that a browser doesn't look automated.
func (l looks) mustBeVisitors(t *testing.T) {
	t.Helper()
	for name, want := range map[string]string{
		"navigator.webdriver": `[false,true,[]]`, "shown": `["visible",true,false]`, "timers of a hidden tab": "at least 1 s apart",
	} {
		if l[name] != want {
			t.Errorf("%s is %s, not %s", name, l[name], want)
		}
	}
	for name, text := range l {
		if strings.Contains(text, "Headless") || strings.HasPrefix(text, "throws") {
			t.Errorf("%s is %s", name, text)
		}
	}
	if len(l) < 30 {
		t.Errorf("it sees only %q", l)
	}
}

// A browser without a window looks like a visitor's.
func TestLooksLikeAVisitors(t *testing.T) {
	newFilter(t).withoutWindow().mustBeVisitors(t)
}

// withoutWindow returns what the page sees in a browser without a window.
func (f *filter) withoutWindow() looks {
	w := start(f.t, Options{URL: f.URL + "/", Headless: true})
	return f.sees(func(hidden func()) {
		d := w.hand()
		d.call(protocol.Ask("", target.CreateTarget, target.CreateTargetParams{URL: "about:blank"}), new(target.CreateTargetResult))
		hidden()
	})
}

// withoutHeadless are what docs/browser.md lists as different without a window.
var withoutHeadless = []string{"window", "screen", "graphics", "notifications", "permission notifications"}

// A page sees the same in a window of layertap as in one that a visitor opens. Without a
// window, it sees only the documented differences.
func TestWindowLooksLikeAVisitors(t *testing.T) {
	needWindows(t)
	var visitors, ours, headless looks
	t.Run("visitor's", func(t *testing.T) { visitors = newFilter(t).inVisitorsWindow() })
	t.Run("ours", func(t *testing.T) {
		f := newFilter(t)
		window(t, Options{URL: f.URL + "/"})
		ours = f.sees(func(hidden func()) { pressing(t, hidden, "key", "--delay", "300", "ctrl+t") })
		ours.mustBeVisitors(t)
	})
	t.Run("without a window", func(t *testing.T) { headless = newFilter(t).withoutWindow() })
	for _, of := range []looks{visitors, ours, headless} {
		delete(of, "what the console reads of an object") // docs/browser.md says that it shows
	}
	if diff := cmp.Diff(visitors, ours); diff != "" {
		t.Errorf("a visitor's browser (-) and ours (+):\n%s", diff)
	}
	for _, name := range withoutHeadless {
		delete(headless, name)
		delete(ours, name)
	}
	if diff := cmp.Diff(ours, headless); diff != "" {
		t.Errorf("with a window (-) and without (+):\n%s", diff)
	}
}

// inVisitorsWindow returns what the page sees in a browser that nothing is attached to.
func (f *filter) inVisitorsWindow() looks {
	path, err := browser.Find("")
	if err != nil {
		f.t.Fatal(err)
	}
	ownBrowser(f.t)
	args := []string{"--no-first-run", "--no-default-browser-check", "--user-data-dir=" + f.t.TempDir()}
	if os.Getuid() == 0 {
		args = append(args, "--no-sandbox", "--test-type") // the second without a bar about the first
	}
	cmd := exec.Command(path, append(args, f.URL+"/")...)
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	return f.sees(func(hidden func()) { pressing(f.t, hidden, "key", "--delay", "300", "ctrl+t") })
}

// No bar is above the first page, which would move it.
func TestWindowHasNoBar(t *testing.T) {
	needWindows(t)
	s := serve(t, map[string]string{"/": "<title>Looks</title>"})
	b := launchOwn(t, browser.Options{})
	d := firstPage(t, b)
	d.open(s.URL)
	// A new tab has no size until it is laid out.
	const above = `new Promise((done) => { const look = () => outerHeight > innerHeight ? done(outerHeight - innerHeight) : requestAnimationFrame(look); look() })`
	first := d.run(above)
	second := &driver{t: t, conn: b.Conn}
	var created target.CreateTargetResult
	second.call(protocol.Ask("", target.CreateTarget, target.CreateTargetParams{URL: "about:blank"}), &created)
	second.page = created.TargetID
	second.attach()
	second.open(s.URL)
	if other := second.run(above); first != other {
		t.Errorf("above the first page there are %s pixels, above another %s: a bar", first, other)
	}
}
