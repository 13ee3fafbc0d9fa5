// Package probe records what a browser's data layers receive. Only it and the packages
// below it use the Chrome DevTools Protocol.
//
// A [Probe] starts a browser or attaches to a tab of a running one, hooks the data
// layers of every document before its first script, and returns what it records as
// entries, in the order in which each document made them. Entries of different
// documents are in order of arrival. Nothing that arrived is ever dropped: queues are
// unbounded, so a slow reader only costs memory.
package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"layertap/crash"
	"layertap/datalayer"
	"layertap/hits"
	"layertap/probe/bounds"
	"layertap/probe/browser"
	"layertap/probe/devtools"
	"layertap/probe/hook"
	"layertap/probe/tabs"
	"layertap/probe/tracker"
	"layertap/probe/visit"
)

// Options configure what to watch.
type Options struct {
	// URL is the page to open: in a browser started here or, with Attach, in a new tab of
	// the running browser, which is closed at the end.
	URL string
	// Fresh opens the new tab in its own browser context: without the cookies and the
	// storage of the browser's other tabs, and deleted at the end.
	Fresh bool
	// Attach is the location of a running browser: a port, host:port, an http, https, ws
	// or wss URL, or a DevToolsActivePort file. If it is empty, a browser is started.
	Attach string
	// Tab selects the tab to attach to by its ID, or by a part of its title or URL. Empty
	// means the only tab.
	Tab string
	// AllTabs watches all tabs of the browser, including those opened later by anything.
	AllTabs bool
	// Pick reports whether a user can be prompted. If several tabs match, or none, the
	// attachment lists them and [Probe.Choose] selects one; without Pick that is an error.
	// Without URL and Attach, one of the browsers running on this machine is chosen first.
	Pick bool
	// Browser is the program to start; empty means the first one found.
	Browser string
	// Profile is the name of a persistent profile. Empty means a temporary one that is
	// removed at the end.
	Profile string
	// Headless shows no window, which is always the case without a display.
	Headless bool
	// KeepOpen keeps the browser that is started running at the end. It listens on a port
	// of this machine from the start.
	KeepOpen bool
	// Visit configures the browser that is started.
	Visit visit.Visit
	// Layers are the names of data layers to watch from the first script on, in addition
	// to "dataLayer": variables, also written as window.x, or paths such as
	// digitalData.events.
	Layers []string
	// Endpoints are the site's own URLs to which vendors' hits are sent.
	Endpoints []hits.Endpoint
	// NoStacks and NoActions omit the causes of a message: the call stack and the user
	// action. They are then not collected in the page either.
	NoStacks, NoActions bool
	// Container finds the container or the Google tag in the text of a script that a page
	// loaded, whose URL has an id, and returns a [datalayer.Container] or a
	// [datalayer.GoogleTag], or nil. The probe sets its Place, Layer and Source. If
	// Container is nil, containers are ignored.
	Container func(script []byte, id string) datalayer.Entry
	// Started is the start of the session, from which entries' times count; the zero time
	// means now.
	Started time.Time

	switches []string // additional ones, for tests
	bounds   bounds.Times
}

// Probe watches a browser. Its methods may be called from any goroutine.
type Probe struct {
	options  Options
	hook     hook.Config
	queue    *batchQueue
	end      context.CancelFunc
	ended    chan struct{}
	front    front
	chosen   chan string // the user's latest choice, until it is handled
	worlds   chan worldQuery
	barriers chan barrier // for tests
}

