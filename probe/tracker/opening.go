package tracker

import (
	"slices"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// openings are the tabs and windows that the user opens from a followed tab, with the
// middle button or with Ctrl or Shift. The browser reports no opener for them, but
// announces to the followed page the URL that is about to be opened (Chromium 156). A
// new page's own URL is known when it requests its document; until then, a page that
// was created after such an announcement is a newcomer.
type openings struct {
	*shared
	announced []opening
	newcomers map[target.ID]*newcomer
}

func newOpenings(sh *shared) *openings {
	return &openings{shared: sh, newcomers: map[target.ID]*newcomer{}}
}

// reset clears the state of a connection.
func (o *openings) reset() { *o = *newOpenings(o.shared) }

// opening is an announced page that has not been created yet.
type opening struct {
	by  *tab
	url string
	at  time.Time
}

// newcomer is a new page that may be an announced one.
type newcomer struct {
	since   time.Time
	settled bool
	opener  *tab // nil for an unrelated page
	awaits  []func(opener *tab)
}

// opens records the announcement of a new page.
func (o *openings) opens(s *session, e *page.EventFrameRequestedNavigation) {
	switch e.Disposition {
	case page.ClientNavigationDispositionNewTab, page.ClientNavigationDispositionNewWindow:
		o.announced = append(o.announced, opening{s.tab, e.URL, o.now})
	}
}

// whoOpened returns the followed tab that opened a new page; nil if none did. For a
// newcomer, known is false.
func (o *openings) whoOpened(info *target.Info) (opener *tab, known bool) {
	o.forget(o.now)
	if info.OpenerID != "" || len(o.announced) == 0 && o.newcomers[info.TargetID] == nil {
		return o.tabs[info.OpenerID], true
	}
	n := o.newcomers[info.TargetID]
	if n == nil {
		n = &newcomer{since: o.now}
		o.newcomers[info.TargetID] = n
	}
	return n.opener, n.settled
}

// nameOpener records which followed tab opened one that is followed anyway.
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

// await calls then when the opener of a newcomer is known.
func (o *openings) await(id target.ID, then func(opener *tab)) {
	n := o.newcomers[id]
	n.awaits = append(n.awaits, then)
}

// claim reports whether the URL of a newcomer was announced. Each announcement matches
// one page.
func (o *openings) claim(id target.ID, url string) bool {
	n := o.newcomers[id]
	if n == nil || n.settled {
		return false
	}
	i := slices.IndexFunc(o.announced, func(announced opening) bool { return announced.url == url })
	if i < 0 {
		return false
	}
	n.opener = o.announced[i].by
	o.announced = slices.Delete(o.announced, i, i+1)
	n.settle()
	return true
}

// startsAt records the first URL that a newcomer navigates to. If that redirects, the
// announcement was for the first URL.
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

// forget drops the openings that did not appear in time. Newcomers without a match by
// then are unrelated.
func (o *openings) forget(now time.Time) {
	late := func(since time.Time) bool { return now.Sub(since) > o.Bounds.Opening }
	o.announced = slices.DeleteFunc(o.announced, func(announced opening) bool { return late(announced.at) })
	for id, n := range o.newcomers {
		if late(n.since) {
			delete(o.newcomers, id)
			n.settle()
		}
	}
}
