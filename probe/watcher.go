package probe

import (
	"context"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
)

// watcher carries messages between a connection and its tracker. It runs in one
// goroutine, so the tracker needs no lock.
type watcher struct {
	conn       *conn
	outbox     *outbox
	tracker    *tracker
	answers    map[int64]func(*cdproto.Message) // what takes the answers to commands
	attachment datalayer.Attachment
	open       string // the URL to open in the first page; empty when that is done
	refused    error  // why it could not be opened
}

func newWatcher(c *conn, o *outbox, t *tracker) *watcher {
	w := &watcher{conn: c, outbox: o, tracker: t, answers: map[int64]func(*cdproto.Message){}}
	t.onPage = w.pageReady
	return w
}

// say tells a change of the attachment.
func (w *watcher) say(phase datalayer.Phase, detail string) {
	w.attachment.Phase, w.attachment.Detail = phase, detail
	w.outbox.say(w.attachment)
}

// checkEvery is how often the hooks are asked to look after themselves. A
// message that came around push (by index) is at most this late.
const checkEvery = time.Second

// run follows the browser until ctx ends, the last tab is closed, the connection
// is lost or the URL is refused.
func (w *watcher) run(ctx context.Context) error {
	w.say(datalayer.Starting, w.open)
	w.send(autoAttach("", "tab"))
	tick := time.NewTicker(checkEvery / 4)
	defer tick.Stop()
	for {
		select {
		case <-w.conn.arrived:
			w.takeAll()
		case now := <-tick.C:
			w.tracker.tick(now)
		case <-w.conn.done:
			w.takeAll()
			w.over("the browser was closed, or the connection to it was lost")
			return nil
		case <-ctx.Done():
			w.leave()
			return nil
		}
		w.flush()
		switch {
		case w.refused != nil:
			return w.refused
		case w.tracker.deserted():
			w.over("the tab was closed")
			return nil
		}
	}
}

func (w *watcher) over(why string) {
	w.flush()
	w.say(datalayer.Over, why)
}

// takeAll hands what has arrived to the tracker.
func (w *watcher) takeAll() {
	for _, message := range w.conn.take() {
		if then := w.answers[message.ID]; then != nil {
			delete(w.answers, message.ID)
			then(message)
			continue
		}
		w.tracker.take(message, time.Now())
	}
}

// flush sends what the tracker wants to be sent and hands its entries on.
func (w *watcher) flush() {
	commands := w.tracker.commands
	w.tracker.commands = nil
	w.send(commands...)
	w.outbox.put(w.tracker.ledger.entries)
	w.tracker.ledger.entries = nil
}

// send sends commands. That a connection is lost is told by its end.
func (w *watcher) send(commands ...command) {
	for _, cmd := range commands {
		if id, err := w.conn.send(cmd); err == nil && cmd.then != nil {
			w.answers[id] = cmd.then
		}
	}
}

// pageReady takes the first page in which the hook is in place: it opens the URL
// there, or says that all is well.
func (w *watcher) pageReady(session target.SessionID) {
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
		onResult(m, func(r *page.NavigateResult) {
			if r.ErrorText != "" && r.ErrorText != "net::ERR_ABORTED" { // aborted: it became a download
				w.refused = refused(address, r.ErrorText)
				return
			}
			w.say(datalayer.Live, "")
		})
	}
	w.tracker.send(navigate)
}

// leave takes the hook out of every document, and what it still held with it.
func (w *watcher) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	w.takeAll()
	for _, cmd := range w.tracker.leave() {
		_ = w.conn.call(ctx, cmd, new(runtime.EvaluateResult)) // a page that hangs keeps its hook
	}
	w.takeAll()
	w.flush()
}