// Open returns a probe immediately; the browser is started or connected to in the
// background, and [Probe.Next] returns the progress. Open only returns an error if
// options conflict.
func Open(o Options) (*Probe, error) {
	if o.URL == "" && o.Attach == "" && !o.Pick {
		return nil, errors.New("opening a probe: give a URL to open or a browser to attach to")
	}
	if o.Fresh && (o.URL == "" || o.Attach == "") {
		return nil, errors.New("opening a probe: a browser context of its own needs a URL and a browser to attach to")
	}
	layers := make([]string, len(o.Layers))
	for i, name := range o.Layers {
		var err error
		if layers[i], err = layerName(name); err != nil {
			return nil, err
		}
	}
	o.Layers = layers
	if _, err := visit.New(o.Visit, o.URL, ""); err != nil {
		return nil, fmt.Errorf("opening a probe: %w", err)
	}
	if o.Started.IsZero() {
		o.Started = time.Now()
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Probe{options: o, hook: hook.New(hook.Options{Layers: o.Layers, Stacks: !o.NoStacks, Actions: !o.NoActions, Bounds: o.bounds}), queue: newBatchQueue(), end: cancel, ended: make(chan struct{}), chosen: make(chan string, 1), worlds: make(chan worldQuery), barriers: make(chan barrier)}
	p.front.again = make(chan string, 1)
	go func() {
		defer close(p.ended)
		p.queue.close(crash.Guard(func() error { return p.run(ctx) }))
	}()
	return p, nil
}

// Next waits for entries that are new since the last call and returns them. After the
// last entries, when the tab or the browser is gone or the probe was closed, it returns
// io.EOF; if there was nothing to watch in the first place, it returns another error.
func (p *Probe) Next(ctx context.Context) (datalayer.Batch, error) { return p.queue.next(ctx) }

// Close removes the hook from the page and detaches. A tab that was attached to stays
// open; a browser that was started here is closed. [Probe.Next] still returns what had
// arrived. Close returns when all of this is done, after a few seconds at most.
func (p *Probe) Close() error {
	p.end()
	<-p.ended
	return nil
}

// Choose selects one of the attachment's choices by its ID: it attaches to that
// browser, or switches to that tab. A tab that is already watched becomes the target of
// [Probe.Reload] and the other commands.
func (p *Probe) Choose(id string) {
	select {
	case <-p.chosen: // the last choice wins
	default:
	}
	select {
	case p.chosen <- id:
	default: // another goroutine was faster
	}
}

// run watches until ctx ends or there is nothing left to watch.
func (p *Probe) run(ctx context.Context) error {
	w := newWatcher(p.queue, tracker.Options{
		Hook: p.hook, Bounds: p.options.bounds, Started: p.options.Started,
		Endpoints: p.options.Endpoints, Container: p.options.Container,
	})
	w.open, w.front = p.options.URL, &p.front
	w.pick = pick{asks: p.options.Pick, wanted: p.options.Tab, chosen: p.chosen}
	w.worlds, w.barriers = p.worlds, p.barriers
	switch {
	case p.options.URL == "":
		return p.attach(ctx, w)
	case p.options.Attach != "":
		return p.openTab(ctx, w)
	}
	w.pick.everything = true
	for {
		why, err := "the window was closed", p.launch(ctx, w)
		if errors.Is(err, devtools.ErrLost) {
			why, err = "the browser ended", nil
			w.ended(time.Now(), why)
		}
		if err != nil || ctx.Err() != nil || !w.stays {
			return err
		}
		if w.open = p.reopening(ctx, w, why); w.open == "" {
			return nil
		}
	}
}

// launch starts a browser and watches it until its last tab is closed.
func (p *Probe) launch(ctx context.Context, w *watcher) error {
	w.setPhase(datalayer.Starting, "starting Chrome")
	b, err := browser.Launch(ctx, browser.Options{
		Program: p.options.Browser, Profile: p.options.Profile, Headless: p.options.Headless, KeepOpen: p.options.KeepOpen,
		Visit: p.options.Visit, Switches: p.options.switches, Patience: p.options.bounds.Start,
	})
	if err != nil {
		return err
	}
	defer b.Close()
	w.attachment.Notices = b.Notices
	c := b.Conn
	windowless := p.options.Headless || !browser.HasDisplay()
	w.stays = !windowless && p.options.Pick
	if w.attachment.Browser, err = c.Version(ctx); err != nil {
		return err
	}
	v, err := visit.New(p.options.Visit, p.options.URL, w.attachment.Browser)
	if err != nil {
		return err
	}
	w.tracker.Launched(v, windowless, !w.stays)
	w.setPhase(datalayer.Starting, "opening "+w.open)
	return w.run(ctx, c)
}

// reopening waits, after the window was closed, until the user opens a page, and
// returns its URL; empty if ctx ends first.
func (p *Probe) reopening(ctx context.Context, w *watcher, why string) string {
	w.tracker.Disconnected()
	w.flushEntries()
	w.attachment.Reopens = cmp.Or(w.tracker.Shown(), p.options.URL)
	p.front.windowClosed(w.attachment.Reopens)
	w.setPhase(datalayer.Lost, why)
	defer func() { w.attachment.Reopens = "" }()
	select {
	case address := <-p.front.again:
		return address
	case <-ctx.Done():
		w.setPhase(datalayer.Over, why)
		return ""
	}
}

// attach watches a tab of a running browser, and attaches to it again when the
// connection is lost.
func (p *Probe) attach(ctx context.Context, w *watcher) error {
	where := p.place(ctx, w)
	if where == "" {
		return nil
	}
	w.pick.everything, w.pick.foreign = p.options.AllTabs, p.options.AllTabs
	w.setPhase(datalayer.Starting, "attaching to "+browser.Shown(where))
	permission := time.AfterFunc(3*time.Second, func() {
		p.queue.setAttachment(datalayer.Attachment{Detail: "no response yet: if Chrome asks whether to allow remote debugging, click Allow"})
	})
	c, err := p.reach(ctx, w, where)
	permission.Stop()
	if err != nil {
		return err
	}
	for {
		err := w.run(ctx, c)
		_ = c.Close()
		if !errors.Is(err, devtools.ErrLost) {
			return err
		}
		lost, watching := time.Now(), w.pick.everything || w.pick.tab != ""
		w.tracker.Disconnected()
		w.setPhase(datalayer.Lost, "the connection to the browser was lost; trying again")
		if c = p.reachAgain(ctx, w, where); c == nil {
			w.ended(lost, "the connection to the browser was lost")
			return nil
		}
		if watching {
			w.tracker.Gap(lost, time.Now(), "the connection to the browser was lost")
		}
	}
}

// place returns the location of the browser: that of the options, or the one that runs
// on this machine. If several run, the user chooses; if none does, place waits for one.
// The result is empty if ctx ends first.
func (p *Probe) place(ctx context.Context, w *watcher) string {
	if p.options.Attach != "" {
		return p.options.Attach
	}
	w.setPhase(datalayer.Starting, "looking for a browser")
	for offered := false; ; {
		found := browser.Attachable(ctx)
		if len(found) == 1 && !offered {
			return found[0]
		}
		offered = offered || len(found) > 1
		w.pick.browsers = found
		w.setPhase(datalayer.ChoosingBrowser, "")
		select {
		case where := <-p.chosen:
			return where
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ""
		}
	}
}

// reach connects to the browser and finds the tab to watch.
func (p *Probe) reach(ctx context.Context, w *watcher, where string) (*devtools.Conn, error) {
	c, err := browser.Dial(ctx, where)
	if err != nil {
		return nil, err
	}
	if err := p.find(ctx, w, c); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("attaching to %s: %w", browser.Shown(where), err)
	}
	return c, nil
}

