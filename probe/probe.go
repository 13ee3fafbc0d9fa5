// Package probe sees what a browser's data layers receive. With the packages below it, it is
// the only one that speaks the Chrome DevTools Protocol.
//
// A [Probe] starts a browser or attaches to a tab of a running one, hooks the
// data layers of every document before its first script, and hands on what it
// sees as entries, in the order in which each document made them. Entries of
// different documents come in the order of their arrival. Nothing that arrived
// is ever dropped: queues have no bound, and a slow reader costs memory only.
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

// Options say what to watch.
type Options struct {
	// URL is opened: in a browser of our own or, with Attach, in a new tab of that
	// browser, which is closed at the end.
	URL string
	// Fresh opens the new tab in a browser context of its own: without the cookies and
	// the storage of the browser's other tabs, and gone at the end.
	Fresh bool
	// Attach is where a running browser is: a port, host:port, an http, https,
	// ws or wss URL, or a DevToolsActivePort file. Empty starts one.
	Attach string
	// Tab is the tab to attach to: its id, or a part of its title or URL. Empty
	// means the only one.
	Tab string
	// AllTabs watches every tab of the browser to attach to, those included that come
	// later, whoever opens them.
	AllTabs bool
	// Pick says that somebody is there to choose. Where several tabs fit, or none,
	// the attachment names them and [Probe.Choose] decides; without it that is an
	// error. Without a URL and a place to attach to, one of the browsers that run
	// on this machine is chosen first.
	Pick bool
	// Browser is the program to start; empty means the first that is found.
	Browser string
	// Profile names a profile that is kept from one session to the next. Empty
	// means a fresh one that is removed at the end.
	Profile string
	// Headless shows no window. Where there is no display it is always so.
	Headless bool
	// KeepOpen leaves the browser that is started running at the end. It then listens on
	// a port of this machine from the start.
	KeepOpen bool
	// Visit is how the browser that is started is set up.
	Visit visit.Visit
	// Layers are the names of data layers to watch from the first script on, beside
	// "dataLayer": variables, also written as window.x, or paths such as
	// digitalData.events.
	Layers []string
	// Endpoints are addresses of the site's own to which vendors' hits go.
	Endpoints []hits.Endpoint
	// NoStacks and NoActions leave out what led to a message: the calls in the
	// page, and what the user did. The page is then not even asked for it.
	NoStacks, NoActions bool
	// Container finds the container in the text of a script that a page loaded,
	// and returns its ID, Version and Resource, or nil. The probe completes the
	// rest. Nil looks for none.
	Container func(script []byte) *datalayer.Container
	// Started is the time from which entries' places count; the zero time
	// means now.
	Started time.Time

	switches []string // further ones, for tests
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
	chosen   chan string  // what the user chose last, until it is done
	barriers chan barrier // of tests
}

// Open returns a probe at once; the browser is started or reached meanwhile, and
// [Probe.Next] tells how that goes. Its only errors are about options that
// contradict each other.
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
	p := &Probe{options: o, hook: hook.New(hook.Options{Layers: o.Layers, Stacks: !o.NoStacks, Actions: !o.NoActions, Bounds: o.bounds}), queue: newBatchQueue(), end: cancel, ended: make(chan struct{}), chosen: make(chan string, 1), barriers: make(chan barrier)}
	p.front.again = make(chan string, 1)
	go func() {
		defer close(p.ended)
		p.queue.close(crash.Guard(func() error { return p.run(ctx) }))
	}()
	return p, nil
}

// Next waits for what was seen since the last call. It returns io.EOF after the
// last entries, when the tab or the browser is gone or the probe was closed, and
// an error when there was nothing to watch to begin with.
func (p *Probe) Next(ctx context.Context) (datalayer.Batch, error) { return p.queue.next(ctx) }

// Close gives the page back as it was and detaches. A tab that was attached to
// stays open; a browser that was started here is ended. What had arrived can
// still be taken with [Probe.Next]. Close returns when all is done, after a few
// seconds at most.
func (p *Probe) Close() error {
	p.end()
	<-p.ended
	return nil
}

// Choose goes on with one of the attachment's choices, by its ID: it attaches to
// that browser, or goes over to that tab. A tab that is watched already becomes
// the one that [Probe.Reload] and the like are about.
func (p *Probe) Choose(id string) {
	select {
	case <-p.chosen: // the last one counts
	default:
	}
	select {
	case p.chosen <- id:
	default: // somebody else was faster
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
	w.barriers = p.barriers
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
	w.say(datalayer.Starting, "starting Chrome")
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
	w.say(datalayer.Starting, "opening "+w.open)
	return w.run(ctx, c)
}

// reopening waits, when the window is gone, until somebody asks for a page again, and
// returns its URL; empty if ctx ends first.
func (p *Probe) reopening(ctx context.Context, w *watcher, why string) string {
	w.tracker.Disconnected()
	w.flushEntries()
	w.attachment.Reopens = cmp.Or(w.tracker.Shown(), p.options.URL)
	p.front.windowClosed(w.attachment.Reopens)
	w.say(datalayer.Lost, why)
	defer func() { w.attachment.Reopens = "" }()
	select {
	case address := <-p.front.again:
		return address
	case <-ctx.Done():
		w.say(datalayer.Over, why)
		return ""
	}
}

// attach watches a tab of a browser that runs already, and comes back to it when
// the connection was lost.
func (p *Probe) attach(ctx context.Context, w *watcher) error {
	where := p.place(ctx, w)
	if where == "" {
		return nil
	}
	w.pick.everything, w.pick.foreign = p.options.AllTabs, p.options.AllTabs
	w.say(datalayer.Starting, "attaching to "+browser.Shown(where))
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
		w.say(datalayer.Lost, "the connection to the browser was lost; trying again")
		if c = p.reachAgain(ctx, w, where); c == nil {
			w.ended(lost, "the connection to the browser was lost")
			return nil
		}
		if watching {
			w.tracker.Gap(lost, time.Now(), "the connection to the browser was lost")
		}
	}
}

// place is where the browser is: what the options name, or else the one that runs
// on this machine. Where several do the user chooses, and where none does it is
// awaited. It is empty when ctx ends first.
func (p *Probe) place(ctx context.Context, w *watcher) string {
	if p.options.Attach != "" {
		return p.options.Attach
	}
	w.say(datalayer.Starting, "looking for a browser")
	for offered := false; ; {
		found := browser.Attachable(ctx)
		if len(found) == 1 && !offered {
			return found[0]
		}
		offered = offered || len(found) > 1
		w.pick.browsers = found
		w.say(datalayer.ChoosingBrowser, "")
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

// find finds the tab that was watched before or else the one that the options name.
// Where that is for the user to choose, it leaves w without one.
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

// reachAgain tries, ever less often, to reach the same tab, or after a restart
// of the browser one that fits. It gives up only when ctx ends, and returns nil.
func (p *Probe) reachAgain(ctx context.Context, w *watcher, where string) *devtools.Conn {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		c, err := p.reach(ctx, w, where)
		if err == nil {
			return c
		}
		select {
		case <-time.After(pause):
			w.say(datalayer.Lost, "trying again: "+err.Error())
		case <-ctx.Done():
			return nil
		}
	}
}
