package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// workerPages are pages, each of which starts workers in a different way. Each worker
// pushes one message, sends one hit and notifies its page; up is a promise that
// resolves when the given number have.
var workerPages = map[string]string{
	"/up.js": `self.up = (n) => new Promise((done) => { self.isUp = () => { if (--n === 0) done(); }; });`,
	"/w.js": `self.dataLayer = []; dataLayer.push({event: 'in_' + (self.name || 'worker')});
		fetch('/g/collect?v=2&tid=G-T35T000001&en=in_' + (self.name || 'worker'));
		postMessage('up')`,
	"/module.js":   `import {event} from './imported.js'; self.dataLayer = []; dataLayer.push({event}); postMessage('up')`,
	"/imported.js": `export const event = 'in_module'`,
	"/nests.js":    `new Worker('/w.js', {name: 'nested'}).onmessage = () => postMessage('up')`,
	"/shared.js": `self.dataLayer = []; dataLayer.push({event: 'in_shared'});
		onconnect = (e) => { dataLayer.push({event: 'connected'}); e.ports[0].postMessage('up'); }`,
	"/dedicated": `<script src="/up.js"></script><script>self.all = up(1); new Worker('/w.js').onmessage = isUp</script>`,
	"/blob": `<script src="/up.js"></script><script>self.all = up(1);
		new Worker(URL.createObjectURL(new Blob(["self.dataLayer=[];dataLayer.push({event:'in_blob'});postMessage(1)"]))).onmessage = isUp</script>`,
	"/module": `<script src="/up.js"></script><script>self.all = up(1); new Worker('/module.js', {type: 'module'}).onmessage = isUp</script>`,
	"/nested": `<script src="/up.js"></script><script>self.all = up(1); new Worker('/nests.js').onmessage = isUp</script>`,
	"/shared": `<script src="/up.js"></script><script>self.all = up(1);
		const w = new SharedWorker('/shared.js'); w.port.onmessage = isUp;</script>`,
	"/starts":    `<script>new Worker('/w.js', {name: 'framed'}).onmessage = () => parent.postMessage('up', '*')</script>`,
	"/framed":    `<script src="/up.js"></script><script>self.all = up(1); onmessage = isUp</script><iframe src="/starts"></iframe>`,
	"/elsewhere": `<script src="/up.js"></script><script>self.all = up(1); onmessage = isUp</script><iframe src="{other}/starts"></iframe>`,
	"/many": `<script src="/up.js"></script><script>self.all = up(20);
		for (let i = 0; i < 20; i++) new Worker('/w.js', {name: 'n' + i}).onmessage = isUp;</script>`,
	// A tag manager that runs in a worker: the page passes on its messages, and the worker
	// sends the hits.
	"/party.js": `onmessage = (e) => fetch('/g/collect?v=2&tid=G-T35T000001&en=' + e.data.event, {method: 'POST'}).then(() => postMessage('up'))`,
	"/party": `<script src="/up.js"></script><script>self.all = up(1); dataLayer = [];
		const tagManager = new Worker('/party.js'); tagManager.onmessage = isUp;
		const native = dataLayer.push; dataLayer.push = function (m) { tagManager.postMessage(m); return native.apply(this, arguments); };
		dataLayer.push({event: 'party'});</script>`,
	"/worklets": `<script src="/up.js"></script><script>self.all = Promise.all([
		new AudioContext().audioWorklet.addModule('/audio.js'), CSS.paintWorklet ? CSS.paintWorklet.addModule('/paint.js') : 0])</script>`,
	"/worklet":  `<script>self.all = new AudioContext().audioWorklet.addModule('/audio.js')</script>`,
	"/audio.js": `registerProcessor('x', class extends AudioWorkletProcessor { process() { return true; } })`,
	"/paint.js": `registerPaint('x', class { paint() {} })`,
	"/sw.js":    `oninstall = () => skipWaiting(); onactivate = (e) => e.waitUntil(clients.claim())`,
	"/service": `<script>self.all = navigator.serviceWorker.register('/sw.js').then(() => new Promise((done) => {
		if (navigator.serviceWorker.controller) done(); else navigator.serviceWorker.oncontrollerchange = done; }))</script>`,
	"/g/collect": "#Status: 204\n",
}

// Every worker starts as without the probe, and what it pushes and sends is attributed
// to it.
func TestWorkers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		page   string
		pushes []string // events, with the worker's kind and its frame
		hits   []string
	}{
		{"/dedicated", []string{"in_worker dedicated within main"}, []string{"in_worker dedicated"}},
		{"/blob", []string{"in_blob dedicated within main"}, nil},
		{"/module", []string{"in_module dedicated within main"}, nil},
		{"/nested", []string{"in_nested dedicated within a frame"}, []string{"in_nested dedicated"}},
		{"/shared", []string{"in_shared shared within main", "connected shared within main"}, nil},
		{"/framed", []string{"in_framed dedicated within main"}, []string{"in_framed dedicated"}},
		{"/elsewhere", []string{"in_framed dedicated within a frame"}, []string{"in_framed dedicated"}},
		{"/party", []string{"party"}, []string{"party dedicated"}},
		{"/worklets", nil, nil},
		{"/service", nil, nil},
	} {
		t.Run(tt.page[1:], func(t *testing.T) {
			t.Parallel()
			s := serve(t, workerPages)
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL + tt.page)
			d.run(`all`)
			w.until("all is recorded", func() bool { return len(w.pushes()) >= len(tt.pushes) && len(w.hits()) >= len(tt.hits) })
			pages := map[string]*datalayer.Page{}
			for _, p := range probetest.Only[*datalayer.Page](w.entries) {
				pages[p.ID] = p
			}
			var pushes, hits []string
			for _, p := range w.pushes() {
				pushes = append(pushes, strings.TrimSpace(p.Event+" "+whereIs(pages[p.Page])))
			}
			for _, l := range probetest.Only[*datalayer.LayerChange](w.entries) {
				if pages[l.Page].Worker != "" && l.What != datalayer.LayerWorker {
					t.Errorf("the layer of a worker is reported as %+v", l)
				}
			}
			for _, h := range w.hits() {
				hits = append(hits, h.Event+" "+string(pages[h.Page].Worker))
			}
			if !slices.Equal(pushes, tt.pushes) || !slices.Equal(hits, tt.hits) {
				t.Errorf("recorded %q and hits %q, want %q and %q:\n%s", pushes, hits, tt.pushes, tt.hits, strings.Join(w.story(), "\n"))
			}
		})
	}
}

