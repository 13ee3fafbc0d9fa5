package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// frameLines returns the frames in the attachment's state, one line each.
func (w *watched) frameLines() []string {
	var lines []string
	for _, f := range w.state.Frames {
		line := strings.Repeat("  ", f.Depth) + f.Target + " " + probetest.PathOf(f.URL)
		if !f.Hooked {
			line += " not reached"
		}
		if !f.Silent.IsZero() {
			line += " silent"
		}
		for _, l := range f.Layers {
			line += fmt.Sprintf(", %s %s", l.Name, l.Hook)
			if l.Lexical {
				line += " lexical"
			}
			if l.Displaced+l.Rested > 0 {
				line += fmt.Sprintf(" displaced %d× rested %d×", l.Displaced, l.Rested)
			}
		}
		if f.Remark != "" {
			line += ": " + f.Remark
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *watched) untilFrames(lines ...string) {
	w.t.Helper()
	w.until("it is told:\n"+strings.Join(lines, "\n")+"\n", func() bool { return slices.Equal(w.frameLines(), lines) })
}

// The state contains, for every frame, whether the hook is in it and, for every layer,
// the state of the hook on it.
func TestFramesAreReported(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/": `<script>dataLayer = []</script><iframe src="{other}/other"></iframe><iframe src="/let"></iframe>
			<iframe src="/frozen"></iframe><iframe src="/object"></iframe><iframe src="/none"></iframe>
			<iframe src="/displaced"></iframe><iframe sandbox src="/sandboxed"></iframe><iframe src="chrome://version"></iframe>`,
		"/other":     `<iframe src="{other}/nested"></iframe>`,
		"/nested":    `<script>dataLayer = []; mine = []</script>`,
		"/let":       `<script>let dataLayer = []</script>`,
		"/frozen":    `<script>dataLayer = Object.freeze([])</script>`,
		"/object":    `<script>dataLayer = {push() {}}</script>`,
		"/none":      `<script>dataLayer = {}</script>`,
		"/displaced": `<script>dataLayer = []; Object.setPrototypeOf(dataLayer, Array.prototype)</script>`,
		"/sandboxed": `<script>dataLayer = []</script>`,
		"/next":      `<script>dataLayer = []</script>`,
	})
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) {
		o.Layers = []string{"dataLayer", "mine"}
		o.bounds.Quiet = 100 * time.Millisecond // an empty frame is only reported as such after it
	})
	if w.state.Since.IsZero() {
		t.Error("it is not told since when it is attached")
	}
	d.open(s.URL)
	all := []string{
		"t1 127.0.0.1/, dataLayer held, mine awaited",
		"  t1 localhost/other, dataLayer awaited, mine awaited",
		"    t1 127.0.0.1/nested, dataLayer held, mine held",
		"  t1 127.0.0.1/let, dataLayer awaited, mine awaited, dataLayer held lexical",
		"  t1 127.0.0.1/frozen, dataLayer frozen, mine awaited",
		"  t1 127.0.0.1/object, dataLayer object, mine awaited",
		"  t1 127.0.0.1/none, dataLayer none, mine awaited",
		"  t1 127.0.0.1/displaced, dataLayer held displaced 1× rested 0×, mine awaited",
		"  t1 127.0.0.1/sandboxed, dataLayer awaited, mine awaited",
		"  t1  not reached: it never loaded a page",
	}
	w.untilFrames(all...)
	d.run(`document.querySelectorAll('iframe')[1].remove()`)
	without := slices.Delete(slices.Clone(all), 3, 4)
	w.untilFrames(without...)
	d.open(s.URL + "/next")
	next := "t1 127.0.0.1/next, dataLayer held, mine awaited"
	w.untilFrames(next)
	d.run(`void open('/next')`)
	popUp := strings.Replace(next, "t1", "t2", 1)
	w.untilFrames(next, popUp)
	d.open("chrome://version")
	w.untilFrames("t1 chrome://version/ not reached: it is an internal page of the browser", popUp)
}

// A page that is restored from the back-forward cache has its frames.
func TestFramesThatComeBackAreReported(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/":     `<iframe src="/in"></iframe><iframe src="{other}/in"></iframe>`,
		"/in":   `<script>dataLayer = []</script>`,
		"/next": `<title>Next</title>`,
	})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	here := []string{"t1 127.0.0.1/, dataLayer awaited", "  t1 127.0.0.1/in, dataLayer held", "  t1 localhost/in, dataLayer held"}
	w.untilFrames(here...)
	d.open(s.URL + "/next")
	w.untilFrames("t1 127.0.0.1/next, dataLayer awaited")
	d.run(`history.back()`)
	w.until("all are told again", func() bool {
		frameLines := w.frameLines()
		slices.Sort(frameLines)
		return slices.Equal(frameLines, []string{here[1], here[2], here[0]})
	})
}

// A page that hangs is reported as silent until it continues.
func TestSilenceIsReported(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<script>dataLayer = []</script>`, "/hang": "#Wait: end\n"})
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) { o.bounds.Quiet = 100 * time.Millisecond })
	d.open(s.URL)
	w.untilFrames("t1 127.0.0.1/, dataLayer held")
	hang := `const request = new XMLHttpRequest(); request.open('GET', '/hang', false); request.send()`
	if _, err := d.conn.Send(protocol.Ask(d.session, runtime.Evaluate, runtime.EvaluateParams{Expression: hang})); err != nil {
		t.Fatal(err)
	}
	w.untilFrames("t1 127.0.0.1/ silent, dataLayer held")
	w.until("it is named", func() bool { return strings.HasPrefix(w.state.Held, "the page doesn't answer: ") })
	s.open("end")
	w.until("it answers", func() bool { return w.state.Held == "" })
	w.untilFrames("t1 127.0.0.1/, dataLayer held")
}

