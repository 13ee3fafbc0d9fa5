package probe

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
)

func TestClock(t *testing.T) {
	const ms = time.Millisecond
	type answer struct{ ahead, out, back time.Duration } // how far ahead it is, and how long question and answer take
	tests := []struct {
		name    string
		answers []answer
		want    time.Duration
		within  time.Duration
	}{
		{"nothing asked", nil, 0, 0},
		{"the same clock", []answer{{0, 1 * ms, 1 * ms}, {0, 20 * ms, 0}}, 0, 0},
		{"off by less than the way takes", []answer{{5 * ms, 10 * ms, 10 * ms}}, 0, 0},
		{"ahead", []answer{{time.Hour, 10 * ms, 10 * ms}}, time.Hour, 2 * ms},
		{"behind", []answer{{-time.Hour, 10 * ms, 10 * ms}}, -time.Hour, 2 * ms},
		{"a slow answer after a quick one", []answer{{time.Minute, 1 * ms, 1 * ms}, {time.Minute, 0, 400 * ms}}, time.Minute, 2 * ms},
		{"two slow ones", []answer{{time.Minute, 0, 400 * ms}, {time.Minute, 400 * ms, 0}}, time.Minute, 2 * ms},
		{"it slept", []answer{{0, 1 * ms, 1 * ms}, {-time.Hour, 1 * ms, 1 * ms}}, -time.Hour, 2 * ms},
		{"it was set right", []answer{{time.Hour, 1 * ms, 1 * ms}, {0, 1 * ms, 1 * ms}}, 0, 0},
	}
	for _, test := range tests {
		var c clock
		now := time.UnixMilli(1_795_000_000_000)
		for _, a := range test.answers {
			now = now.Add(time.Second)
			said := now.Add(a.out + a.ahead).Truncate(ms)
			c.read(said, now, now.Add(a.out+a.back))
		}
		if got := c.ahead(); got < test.want-test.within || got > test.want+test.within {
			t.Errorf("%s: it is ahead by %v, not %v", test.name, got, test.want)
		}
	}
}

// told plays that a hook checks itself. Its page's clock is off, and the browser's.
func (p *playbook) told(doc string, off, browser time.Duration) {
	p.t.Helper()
	p.now = p.now.Add(checkEvery)
	p.tr.now = p.now
	p.tr.check(p.tr.sessions["P"], p.tr.sessions["P"].worlds[1])
	p.event("P", "nothing", "{}")
	ms := func(off time.Duration) float64 { return float64(p.now.Add(off).UnixMicro()) / 1000 }
	text, _ := json.Marshal(fmt.Sprintf(`{"doc":%q,"at":%.3f,"date":%.3f,"url":"http://shop.example/"}`, doc, ms(off), ms(browser)))
	p.answer(fmt.Sprintf(`{"result":{"type":"string","value":%s}}`, text))
}

// at is a push as the hook tells it, by a clock that is off.
func (p *playbook) at(doc string, n int, off time.Duration) {
	p.t.Helper()
	t := p.now.Add(off).UnixMicro() - 1_795_000_000_000_000
	text := fmt.Sprintf(`[{"doc":%q,"origin":1795000000000,"page":{"top":true,"url":"http://shop.example/"},"n":%d,"t":%d,"shapes":[["event"]]},[0,[1,"e"],{"layer":"dataLayer"}]]`, doc, n, t)
	payload, _ := json.Marshal(text)
	p.event("P", "Runtime.bindingCalled", fmt.Sprintf(`{"name":"binding","payload":%s,"executionContextId":1}`, payload))
}

func TestClockOfAnotherMachine(t *testing.T) {
	p := newPlaybook(t)
	const ahead = time.Hour
	p.event("", "Target.attachedToTarget", `{"sessionId":"T","waitingForDebugger":false,"targetInfo":{"targetId":"TAB","type":"tab"}}`)
	asked := p.event("T", "Target.attachedToTarget", `{"sessionId":"P","waitingForDebugger":false,"targetInfo":{"targetId":"PAGE","type":"page"}}`)
	if !strings.HasPrefix(asked, "P Runtime.evaluate\nP Page.enable\n") {
		t.Fatalf("the page is not asked for the time first, but:\n%s", asked)
	}
	p.answer(fmt.Sprintf(`{"result":{"type":"number","value":%d}}`, p.now.Add(ahead).UnixMilli()))
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":1,"uniqueId":"W","origin":"","name":"","auxData":{"frameId":"PAGE","isDefault":true}}}`)
	p.now = p.now.Add(3 * time.Second)
	p.at("one", 1, ahead)

	p.told("one", ahead, ahead)
	p.at("one", 2, ahead) // at 4 s
	p.now = p.now.Add(time.Minute)
	p.told("one", ahead-time.Minute, ahead) // the machine slept, and the page's clock with it
	p.at("one", 3, ahead-time.Minute)       // at 65 s
	p.now = p.now.Add(time.Second)
	p.at("two", 1, ahead)

	var got []time.Duration
	for _, e := range p.tr.builder.ready(time.Time{}) {
		if push, ok := e.(*datalayer.Push); ok {
			got = append(got, push.T.Round(10*time.Millisecond))
		}
	}
	want := []time.Duration{3, 4, 65, 66}
	for i := range want {
		if i >= len(got) || got[i] != want[i]*time.Second {
			t.Fatalf("the pushes are at %v, not at the seconds %d", got, want)
		}
	}
}

// What was learned about a clock late never makes a document's time run backwards.
func TestTimeNeverRunsBackwards(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":1,"uniqueId":"W","origin":"","name":"","auxData":{"frameId":"PAGE","isDefault":true}}}`)
	for i := range 5 {
		p.at("one", 2*i+1, 3*time.Second)
		p.told("one", 3*time.Second, 3*time.Second)
		p.at("one", 2*i+2, 3*time.Second)
	}
	last := time.Duration(0)
	pushes := only[*datalayer.Push](p.tr.builder.ready(time.Time{}))
	for _, push := range pushes {
		if push.T < last {
			t.Errorf("%v comes after %v", push.T, last)
		}
		last = push.T
	}
	if len(pushes) != 10 || last.Round(10*time.Millisecond) != 5*time.Second {
		t.Errorf("of %d pushes the last is at %v", len(pushes), last)
	}
}

// A page that is attached to late tells the time by a clock that is an hour off.
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
		// By the page's clock it would be an hour. How exact the time is depends on how
		// fast the page answers.
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

// A page that is attached to late has no clock that could be relied on.
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

// A clock that is wrong is reported once that is known, and not again for a trifle.
func TestTellsOfTheClock(t *testing.T) {
	start := time.UnixMilli(1_795_000_000_000)
	o := newBatchQueue()
	w := newWatcher(o, newTracker(hookConfig{}, bounds{}, start))
	tell := func(ahead time.Duration) datalayer.Batch {
		w.tracker.builder.clock.read(start.Add(ahead), start, start.Add(time.Millisecond))
		w.tracker.stirred = true
		w.sayFrames()
		batch := o.batch
		o.batch = datalayer.Batch{}
		return batch
	}
	if got := tell(0); got.Attachment != nil {
		t.Errorf("a clock that is right is reported: %+v", got.Attachment)
	}
	if got := tell(time.Minute); got.Attachment == nil || got.Attachment.Ahead != time.Minute {
		t.Errorf("a clock that is a minute ahead is reported as %+v", got.Attachment)
	}
	if got := tell(time.Minute + 2*time.Millisecond); got.Attachment != nil {
		t.Errorf("2 ms more are reported: %+v", got.Attachment)
	}
}
