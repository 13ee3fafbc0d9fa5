package probe

import (
	"context"

	"github.com/chromedp/cdproto/target"

	"layertap/flow"
	"layertap/probe/devtools"
	"layertap/probe/perform"
	"layertap/probe/protocol"
)

// Play performs the steps of a flow in the page that the tab shows. It calls begins
// before each, with the step's number, from 1. It returns after the last step, or with
// an error that names the step that failed.
func (p *Probe) Play(ctx context.Context, f flow.Flow, begins func(n int, s flow.Step)) error {
	return perform.Flow(ctx, &played{front: &p.front}, f, begins)
}

// played is the page that the tab shows, which may change.
type played struct {
	front   *front
	conn    *devtools.Conn
	session target.SessionID
}

// Call sends a command to the page.
func (p *played) Call(ctx context.Context, method string, params, result any) error {
	if p.conn == nil {
		var err error
		if p.conn, p.session, err = p.front.page(ctx); err != nil {
			return err
		}
	}
	err := p.conn.Call(ctx, protocol.Command{Session: p.session, Method: method, Params: params}, result)
	if err != nil { // the tab may show another page by now
		p.conn = nil
	}
	return err
}
