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
	"layertap/probe/bounds"
	"layertap/probe/devtools"
	"layertap/probe/protocol"
	"layertap/probe/tracker"
)

// watcher passes messages between a connection and its tracker. It runs in one
// goroutine, so the tracker needs no lock.
type watcher struct {
	conn       *devtools.Conn
	queue      *batchQueue
	bounds     bounds.Times
	tracker    *tracker.Tracker
	attachment datalayer.Attachment
	open       string // the URL to open in the first page; empty once that is done
	refused    error  // why it could not be opened
	stays      bool   // if it could not be opened, the window stays open for the user
	front      *front
	pick       pick
	attaching  bool // the browser attaches to tabs automatically
	worlds     <-chan worldQuery
	barriers   <-chan barrier
	barrier    barrier
}

// newWatcher returns a watcher with a tracker, and completes the tracker's options.
func newWatcher(o *batchQueue, to tracker.Options) *watcher {
	w := &watcher{queue: o, bounds: to.Bounds.OrUsual()}
	to.Follows = func(info *target.Info) bool { return w.pick.everything || string(info.TargetID) == w.pick.tab }
	to.OnPage = w.pageReady
	to.OnCrash = func(why string) { w.setPhase(datalayer.Lost, why) }
	w.tracker = tracker.New(to)
	return w
}

// setPhase sets the phase of the attachment and its detail.
func (w *watcher) setPhase(phase datalayer.Phase, detail string) {
	if phase == datalayer.Live && w.attachment.Phase != phase {
		w.attachment.Since = time.Now()
	}
	w.attachment.Phase, w.attachment.Detail = phase, detail
	w.attachment.Frames = w.tracker.Frames()
	w.attachment.Choices = w.choices()
	w.queue.setAttachment(w.attachment)
}

// updateFrames reports the states of the frames and the clock offset if they have changed.
func (w *watcher) updateFrames() {
	if !w.tracker.Stirred() {
		return
	}
	frames, ahead := w.tracker.Frames(), w.tracker.Ahead().Round(time.Second/10)
	if ahead != w.attachment.Ahead || !reflect.DeepEqual(frames, w.attachment.Frames) {
		w.attachment.Frames, w.attachment.Ahead = frames, ahead
		w.queue.setAttachment(w.attachment)
	}
}

// updateHeld reports what the page is waiting for if that has changed.
func (w *watcher) updateHeld() {
	if held := w.tracker.Held(); held != w.attachment.Held {
		w.attachment.Held = held
		w.queue.setAttachment(w.attachment)
	}
}

// run follows the browser over c until ctx ends or the last tab is closed. It returns
// devtools.ErrLost, or why the URL was refused. It removes the hook from the page even
// if it panics.
func (w *watcher) run(ctx context.Context, c *devtools.Conn) error {
	w.conn, w.attaching = c, false
	w.front.connected(c)
	defer w.front.connected(nil)
	err := crash.Guard(func() error { return w.follow(ctx, c) })
	if errors.As(err, new(*crash.Error)) {
		_ = crash.Guard(func() error { w.leave(); return nil })
	}
	return err
}

func (w *watcher) follow(ctx context.Context, c *devtools.Conn) error {
	if w.pick.everything || w.pick.tab != "" {
		w.begin()
	} else {
		w.ask("")
	}
	alive := heartbeat{silence: w.bounds.Silence}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-c.Arrived():
			alive.arrived(time.Now())
			w.takeAll()
		case <-timer.C:
			if alive.ask(time.Now()) {
				_ = c.Close() // which ends the loop
			}
			w.tracker.Tick(time.Now())
			w.wait()
			w.queue.watched(w.tracker.Wall(time.Now()))
		case q := <-w.worlds:
			w.find(q)
		case w.barrier = <-w.barriers:
		case id := <-w.pick.chosen:
			w.goTo(id)
		case <-c.Done():
			w.takeAll()
			w.flush(time.Time{})
			return c.Failure()
		case <-ctx.Done():
			w.leave()
			w.queue.watched(w.tracker.Wall(time.Now()))
			return nil
		}
		w.flush(time.Now())
		w.pass()
		w.updateFrames()
		w.updateHeld()
		w.list()
		switch {
		case w.refused != nil:
			return w.refused
		case w.tracker.Deserted() && w.deserted():
			return nil
		}
		timer.Reset(time.Until(w.tracker.Due()))
	}
}

