package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/devtools"
	"layertap/probe/protocol"
	"layertap/probe/visit"
)

// openTab opens the URL in a new tab of a running browser. Unlike an existing tab, a
// new one isn't attached to again when the connection is lost.
func (p *Probe) openTab(ctx context.Context, w *watcher) error {
	where := p.options.Attach
	w.setPhase(datalayer.Starting, "attaching to "+browser.Shown(where))
	c, err := browser.Dial(ctx, where)
	if err != nil {
		return err
	}
	defer c.Close()
	w.attachment.Browser, err = c.Version(ctx)
	agent := ""
	if err == nil {
		agent, err = c.UserAgent(ctx)
	}
	tab := ownTab{conn: c}
	if err == nil {
		err = tab.open(ctx, p.options.Fresh)
	}
	var all []datalayer.Choice
	if err == nil {
		all, err = list(ctx, c)
	}
	var v visit.Setup
	if err == nil {
		v, err = visit.New(p.options.Visit, p.options.URL, w.attachment.Browser)
	}
	if err != nil {
		return fmt.Errorf("opening a tab in %s: %w", browser.Shown(where), err)
	}
	defer tab.close()
	w.pick.tab = string(tab.id)
	v.Emulate(agent, tab.context)
	w.tracker.SetTabs(all)
	w.tracker.Launched(v, p.options.Fresh, true)
	w.setPhase(datalayer.Starting, "opening "+p.options.URL)
	if err := w.run(ctx, c); errors.Is(err, devtools.ErrLost) {
		w.ended(time.Now(), "the connection to the browser was lost")
		return fmt.Errorf("%s: %w", browser.Shown(where), err)
	} else if err != nil {
		return err
	}
	return nil
}

// ownTab is a tab that was opened by layertap in a running browser.
type ownTab struct {
	conn    *devtools.Conn
	id      target.ID
	context cdp.BrowserContextID // its own; empty for the browser's default
}

// open opens an empty tab.
func (t *ownTab) open(ctx context.Context, fresh bool) error {
	if fresh {
		var made target.CreateBrowserContextResult
		own := target.CreateBrowserContextParams{DisposeOnDetach: new(true)}
		if err := t.conn.Call(ctx, protocol.Ask("", target.CreateBrowserContext, own), &made); err != nil {
			return fmt.Errorf("creating a browser context: %w", err)
		}
		t.context = made.BrowserContextID
	}
	var opened target.CreateTargetResult
	empty := target.CreateTargetParams{URL: "about:blank", BrowserContextID: t.context, ForTab: new(true)}
	if err := t.conn.Call(ctx, protocol.Ask("", target.CreateTarget, empty), &opened); err != nil {
		return err
	}
	t.id = opened.TargetID
	return nil
}

// close closes the tab, unless the browser is gone.
func (t *ownTab) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if t.context != "" {
		_ = t.conn.Call(ctx, protocol.Ask("", target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: t.context}), new(cdp.Empty))
		return
	}
	_ = t.conn.Call(ctx, protocol.Ask("", target.CloseTarget, target.CloseTargetParams{TargetID: t.id}), new(cdp.Empty))
}
