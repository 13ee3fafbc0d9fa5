package tracker

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/probetest"
)

// left returns a playbook in which one page was left for another.
func left(t *testing.T) *playbook {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.entries(p.now)
	p.pushes("P", "two", 1, "b")
	return p
}

// further returns the entries that are complete at a time, after those of the first
// page.
func (p *playbook) further(now time.Time) []string {
	lines := probetest.Story(append([]datalayer.Entry{&datalayer.Page{ID: "p1", URL: "http://shop.example/one"}}, p.tr.Ready(now)...))
	return lines[1:]
}

// A page reports at its end how many records it has made. Missing ones are waited for.
func TestRecordsThatComeAfterTheEnd(t *testing.T) {
	p := left(t)
	p.unloadBeacon("F", `[{"doc":"one","end":true,"n":4}]`)
	if got := p.further(p.now.Add(bounds.Usual.Settling)); len(got) > 0 {
		t.Errorf("what the page made is not waited for: %v", got)
	}
	p.unloadBeacon("F", probetest.Pushes(`"doc":"one","origin":1795000000000`, 3, "last"))
	p.unloadBeacon("F", probetest.Pushes(`"doc":"one","origin":1795000000000`, 2, "last but one"))
	want := []string{
		"push http://shop.example/one dataLayer last but one", "push http://shop.example/one dataLayer last",
		"page t1 main load http://shop.example/two", "push http://shop.example/two dataLayer b",
	}
	if diff := cmp.Diff(want, p.further(p.now.Add(bounds.Usual.Settling))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := p.further(p.now.Add(time.Hour)); len(got) > 0 {
		t.Errorf("there is more: %v", got)
	}
}

// Records of a page that did not arrive are a gap.
func TestRecordsThatDoNotCome(t *testing.T) {
	for _, test := range []struct {
		name, end string
		lost      int
		want      string
	}{
		{"some", `[{"doc":"one","end":true,"n":4}]`, 2, "gap these messages of an unloaded page did not arrive"},
		{"the end", "", -1, "gap an unloaded page did not report its end; its last messages may be missing or late"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := left(t)
			if test.end != "" {
				p.unloadBeacon("F", test.end)
			}
			if due, at := p.tr.Due(), p.now.Add(bounds.Usual.Overdue); due.After(at) {
				t.Errorf("nobody looks before %v, but at %v", at, due)
			}
			gaps := probetest.Only[*datalayer.Gap](p.tr.Ready(p.now.Add(bounds.Usual.Overdue - 1)))
			if len(gaps) > 0 {
				t.Errorf("it is given up too early: %+v", gaps[0])
			}
			entries := p.tr.Ready(p.now.Add(bounds.Usual.Overdue))
			lines := probetest.Story(entries)
			want := []string{test.want, "page t1 main load http://shop.example/two", "push http://shop.example/two dataLayer b"}
			if diff := cmp.Diff(want, lines); diff != "" {
				t.Fatalf("(-want +got)\n%s", diff)
			}
			if gap := probetest.Only[*datalayer.Gap](entries)[0]; gap.Lost != test.lost {
				t.Errorf("%d messages are lost, not %d", gap.Lost, test.lost)
			}
		})
	}
}

// A page of which only the end arrived is a gap, too, unless it arrives late.
func TestPagesThatDoNotCome(t *testing.T) {
	p := left(t)
	p.unloadBeacon("F", `[{"doc":"one","end":true,"n":2}]`)
	p.further(p.now.Add(bounds.Usual.Settling))
	p.unloadBeacon("F", `[{"doc":"lost","end":true,"n":51}]`)
	p.unloadBeacon("F", `[{"doc":"late","end":true,"n":2}]`)
	p.unloadBeacon("F", probetest.Pushes(`"doc":"late","origin":1794999999999,"page":{"top":true,"url":"http://shop.example/late"}`, 1, "late"))
	p.pushes("P", "two", 2, "current")
	want := []string{
		"page t1 main load http://shop.example/late", "push http://shop.example/late dataLayer late",
	}
	entries := p.tr.Ready(p.now.Add(bounds.Usual.Settling))
	lines := probetest.Story(entries[:min(2, len(entries))])
	if diff := cmp.Diff(want, lines); diff != "" || len(entries) != 3 {
		t.Errorf("(-want +got)\n%s", diff)
	}
	gaps := probetest.Only[*datalayer.Gap](p.tr.Ready(p.now.Add(bounds.Usual.Overdue)))
	if len(gaps) != 1 || gaps[0].Lost != 50 {
		t.Errorf("the gaps are %+v", gaps)
	}
}

// Three pages follow one another faster than their last messages arrive.
func TestPagesThatAreLeftAtOnce(t *testing.T) {
	p := left(t)
	p.pushes("P", "three", 1, "c")
	p.unloadBeacon("F", probetest.Pushes(`"doc":"two","origin":1795000000000`, 2, "b2"))
	p.unloadBeacon("F", probetest.Pushes(`"doc":"one","origin":1795000000000`, 2, "a2"))
	p.unloadBeacon("F", probetest.Pushes(`"doc":"two","origin":1795000000000`, 3, "b3"))
	p.unloadBeacon("F", `[{"doc":"two","end":true,"n":4}]`)
	if got := p.further(p.now.Add(bounds.Usual.Settling)); len(got) > 0 {
		t.Errorf("the first page is not waited for: %v", got)
	}
	p.unloadBeacon("F", `[{"doc":"one","end":true,"n":3}]`)
	want := []string{
		"push http://shop.example/one dataLayer a2",
		"page t1 main load http://shop.example/two", "push http://shop.example/two dataLayer b",
		"push http://shop.example/two dataLayer b2", "push http://shop.example/two dataLayer b3",
		"page t1 main load http://shop.example/three", "push http://shop.example/three dataLayer c",
	}
	if diff := cmp.Diff(want, p.further(p.now.Add(bounds.Usual.Settling))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Records that overtake earlier ones of the page wait for those, even if the page is
// still open.
func TestRecordsThatOvertake(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.entries(p.now)
	p.pushes("P", "one", 4, "d", "e")
	if got := p.further(p.now); len(got) > 0 {
		t.Errorf("it does not wait: %v", got)
	}
	p.pushes("P", "one", 2, "b")
	p.pushes("P", "one", 7, "g")
	want := []string{"push http://shop.example/one dataLayer b"}
	if diff := cmp.Diff(want, p.further(p.now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	want = []string{
		"gap these messages of the page did not arrive, but later ones did",
		"push http://shop.example/one dataLayer d", "push http://shop.example/one dataLayer e",
		"gap these messages of the page did not arrive, but later ones did",
		"push http://shop.example/one dataLayer g",
	}
	if diff := cmp.Diff(want, p.further(p.now.Add(bounds.Usual.Overdue))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