// find finds the tab that was watched before, or else the one that the options select.
// If the user is to choose it, find sets none.
func (p *Probe) find(ctx context.Context, w *watcher, c *devtools.Conn) error {
	version, err := c.Version(ctx)
	if err != nil {
		return err
	}
	all, err := list(ctx, c)
	if err != nil {
		return err
	}
	w.attachment.Browser = version
	w.tracker.SetTabs(all)
	if w.pick.everything || tabs.Index(all, w.pick.tab) >= 0 {
		return nil
	}
	w.pick.wanted, err = tabOf(ctx, c, all, cmp.Or(p.options.Tab, browser.PageIn(p.options.Attach)))
	if err != nil {
		return err
	}
	tab, err := tabs.Choose(all, w.pick.wanted)
	if err != nil && !p.options.Pick {
		return err
	}
	w.pick.tab, w.pick.awaited = tab.ID, len(tabs.Fitting(all, w.pick.wanted)) == 0
	return nil
}

// reachAgain tries with increasing delays to connect to the same tab or, after a
// restart of the browser, to one that matches. It only gives up when ctx ends, and then
// returns nil.
func (p *Probe) reachAgain(ctx context.Context, w *watcher, where string) *devtools.Conn {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		c, err := p.reach(ctx, w, where)
		if err == nil {
			return c
		}
		select {
		case <-time.After(pause):
			w.setPhase(datalayer.Lost, "trying again: "+err.Error())
		case <-ctx.Done():
			return nil
		}
	}
}