// ended reports that the browser is gone, and adds an entry with the time of the last
// message.
func (w *watcher) ended(since time.Time, why string) {
	w.tracker.Disconnected()
	w.tracker.Gap(since, time.Now(), why)
	w.flushEntries()
	if !w.stays { // otherwise it can be started again
		w.setPhase(datalayer.Over, why)
	}
}

// flushEntries passes on all entries.
func (w *watcher) flushEntries() { w.queue.put(w.tracker.Ready(time.Time{})) }

// takeAll passes all messages received to the tracker.
func (w *watcher) takeAll() {
	for _, message := range w.conn.Take() {
		w.tracker.Take(message, time.Now())
	}
}

// flush sends the tracker's commands and passes on the entries that are complete at
// now, or all of them if now is zero.
func (w *watcher) flush(now time.Time) {
	w.send(w.tracker.Commands()...)
	w.queue.put(w.tracker.Ready(now))
}

// send sends commands. It ignores errors, because the end of the connection reports
// them.
func (w *watcher) send(commands ...protocol.Command) {
	for _, cmd := range commands {
		if id, err := w.conn.Send(cmd); err == nil {
			w.tracker.Sent(id, cmd)
		}
	}
}

// pageReady handles a page in which the hook is installed: it opens the URL in the
// first one, or reports that the attachment works.
func (w *watcher) pageReady(p tracker.Page) {
	w.front.add(p)
	if w.attachment.Phase == datalayer.Live {
		return
	}
	if w.open == "" {
		w.setPhase(datalayer.Live, "")
		return
	}
	address := w.open
	w.open = ""
	navigate := protocol.Ask(p.Session, page.Navigate, page.NavigateParams{URL: address})
	navigate.Then = func(m *cdproto.Message) {
		if m.Error != nil {
			w.refused = fmt.Errorf("opening %s: %s", address, m.Error.Message)
			return
		}
		protocol.OnResult(m, func(r *page.NavigateResult) {
			if r.ErrorText != "" && r.ErrorText != "net::ERR_ABORTED" && !w.stays { // aborted: it became a download
				w.refused = tracker.Refused(address, r.ErrorText)
				if w.tracker.LoginRefused() {
					w.refused = fmt.Errorf("opening %s: the site refused the login in --auth-file", address)
				}
				return
			}
			w.tracker.Opened()
			w.setPhase(datalayer.Live, "")
		})
	}
	w.tracker.Send(w.tracker.BeginVisit(p.Session, address)...)
	// Without a window, pages don't get the focus that they have with one.
	w.tracker.Send(protocol.Ask(p.Session, page.BringToFront, cdp.Empty{}), navigate)
}

// leave removes the hook from every document, and takes the records that it still had.
func (w *watcher) leave() {
	w.haltNothing()
	w.last("leave()")
}

// haltNothing makes the browser stop halting new targets for us, and resumes those that
// it halts until then. Otherwise, a worker that is being created when the connection
// ends would stay halted (Chromium 148).
func (w *watcher) haltNothing() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, cmd := range w.tracker.HaltNothing() {
		_ = w.conn.Call(ctx, cmd, new(cdp.Empty)) // there is no response from a page that has gone
		w.takeAll()
		w.flush(time.Now())
	}
}

// last calls a function of the hook in every document, and processes the records that
// result.
func (w *watcher) last(call string) {
	ctx, cancel := context.WithTimeout(context.Background(), w.bounds.Detach)
	defer cancel()
	w.takeAll()
	for _, cmd := range w.tracker.Evaluate(call) {
		_ = w.conn.Call(ctx, cmd, new(runtime.EvaluateResult)) // a page that hangs keeps its hook
	}
	w.takeAll()
	w.tracker.End()
	w.flush(time.Time{})
}

// barrier lets a test wait until everything that the pages pushed before it has been
// passed on.
type barrier struct {
	at   time.Time
	done chan struct{}
}

// pass ends the barrier if every hook was checked after it began, and everything that
// they sent was passed on.
func (w *watcher) pass() {
	if w.barrier.done == nil {
		return
	}
	if w.tracker.CheckedSince(w.barrier.at, time.Now()) {
		close(w.barrier.done)
		w.barrier.done = nil
	}
	w.flush(time.Now())
}
