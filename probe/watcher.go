package probe

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/crash"
	"layertap/datalayer"
)

// watcher carries messages between a connection and its tracker. It runs in one
// goroutine, so the tracker needs no lock.
type watcher struct {
	conn       *conn
	queue      *batchQueue
	tracker    *tracker
	attachment datalayer.Attachment
	open       string // the URL to open in the first page; empty when that is done
	refused    error  // why it could not be opened
	stays      bool   // there is a window, and somebody in front of it, if it could not be opened
	front      *front
	pick       pick
	attaching  bool // the browser was told to attach to tabs by itself
	barriers   <-chan barrier
	barrier    barrier
}

func newWatcher(o *batchQueue, t *tracker) *watcher {
	w := &watcher{queue: o, tracker: t}
	t.follows = func(info *target.Info) bool { return w.pick.everything || string(info.TargetID) == w.pick.tab }
	t.onPage = w.pageReady
	t.onCrash = func(why string) { w.say(datalayer.Lost, why) }
	return w
}

// say tells a change of the attachment.
func (w *watcher) say(phase datalayer.Phase, detail string) {
	if phase == datalayer.Live && w.attachment.Phase != phase {
		w.attachment.Since = time.Now()
	}
	w.attachment.Phase, w.attachment.Detail = phase, detail
	w.attachment.Frames = w.tracker.frames()
	w.attachment.Choices = w.choices()
	w.queue.setAttachment(w.attachment)
}

// sayFrames tells how the frames are and how the clocks differ, where that has
// changed.
func (w *watcher) sayFrames() {
	if !w.tracker.stirred {
		return
	}
	w.tracker.stirred = false
	frames, ahead := w.tracker.frames(), w.tracker.builder.clock.ahead().Round(time.Second/10)
	if ahead != w.attachment.Ahead || !reflect.DeepEqual(frames, w.attachment.Frames) {
		w.attachment.Frames, w.attachment.Ahead = frames, ahead
		w.queue.setAttachment(w.attachment)
	}
}

// sayHeld tells what the page waits for, where that has changed.
func (w *watcher) sayHeld() {
	if held := w.tracker.held(); held != w.attachment.Held {
		w.attachment.Held = held
		w.queue.setAttachment(w.attachment)
	}
}

// run follows the browser over c until ctx ends or the last tab is closed. It
// returns errConnectionLost, or why the URL was refused. Also where it panics the
// page is given back as it was.
func (w *watcher) run(ctx context.Context, c *conn) error {
	w.conn, w.attaching = c, false
	w.front.connected(c)
	defer w.front.connected(nil)
	err := crash.Guard(func() error { return w.follow(ctx, c) })
	if errors.As(err, new(*crash.Error)) {
		_ = crash.Guard(func() error { w.leave(); return nil })
	}
	return err
}

func (w *watcher) follow(ctx context.Context, c *conn) error {
	if w.pick.everything || w.pick.tab != "" {
		w.begin()
	} else {
		w.ask("")
	}
	alive := heartbeat{silence: w.tracker.bounds.silence}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-c.arrived:
			alive.hear(time.Now())
			w.takeAll()
		case <-timer.C:
			if alive.ask(time.Now()) {
				_ = c.Close() // which ends the loop
			}
			w.tracker.tick(time.Now())
			w.wait()
		case w.barrier = <-w.barriers:
		case id := <-w.pick.chosen:
			w.goTo(id)
		case <-c.done:
			w.takeAll()
			w.flush(time.Time{})
			return c.failure()
		case <-ctx.Done():
			w.leave()
			return nil
		}
		w.flush(time.Now())
		w.pass()
		w.sayFrames()
		w.sayHeld()
		w.list()
		switch {
		case w.refused != nil:
			return w.refused
		case w.tracker.deserted && w.deserted():
			return nil
		}
		timer.Reset(time.Until(w.tracker.due()))
	}
}

// ended says that the browser is gone, and leaves in the record since when.
func (w *watcher) ended(since time.Time, why string) {
	w.tracker.disconnected()
	w.tracker.builder.gap(since, time.Now(), -1, why)
	w.queue.put(w.tracker.ready(time.Time{}))
	w.say(datalayer.Over, why)
}

// takeAll hands what has arrived to the tracker.
func (w *watcher) takeAll() {
	for _, message := range w.conn.take() {
		w.tracker.take(message, time.Now())
	}
}

// flush sends what the tracker wants to be sent and hands on the entries that
// are ready at now; at the zero time, all.
func (w *watcher) flush(now time.Time) {
	commands := w.tracker.commands
	w.tracker.commands = nil
	w.send(commands...)
	w.queue.put(w.tracker.ready(now))
}

// send sends commands. That a connection is lost is told by its end.
func (w *watcher) send(commands ...command) {
	for _, cmd := range commands {
		if id, err := w.conn.send(cmd); err == nil {
			w.tracker.sent(id, cmd)
		}
	}
}

// pageReady takes a page in which the hook is in place: it opens the URL in the
// first one, or says that all is well.
func (w *watcher) pageReady(session target.SessionID) {
	s := w.tracker.sessions[session]
	if s == nil { // it was left meanwhile
		return
	}
	w.front.add(frontPage{session, s.target, s.tab.id, s.tab.opener != ""})
	if w.attachment.Phase == datalayer.Live {
		return
	}
	if w.open == "" {
		w.say(datalayer.Live, "")
		return
	}
	address := w.open
	w.open = ""
	navigate := ask(session, page.Navigate, page.NavigateParams{URL: address})
	navigate.then = func(m *cdproto.Message) {
		if m.Error != nil {
			w.refused = fmt.Errorf("opening %s: %s", address, m.Error.Message)
			return
		}
		onResult(m, func(r *page.NavigateResult) {
			if r.ErrorText != "" && r.ErrorText != "net::ERR_ABORTED" && !w.stays { // aborted: it became a download
				w.refused = refused(address, r.ErrorText)
				if w.tracker.visit.logins.refused {
					w.refused = fmt.Errorf("opening %s: the site refused the login in --auth-file", address)
				}
				return
			}
			w.tracker.obstacles.fatal = false
			w.say(datalayer.Live, "")
		})
	}
	w.tracker.send(w.tracker.visit.begin(session, address)...)
	// Without a window nothing gives a page the focus that it has with one.
	w.tracker.send(ask(session, page.BringToFront, cdp.Empty{}), navigate)
}

// leave takes the hook out of every document, and what it still held with it.
func (w *watcher) leave() {
	w.haltNothing()
	w.last("leave()")
}

// haltNothing makes the browser halt nothing for us any more, and lets go of what it
// has halted until it says so. A worker that is being made when the connection ends
// would else wait for ever (Chromium 148).
func (w *watcher) haltNothing() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, cmd := range w.tracker.haltNothing() {
		_ = w.conn.call(ctx, cmd, new(cdp.Empty)) // of a page that has gone, there is no answer
		w.takeAll()
		w.flush(time.Now())
	}
}

// last calls a function of the hook in every document, and takes in what comes of
// it.
func (w *watcher) last(call string) {
	ctx, cancel := context.WithTimeout(context.Background(), w.tracker.bounds.detach)
	defer cancel()
	w.takeAll()
	for _, cmd := range w.tracker.evaluate(call) {
		_ = w.conn.call(ctx, cmd, new(runtime.EvaluateResult)) // a page that hangs keeps its hook
	}
	w.takeAll()
	w.tracker.end()
	w.flush(time.Time{})
}