// A service worker handles every request of its pages, so no beacon is sent for what
// they push while unloading.
func TestServiceWorkersAreReported(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/": `<script>navigator.serviceWorker.register('/worker.js')</script>`,
		"/worker.js": `addEventListener('activate', (e) => e.waitUntil(clients.claim()));
			addEventListener('fetch', () => {})`,
	})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	w.untilFrames("t1 127.0.0.1/, dataLayer awaited: messages that it pushes while unloading are not captured, because it has a service worker",
		"  t1 127.0.0.1/worker.js, dataLayer awaited")
}

// If the process of a frame crashes, the rest of the page keeps running. The test
// starts its own browser, because tabs share the processes of their frames.
func TestCrashedFrames(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/":   `<script>dataLayer = []</script><iframe src="{other}/in"></iframe>`,
		"/in": `<script>dataLayer = []; dataLayer.push({event: 'in'})</script>`,
	})
	b := ownChrome(t)
	d := newTab(t, b)
	w := watch(t, d, b)
	d.open(s.URL)
	main := "t1 127.0.0.1/, dataLayer held"
	w.untilFrames(main, "  t1 localhost/in, dataLayer held")
	d.crashFrame(strings.Replace(s.URL, "127.0.0.1", "localhost", 1) + "/in")
	w.untilFrames(main, "  t1 localhost/in not reached: it crashed")
	d.run(`dataLayer.push({event: 'after'})`)
	w.see("after")
	gaps := probetest.Only[*datalayer.Gap](w.entries)
	if w.state.Phase != datalayer.Live || len(gaps) != 1 || !strings.Contains(gaps[0].Why, "a frame crashed") {
		t.Errorf("the phase is %d; seen:\n%s", w.state.Phase, strings.Join(w.story(), "\n"))
	}
	d.run(`document.querySelector('iframe').src += '?again'`)
	w.untilFrames(main, "  t1 localhost/in?again, dataLayer held")
}

// crashFrame kills the process of a frame.
func (d *driver) crashFrame(url string) {
	d.t.Helper()
	var targets target.GetTargetsResult
	d.call(protocol.Ask("", target.GetTargets, target.GetTargetsParams{}), &targets)
	flatten := true
	for _, info := range targets.TargetInfos {
		if info.URL != url {
			continue
		}
		var attached target.AttachToTargetResult
		d.call(protocol.Ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: info.TargetID, Flatten: &flatten}), &attached)
		if _, err := d.conn.Send(protocol.Ask(attached.SessionID, page.Crash, cdp.Empty{})); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	d.t.Fatalf("no frame shows %s", url)
}

// A page in which the hook does not start is reported as not reached.
func TestHookThatDoesNotStartIsReported(t *testing.T) {
	s := serve(t, map[string]string{"/": `<title>Home</title><script>performance = undefined</script>`})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.name = s.URL
	w := watch(t, d, chrome)
	w.until("the page is told not to be reached", func() bool {
		return slices.ContainsFunc(w.state.Frames, func(f datalayer.Frame) bool {
			return probetest.PathOf(f.URL) == "127.0.0.1/" && !f.Hooked && !f.Empty && f.Remark == "the hook did not start in it"
		})
	})
}

// A page at a breakpoint is reported, and what it pushes arrives when it continues.
func TestStoppedPageIsReported(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<title>Stops</title><script>dataLayer = [{event: 'ready'}]</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) { o.bounds.Quiet = 100 * time.Millisecond })
	d.open(s.URL)
	w.see("ready")
	d.call(protocol.Ask(d.session, debugger.Enable, debugger.EnableParams{}), new(debugger.EnableResult))
	d.run(`setTimeout(() => { dataLayer.push({event: 'before'}); debugger; dataLayer.push({event: 'after'}) }), 1`)
	w.until("it is said that the page stands still", func() bool { return strings.Contains(w.state.Held, "breakpoint") })
	w.see("before")
	if slices.ContainsFunc(w.pushes(), func(p *datalayer.Push) bool { return p.Event == "after" }) {
		t.Error("the page did not stop")
	}
	d.call(protocol.Ask(d.session, debugger.Resume, debugger.ResumeParams{}), new(cdp.Empty))
	w.see("after")
	w.until("it runs", func() bool { return w.state.Held == "" })
	d.call(protocol.Ask(d.session, debugger.Disable, cdp.Empty{}), new(cdp.Empty))
}