func whereIs(p *datalayer.Page) string {
	switch {
	case p.Worker == "":
		return ""
	case p.Parent == "main":
		return string(p.Worker) + " within main"
	}
	return string(p.Worker) + " within a frame"
}

// Workers that existed before are attached to as well, and those that they start.
func TestWorkersBefore(t *testing.T) {
	t.Parallel()
	s := serve(t, workerPages)
	d := newTab(t, chrome)
	d.open(s.URL + "/nested")
	d.run(`all`)
	d.run(`new Promise((done) => { new SharedWorker('/shared.js').port.onmessage = done; })`)
	w := watch(t, d, chrome, func(o *Options) { o.Tab = string(d.page) })
	w.see("in_nested")
	w.see("connected")
	for _, p := range w.pushes() {
		if !p.Recovered {
			t.Errorf("%s is said to have a time", p.Event)
		}
	}
	d.run(`new Promise((done) => { new Worker('/w.js', {name: 'later'}).onmessage = done; })`)
	w.see("in_later")
	w.until("the workers are named", func() bool { return len(hookedWorkers(w.state)) == 4 })
	if w.state.Frames[0].Worker != "" {
		t.Errorf("the first frame is %+v", w.state.Frames[0])
	}
	d.open("about:blank")
	w.until("the workers are gone", func() bool { return len(hookedWorkers(w.state)) == 0 })
}

func hookedWorkers(a datalayer.Attachment) []string {
	var found []string
	for _, f := range a.Frames {
		if f.Worker != "" && f.Hooked {
			found = append(found, fmt.Sprintf("%s %s", f.Worker, f.URL))
		}
	}
	return found
}

// If the program dies after the browser has reported a worker and before it has
// responded, the worker still starts. A killed program leaves a closed connection.
func TestWorkersOutliveUs(t *testing.T) {
	t.Parallel()
	s := serve(t, workerPages)
	for path, halted := range map[string]int{"/dedicated": 1, "/nested": 1, "/shared": 0, "/elsewhere": 1, "/worklet": 1, "/many": 20} {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			d := newTab(t, chrome)
			c, err := browser.Dial(t.Context(), chrome.Address)
			if err != nil {
				t.Fatal(err)
			}
			dying := &driver{t: t, conn: c, page: d.page}
			dying.attach()
			dying.call(attachAll(dying.session, true), new(struct{}))
			d.call(protocol.Ask(d.session, page.Navigate, page.NavigateParams{URL: s.URL + path}), new(page.NavigateResult))
			dying.awaitHalted(halted)
			_ = c.Close()
			d.run(`new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))`)
			d.run(`all`)
		})
	}
}

// awaitHalted waits until the browser has halted n targets for the driver.
func (d *driver) awaitHalted(n int) {
	d.awaitTargets(n, func(e *target.EventAttachedToTarget) bool { return e.WaitingForDebugger })
}

// awaitAttached waits until the browser has attached the driver to n targets.
func (d *driver) awaitAttached(n int) {
	d.awaitTargets(n, func(*target.EventAttachedToTarget) bool { return true })
}

func (d *driver) awaitTargets(n int, counts func(*target.EventAttachedToTarget) bool) {
	for n > 0 {
		<-d.conn.Arrived()
		for _, m := range d.conn.Take() {
			if string(m.Method) == target.AttachedToTarget.Method {
				protocol.On(m, func(e *target.EventAttachedToTarget) {
					if counts(e) {
						n--
					}
				})
			}
		}
	}
}

// Workers that start while the probe detaches still start.
func TestWorkersWhileLeaving(t *testing.T) {
	t.Parallel()
	s := serve(t, workerPages)
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL + "/dedicated")
	d.run(`all`)
	d.run(`self.begun = 0, self.came = 0, self.more = true,
		(function next() { if (!more) return; begun++; new Worker('/w.js').onmessage = () => { came++; next(); }; })(),
		(function next() { if (!more) return; begun++; new Worker('/w.js').onmessage = () => { came++; next(); }; })(), 1`)
	w.until("some are recorded", func() bool { return len(w.pushes()) > 3 })
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d.run(`more = false; new Promise((done) => { const look = new MessageChannel();
		look.port1.onmessage = () => came === begun ? done() : look.port2.postMessage(1); look.port2.postMessage(1); })`)
}

// attachAll makes the browser attach to everything that is created in a session's
// target, and halt it if halting is set.
func attachAll(session target.SessionID, halting bool) protocol.Command {
	return protocol.Ask(session, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: halting, Flatten: new(true), Filter: target.Filter{{}},
	})
}
