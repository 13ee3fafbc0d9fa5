package tracker

import (
	"slices"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// openings are the tabs and windows that the user opens from a followed tab, with the
// middle button or with Ctrl or Shift. The browser names no opener for them, but tells
// the followed page beforehand what address something is opened for (Chromium 156). A
// new page's own address is known when it asks for its document; a page that came
// after such word is a newcomer until then.
type openings struct {
	*shared
	told      []opening
	newcomers map[target.ID]*newcomer
}

func newOpenings(sh *shared) *openings {
	return &openings{shared: sh, newcomers: map[target.ID]*newcomer{}}
}

// reset forgets what belonged to a connection.
func (o *openings) reset() { *o = *newOpenings(o.shared) }

// opening is something that a followed page has had opened, and that has not come yet.
type opening struct {
	by  *tab
	url string
	at  time.Time
}

// newcomer is a page that may be what was opened.
type newcomer struct {
	since   time.Time
	settled bool
	opener  *tab // nil for a stranger's
	awaits  []func(opener *tab)
}

// opens takes that a page has something opened.
func (o *openings) opens(s *session, e *page.EventFrameRequestedNavigation) {
	switch e.Disposition {
	case page.ClientNavigationDispositionNewTab, page.ClientNavigationDispositionNewWindow:
		o.told = append(o.told, opening{s.tab, e.URL, o.now})
	}
}

// whoOpened returns the followed tab that opened a new page; nil where none did. It is
// not known of a newcomer.
func (o *openings) whoOpened(info *target.Info) (opener *tab, known bool) {
	o.forget(o.now)
	if info.OpenerID != "" || len(o.told) == 0 && o.newcomers[info.TargetID] == nil {
		return o.tabs[info.OpenerID], true
	}
	n := o.newcomers[info.TargetID]
	if n == nil {
		n = &newcomer{since: o.now}
		o.newcomers[info.TargetID] = n
	}
	return n.opener, n.settled
}

// nameOpener notes which followed tab opened one that is followed in any case.
func (o *openings) nameOpener(opened *tab, info *target.Info) {
	name := func(opener *tab) {
		if opener != nil && opener != opened && opened.Opener == "" {
			opened.Opener = opener.ID
		}
	}
	opener, known := o.whoOpened(info)
	name(opener)
	if !known {
		o.await(info.TargetID, name)
	}
}

// await has then told who opened a newcomer.
func (o *openings) await(id target.ID, then func(opener *tab)) {
	n := o.newcomers[id]
	n.awaits = append(n.awaits, then)
}

// claim takes an address that a newcomer has, and reports whether one was opened for it.
// What was opened once is one page.
func (o *openings) claim(id target.ID, url string) bool {
	n := o.newcomers[id]
	if n == nil || n.settled {
		return false
	}
	i := slices.IndexFunc(o.told, func(told opening) bool { return told.url == url })
	if i < 0 {
		return false
	}
	n.opener = o.told[i].by
	o.told = slices.Delete(o.told, i, i+1)
	n.settle()
	return true
}

// startsAt takes the address that a newcomer sets out for. One that is led on from
// there to another was opened for the first.
func (o *openings) startsAt(id target.ID, url string) {
	if n := o.newcomers[id]; n != nil && !n.settled && !o.claim(id, url) {
		n.settle()
	}
}

func (n *newcomer) settle() {
	n.settled = true
	for _, then := range n.awaits {
		then(n.opener)
	}
	n.awaits = nil
}

// forget gives up what did not come in time. Newcomers of which nothing is known by
// then are strangers.
func (o *openings) forget(now time.Time) {
	late := func(since time.Time) bool { return now.Sub(since) > o.Bounds.Opening }
	o.told = slices.DeleteFunc(o.told, func(told opening) bool { return late(told.at) })
	for id, n := range o.newcomers {
		if late(n.since) {
			delete(o.newcomers, id)
			n.settle()
		}
	}
}
