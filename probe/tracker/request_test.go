package tracker

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/probetest"
)

// A hit without a response is recorded nevertheless, after a while and not before, and
// with its page.
func TestHitWithoutAnAnswer(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Page.frameNavigated", `{"frame":{"id":"F","loaderId":"L"}}`)
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":1,"uniqueId":"u","auxData":{"frameId":"F","isDefault":true}}}`)
	p.pushes("P", "one", 1, "view")
	p.entries(p.now)
	leave := `{"requestId":"7","loaderId":"L","frameId":"F","type":"Fetch","wallTime":1795000000.5,"request":{"method":"GET","url":"https://a.example/g/collect?v=2&tid=G-T&en=view"}}`
	p.event("P", "Network.requestWillBeSent", leave)
	if got := p.hits(p.now.Add(bounds.Usual.Answer - 1)); len(got) > 0 {
		t.Errorf("it is handed on too soon: %v", got)
	}
	if due := p.tr.Due(); due.After(p.now.Add(bounds.Usual.Answer)) {
		t.Errorf("nobody looks before %v", due)
	}
	want := []string{"hit http://shop.example/one ga4 GET view 0"}
	if diff := cmp.Diff(want, p.hits(p.now.Add(bounds.Usual.Answer))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.event("P", "Network.requestWillBeSent", leave)
	p.tr.Disconnected()
	if diff := cmp.Diff(want, p.hits(time.Time{})); diff != "" {
		t.Errorf("what was open when the connection was lost (-want +got)\n%s", diff)
	}
}

// What a busy page pushed before its request may arrive after the response. The page is
// checked, and the hit waits for that.
func TestHitWaitsForItsMessage(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Page.frameNavigated", `{"frame":{"id":"F","loaderId":"L"}}`)
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":1,"uniqueId":"u","auxData":{"frameId":"F","isDefault":true}}}`)
	p.pushes("P", "one", 1, "page")
	p.entries(p.now)
	p.event("P", "Network.requestWillBeSent", `{"requestId":"7","loaderId":"L","frameId":"F","type":"Fetch","wallTime":1795000000.5,"request":{"method":"GET","url":"https://a.example/g/collect?v=2&tid=G-T&en=view"}}`)
	p.event("P", "Network.responseReceived", `{"requestId":"7","response":{"status":204}}`)
	p.now = p.now.Add(aMoment)
	if got := p.hits(p.now); len(got) > 0 {
		t.Errorf("it is handed on before its page was asked: %v", got)
	}
	if asked := p.event("P", "nothing", "{}"); asked != "P Runtime.evaluate" {
		t.Errorf("the page is not asked, but:\n%s", asked)
	}
	p.pushes("P", "one", 2, "view")
	p.answer(`{"result":{"type":"string","value":"{}"}}`)
	want := []string{"push http://shop.example/one dataLayer view", "hit http://shop.example/one ga4 GET view 204"}
	p.now = p.now.Add(aMoment)
	if diff := cmp.Diff(want, p.hits(p.now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// hits returns the hits that are recorded at a time, as text.
func (p *playbook) hits(now time.Time) []string {
	pages := []datalayer.Entry{&datalayer.Page{ID: "p1", URL: "http://shop.example/one"}}
	lines := probetest.Story(append(pages, p.tr.Ready(now)...))
	return lines[1:]
}
