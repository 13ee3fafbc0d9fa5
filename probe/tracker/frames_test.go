package tracker

import (
	"testing"
	"time"

	"layertap/probe/bounds"
)

// While a page waits for the next one, the browser sends it no commands. A missing
// response then means nothing.
func TestSlowSitesAreNotReported(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Page.frameNavigated", `{"frame":{"id":"PAGE","loaderId":"L","url":"http://shop.example/one"}}`)
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":1,"uniqueId":"u","auxData":{"frameId":"PAGE","isDefault":true}}}`)
	silent := func(after time.Duration) bool {
		p.now = p.now.Add(after)
		p.tr.now = p.now
		return !p.tr.Frames()[0].Silent.IsZero()
	}
	p.tr.Tick(p.now)
	p.event("P", "Page.frameStartedNavigating", `{"frameId":"PAGE","url":"http://shop.example/slow","navigationType":"differentDocument"}`)
	if silent(2 * bounds.Usual.Quiet) {
		t.Error("a page that waits for the next one is told to be silent")
	}
	p.event("P", "Page.frameStoppedLoading", `{"frameId":"PAGE"}`) // it stays
	if silent(bounds.Usual.Quiet) {
		t.Error("a page that stays is told to be silent before it can have answered")
	}
	if !silent(time.Millisecond) {
		t.Error("a page that stays and does not answer is not told to be silent")
	}
}
