package tracker

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/probetest"
)

// clock simulates a hook's check. The clocks of its page and of the browser are off.
func (p *playbook) clock(doc string, off, browser time.Duration) {
	p.t.Helper()
	p.now = p.now.Add(bounds.CheckEvery)
	p.tr.now = p.now
	p.tr.check(p.tr.sessions["P"], p.tr.sessions["P"].worlds[1])
	p.event("P", "nothing", "{}")
	ms := func(off time.Duration) float64 { return float64(p.now.Add(off).UnixMicro()) / 1000 }
	text, _ := json.Marshal(fmt.Sprintf(`{"doc":%q,"at":%.3f,"date":%.3f,"url":"http://shop.example/"}`, doc, ms(off), ms(browser)))
	p.answer(fmt.Sprintf(`{"result":{"type":"string","value":%s}}`, text))
}

// at simulates a push reported by the hook, by a clock that is off.
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

	p.clock("one", ahead, ahead)
	p.at("one", 2, ahead) // at 4 s
	p.now = p.now.Add(time.Minute)
	p.clock("one", ahead-time.Minute, ahead) // the machine slept, and the page's clock with it
	p.at("one", 3, ahead-time.Minute)        // at 65 s
	p.now = p.now.Add(time.Second)
	p.at("two", 1, ahead)

	var got []time.Duration
	for _, e := range p.tr.builder.Ready(time.Time{}) {
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

// A clock offset that is learned late never makes a document's time decrease.
func TestTimeNeverRunsBackwards(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":1,"uniqueId":"W","origin":"","name":"","auxData":{"frameId":"PAGE","isDefault":true}}}`)
	for i := range 5 {
		p.at("one", 2*i+1, 3*time.Second)
		p.clock("one", 3*time.Second, 3*time.Second)
		p.at("one", 2*i+2, 3*time.Second)
	}
	last := time.Duration(0)
	pushes := probetest.Only[*datalayer.Push](p.tr.builder.Ready(time.Time{}))
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
