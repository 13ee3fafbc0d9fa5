package probe

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/runtime"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/tracker"
)

// A page that is attached to late has a clock that is an hour off.
func TestClockThatIsOff(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<title>Off</title><script>
		const now = Date.now, origin = performance.timeOrigin, hour = 3600000;
		Date.now = () => now() + hour;
		Object.defineProperty(performance, 'timeOrigin', {value: origin + hour});
		dataLayer = [{event: 'early'}];
	</script>`})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.name = s.URL
	w := watch(t, d, chrome)
	for i := range 3 {
		d.run(fmt.Sprintf(`dataLayer.push({event: 'e%d'}); 1`, i))
		w.see(fmt.Sprintf("e%d", i))
		// By the page's clock it would be an hour. The precision of the time depends on how
		// fast the page responds.
		if at := w.pushes()[len(w.pushes())-1].T; at < -time.Minute || at > 30*time.Minute {
			t.Errorf("what was pushed just now is at %v", at)
		}
		w.settle()
	}
	last := time.Duration(0)
	for _, p := range w.pushes() {
		if p.T < last {
			t.Errorf("%s at %v comes after %v", p.Event, p.T, last)
		}
		last = p.T
	}
}

// A page that is attached to late has no reliable clock.
func TestClockThatIsBroken(t *testing.T) {
	t.Parallel()
	pages := map[string]string{}
	for i, now := range []string{"throw 1", "return 'soon'", "return Infinity", "return -1", "return {}"} {
		pages[fmt.Sprintf("/%d", i)] = `<script>Date.now = () => { ` + now + ` }; dataLayer = []</script>`
	}
	s := serve(t, pages)
	for page := range pages {
		d := newTab(t, chrome)
		d.open(s.URL + page)
		d.name = s.URL + page
		w := watch(t, d, chrome)
		d.run(`dataLayer.push({event: 'seen'}); 1`)
		w.see("seen")
		w.until("the hook answers", func() bool { return len(w.state.Frames) == 1 && w.state.Frames[0].Hooked })
		w.drain()
		if at := w.pushes()[0].T; at < -time.Minute || at > time.Hour {
			t.Errorf("%s: the push is at %v", pages[page], at)
		}
	}
}

// A wrong clock is reported once that is known, and not again for small changes.
func TestClockIsReported(t *testing.T) {
	start := time.UnixMilli(1_795_000_000_000)
	o := newBatchQueue()
	w := newWatcher(o, tracker.Options{Started: start})
	w.pick.tab = "TAB"
	now, n := start, int64(0)
	play := func(m cdproto.Message) { w.tracker.Take(&m, now) }
	play(cdproto.Message{Method: "Target.attachedToTarget", Params: []byte(`{"sessionId":"T","waitingForDebugger":true,"targetInfo":{"targetId":"TAB","type":"tab"}}`)})
	play(cdproto.Message{SessionID: "T", Method: "Target.attachedToTarget", Params: []byte(`{"sessionId":"P","waitingForDebugger":true,"targetInfo":{"targetId":"PAGE","type":"page"}}`)})
	play(cdproto.Message{SessionID: "P", Method: "Runtime.executionContextCreated", Params: []byte(`{"context":{"id":1,"uniqueId":"W","auxData":{"frameId":"PAGE","isDefault":true}}}`)})
	w.updateFrames()
	o.batch = datalayer.Batch{}
	// answer makes the hook answer a check with a clock that is ahead.
	answer := func(ahead time.Duration) datalayer.Batch {
		t.Helper()
		now = now.Add(bounds.CheckEvery)
		w.tracker.Tick(now)
		for _, cmd := range w.tracker.Commands() {
			n++
			w.tracker.Sent(n, cmd)
			if p, ok := cmd.Params.(runtime.EvaluateParams); ok && strings.Contains(p.Expression, "check(") {
				ms := float64(now.Add(ahead).UnixMicro()) / 1000
				text, _ := json.Marshal(fmt.Sprintf(`{"doc":"d","at":%.3f,"date":%[1]f}`, ms))
				play(cdproto.Message{ID: n, Result: fmt.Appendf(nil, `{"result":{"type":"string","value":%s}}`, text)})
			}
		}
		w.updateFrames()
		batch := o.batch
		o.batch = datalayer.Batch{}
		return batch
	}
	answer(0) // which reports the frame
	if got := answer(0); got.Attachment != nil {
		t.Errorf("a clock that is right is reported: %+v", got.Attachment)
	}
	if got := answer(time.Minute); got.Attachment == nil || got.Attachment.Ahead != time.Minute {
		t.Errorf("a clock that is a minute ahead is reported as %+v", got.Attachment)
	}
	if got := answer(time.Minute + 2*time.Millisecond); got.Attachment != nil {
		t.Errorf("2 ms more are reported: %+v", got.Attachment)
	}
}
