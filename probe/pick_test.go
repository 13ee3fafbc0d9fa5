package probe

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// counted returns a proxy of the shared browser that counts connections.
func counted(t *testing.T) (*wire, string) {
	u, err := url.Parse(chrome.Address)
	if err != nil {
		t.Fatal(err)
	}
	line := newWire(t, u.Host)
	return line, "ws://" + line.Addr().String() + u.Path
}

// offered returns the tabs of this test's site that can be chosen, in short form.
func (w *watched) offered() []string {
	var tabs []string
	for _, c := range w.state.Choices {
		if path := probetest.PathOf(c.URL); strings.HasPrefix(path, "127.0.0.1/") {
			line := c.Title + " " + path
			if c.Watched {
				line += " (watched)"
			}
			tabs = append(tabs, line)
		}
	}
	return tabs
}

// choose switches to the tab with a title, once it is offered.
func (w *watched) choose(title string) {
	w.t.Helper()
	id := ""
	w.until(title+" is offered", func() bool {
		for _, c := range w.state.Choices {
			if c.Title == title {
				id = c.ID
			}
		}
		return id != ""
	})
	w.Choose(id)
}

// hooked reports whether the page's data layer has a hook.
func (d *driver) hooked() bool {
	d.t.Helper()
	return d.run(`'get' in Object.getOwnPropertyDescriptor(window, 'dataLayer') || 'push' in Object.getOwnPropertyDescriptors(dataLayer)`) == "true"
}

func (w *watched) untilWatched(title string) {
	w.t.Helper()
	w.until(title+" is watched", func() bool {
		for _, c := range w.state.Choices {
			if c.Title == title && c.Watched {
				return w.state.Phase == datalayer.Live
			}
		}
		return false
	})
}

// A user can select a tab by the ID of its page, as listed in /json.
func TestTabByItsPage(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/one": pushing("one"), "/two": pushing("two")})
	var tabs []*driver
	for _, name := range []string{"one", "two"} {
		d := newTab(t, chrome)
		d.open(s.URL + "/" + name)
		tabs = append(tabs, d)
	}
	page := string(tabs[1].page)
	host, _, _ := strings.Cut(chrome.Address, "/devtools/")
	for _, o := range []Options{{Attach: chrome.Address, Tab: page}, {Attach: host + "/devtools/page/" + page}} {
		w := start(t, o)
		w.see("two")
		if tabs[0].hooked() {
			t.Errorf("%+v: the other tab is hooked", o)
		}
	}
}

