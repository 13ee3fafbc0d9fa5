package probe

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/google/go-cmp/cmp"

	"layertap/probe/browser"
	"layertap/probe/protocol"
)

// needWindows skips a test if this machine can't show windows or press keys in them.
func needWindows(t *testing.T) {
	t.Helper()
	if !browser.HasDisplay() {
		t.Skip("there is no display: make test-headed brings one")
	}
	if _, err := exec.LookPath("xdotool"); err != nil {
		t.Skip("there is no xdotool: make test-headed brings it")
	}
}

// window is a browser with a window for a test, which uses it like a user: xdotool
// presses its keys. make test-headed provides both, and a display.
func window(t *testing.T, o Options) *watched {
	t.Helper()
	needWindows(t)
	o.Pick = true
	return start(t, o)
}

// pressing presses keys in the focused window repeatedly until done returns, because
// the window may be reported before it accepts them.
func pressing(t *testing.T, done func(), args ...string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			if said, err := exec.Command("xdotool", args...).CombinedOutput(); err != nil { // killed, it would leave a key pressed
				t.Errorf("xdotool %q: %v: %s", args, err, said)
				return
			}
		}
	}()
	defer func() { stop(); <-stopped }()
	done()
}

// press presses keys once, in a window that accepts them.
func press(t testing.TB, args ...string) {
	t.Helper()
	if said, err := exec.CommandContext(t.Context(), "xdotool", args...).CombinedOutput(); err != nil {
		t.Fatalf("xdotool %q: %v: %s", args, err, said)
	}
}

// hand drives the page that the watched tab shows, over the probe's own connection.
func (w *watched) hand() *driver {
	w.t.Helper()
	conn, session, err := w.front.page(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return &driver{t: w.t, conn: conn, session: session}
}

// A visitor uses the window of a watched browser.
type visitor struct {
	*watched
	site  string
	since int            // the number of lines of the story before the visit
	sees  map[string]int // by event, how many messages were waited for
}

// visiting opens a URL in a window, and waits until the page accepts the mouse.
func visiting(t *testing.T, o Options) *visitor {
	t.Helper()
	v := &visitor{watched: window(t, o), site: o.URL, sees: map[string]int{}}
	v.until("the page is open", func() bool { return len(v.pushes()) > 0 })
	pressing(t, func() {
		v.hand().run(`new Promise((done) => addEventListener('mousemove', () => done(1), {once: true}))`)
	}, "mousemove", "600", "640", "mousemove", "601", "641")
	return v
}

// does performs the steps of a visit. "click SELECTOR" and "ctrl-click SELECTOR" use the
// mouse, "key NAME" and "type PATH" the keyboard of the display, "open PATH" opens a tab
// as another program does, and "run SCRIPT" runs a script that isn't waited for. "see
// EVENT" waits for the event; the second such step waits for the second such event.
func (v *visitor) does(steps ...string) {
	v.t.Helper()
	for _, step := range steps {
		verb, what, _ := strings.Cut(step, " ")
		switch verb {
		case "click":
			v.hand().click(what)
		case "ctrl-click":
			v.hand().press(what, input.MouseButtonLeft, ctrl)
		case "run":
			v.hand().run("setTimeout(() => { " + what + " }), 1")
		case "key":
			press(v.t, "key", what)
		case "type":
			press(v.t, "type", "--delay", "50", v.site+what)
		case "open":
			v.hand().call(protocol.Ask("", target.CreateTarget, target.CreateTargetParams{URL: v.site + what}), new(target.CreateTargetResult))
		case "see":
			v.sees[what]++
			v.until("there is "+what, func() bool { return v.count(what) >= v.sees[what] })
		default:
			v.t.Fatalf("no step is called %q", step)
		}
	}
}

// count returns the number of messages with an event.
func (v *visitor) count(event string) int {
	n := 0
	for _, p := range v.pushes() {
		if p.Event == event {
			n++
		}
	}
	return n
}

// begin begins another visit in the window: with a new first page, of which the visitor
// has seen nothing.
func (v *visitor) begin(t *testing.T, url string) {
	t.Helper()
	v.t = t
	v.settle()
	v.since = len(v.story())
	for _, p := range v.pushes() {
		v.sees[p.Event] = v.count(p.Event)
	}
	if err := v.Navigate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
}

// mustReport checks the story of the visit from its first page on. It ignores how the
// first message of a page was found, which may begin before it has the hook if the user
// opened it.
func (v *visitor) mustReport(want ...string) {
	v.t.Helper()
	v.settle()
	lines := v.story()[v.since:]
	for len(lines) > 0 && !strings.HasPrefix(lines[0], "page ") { // of the page before
		lines = lines[1:]
	}
	if diff := cmp.Diff(want, anyhow(lines)); diff != "" {
		v.t.Errorf("(-want +got)\n%s", diff)
	}
}

// anyhow returns a story without how messages were found.
func anyhow(lines []string) []string {
	for i := range lines {
		for _, found := range []string{" (initial)", " (assign)"} {
			lines[i] = strings.TrimSuffix(lines[i], found)
		}
	}
	return lines
}

// following is a page that pushes its name, and what happens to it. It listens before it
// pushes, so that a visitor who has seen its name may leave it. The script runs before,
// too.
func following(name, script string, more ...string) string {
	return `<title>` + name + `</title><body><script>
		dataLayer = [];
		addEventListener('pagehide', () => dataLayer.push({event: '` + name + ` left'}));
		addEventListener('pageshow', (e) => e.persisted && dataLayer.push({event: '` + name + ` restored'}));
		` + script + `
		dataLayer.push({event: '` + name + `'});
	</script>` + strings.Join(more, "")
}