// A user chooses one of three tabs, switches to another and back again, all on one
// connection.
func TestChoosesAndSwitches(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/amber": pushing("amber"), "/green": pushing("green"), "/blue": pushing("blue")})
	tabs := map[string]*driver{}
	for _, name := range []string{"amber", "green", "blue"} {
		tabs[name] = newTab(t, chrome)
		tabs[name].open(s.URL + "/" + name)
	}
	line, place := counted(t)
	w := start(t, Options{Attach: place, Tab: s.URL, Pick: true})
	w.until("all are offered", func() bool {
		return w.state.Phase == datalayer.ChoosingTab &&
			cmp.Equal(w.offered(), []string{"amber 127.0.0.1/amber", "blue 127.0.0.1/blue", "green 127.0.0.1/green"})
	})
	if len(w.state.Choices) != 3 {
		t.Errorf("others are offered too: %+v", w.state.Choices)
	}
	if tabs["green"].hooked() {
		t.Error("a tab is hooked before it was chosen")
	}

	w.choose("green")
	w.untilWatched("green")
	tabs["green"].run(`dataLayer.push({event: 'in green'}); 1`)
	w.see("in green")
	w.choose("blue")
	w.untilWatched("blue")
	if tabs["green"].hooked() {
		t.Error("the hook is still in the tab that was left")
	}
	tabs["green"].run(`dataLayer.push({event: 'unseen'}); 1`)
	tabs["blue"].run(`dataLayer.push({event: 'in blue'}); 1`)
	w.see("in blue")
	w.choose("green")
	w.untilWatched("green")
	w.see("unseen") // it is still in the layer
	tabs["green"].run(`dataLayer.push({event: 'green again'}); 1`)
	w.see("green again")
	w.settle()
	want := []string{
		"gap attached after the page loaded; messages already removed from its data layers are unknown",
		"page t1 main attach 127.0.0.1/green", "push 127.0.0.1/green dataLayer green (initial)",
		"push 127.0.0.1/green dataLayer in green",
		"gap switched to another tab; this tab is no longer captured",
		"gap attached after the page loaded; messages already removed from its data layers are unknown",
		"page t2 main attach 127.0.0.1/blue", "push 127.0.0.1/blue dataLayer blue (initial)",
		"push 127.0.0.1/blue dataLayer in blue",
		"gap switched to another tab; this tab is no longer captured",
		"gap another tab was captured instead of this one",
		"push 127.0.0.1/green dataLayer unseen (index)", "push 127.0.0.1/green dataLayer green again",
	}
	if diff := cmp.Diff(want, w.story()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if n := line.dials(); n != 1 {
		t.Errorf("it took %d connections", n)
	}
}

// Tabs are opened, closed and changed while the user looks at the list.
func TestOffersTabsAsTheyAre(t *testing.T) {
	t.Parallel()
	b := ownChrome(t)
	s := serve(t, map[string]string{"/one": pushing("one"), "/two": pushing("two")})
	first, second := newTab(t, b), newTab(t, b)
	w := start(t, Options{Attach: b.Address, Pick: true})
	w.until("there is a choice", func() bool { return w.state.Phase == datalayer.ChoosingTab && len(w.state.Choices) == 3 })
	first.open(s.URL + "/one")
	w.until("a new title is told", func() bool { return cmp.Equal(w.offered(), []string{"one 127.0.0.1/one"}) })
	second.open(s.URL + "/two")
	w.until("another is told", func() bool {
		return cmp.Equal(w.offered(), []string{"one 127.0.0.1/one", "two 127.0.0.1/two"})
	})
	w.choose("one")
	w.untilWatched("one")
	first.shut()
	w.until("the end of the tab is told", func() bool {
		return w.state.Phase == datalayer.Lost && cmp.Equal(w.offered(), []string{"two 127.0.0.1/two"})
	})
	w.choose("two")
	w.untilWatched("two")
	w.see("two")
}

// A tab that hangs is reported, and the user can still switch to another.
func TestTabThatHangs(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/hangs": pushing("hangs"), "/works": pushing("works")})
	hangs, works := newTab(t, chrome), newTab(t, chrome)
	hangs.open(s.URL + "/hangs")
	works.open(s.URL + "/works")
	if _, err := hangs.conn.Send(protocol.Ask(hangs.session, runtime.Evaluate, runtime.EvaluateParams{Expression: "for (;;);"})); err != nil {
		t.Fatal(err)
	}
	hurried := unhurried
	hurried.Tab, hurried.Detach = 100*time.Millisecond, time.Second
	w := start(t, Options{Attach: chrome.Address, Tab: s.URL, Pick: true, bounds: hurried})
	w.choose("hangs")
	w.until("it is told", func() bool {
		return w.state.Phase == datalayer.Starting && strings.Contains(w.state.Detail, "no response from the tab")
	})
	w.choose("works")
	w.untilWatched("works")
	w.see("works")
}

// The tab that the user selected doesn't exist yet: once it does, the user isn't
// prompted.
func TestAwaitsATab(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": pushing("home")})
	d := newTab(t, chrome)
	w := start(t, Options{Attach: chrome.Address, Tab: s.URL, Pick: true})
	w.untilPhase(datalayer.ChoosingTab)
	if !strings.Contains(w.state.Detail, "no tab matches") {
		t.Errorf("it says %q", w.state.Detail)
	}
	d.open(s.URL)
	w.see("home")
}

// In a browser that was started here every tab is watched; the chosen one is the target
// of commands, and until one is chosen that is never a pop-up.
func TestChoosesAmongWatched(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": pushing("home"), "/pop-up": pushing("pop-up"), "/other": pushing("other")})
	w := start(t, Options{URL: s.URL, Headless: true, Pick: true, switches: []string{"disable-popup-blocking"}})
	w.see("home")
	if err := w.Push(t.Context(), "dataLayer", `{event: 'opening', x: open('/pop-up') && 1}`); err != nil {
		t.Fatal(err)
	}
	w.see("pop-up")
	w.untilWatched("pop-up")
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until("a page was reloaded", func() bool { return w.lastPage().Cause == datalayer.CauseReload })
	if page := w.lastPage(); page.Target != "t1" {
		t.Errorf("%s was reloaded", page.Target)
	}
	w.choose("pop-up")
	w.until("it is chosen", func() bool { return w.front.chosen() == "t2" })
	if err := w.Navigate(t.Context(), s.URL+"/other"); err != nil {
		t.Fatal(err)
	}
	w.see("other")
	if page := w.lastPage(); page.Target != "t2" || page.Opener != "t1" {
		t.Errorf("it was opened in %s, which %s opened:\n%s", page.Target, page.Opener, strings.Join(w.story(), "\n"))
	}
}

func (f *front) chosen() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tab
}

func (w *watched) lastPage() *datalayer.Page {
	pages := probetest.Only[*datalayer.Page](w.entries)
	return pages[len(pages)-1]
}

// A pop-up that outlives its opener becomes the target of commands.
func TestPopUpThatIsLeft(t *testing.T) {
	s := serve(t, map[string]string{"/": pushing("home"), "/pop-up": pushing("pop-up"), "/other": pushing("other")})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	d.run(`open('/pop-up'); 1`)
	w.see("pop-up")
	d.shut()
	w.until("the tab is gone", func() bool { return len(w.state.Frames) == 1 && strings.HasSuffix(w.state.Frames[0].URL, "/pop-up") })
	if err := w.Navigate(t.Context(), s.URL+"/other"); err != nil {
		t.Fatal(err)
	}
	w.see("other")
}
