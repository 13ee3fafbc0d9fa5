package probe

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/runtime"
	json "github.com/go-json-experiment/json"

	"layertap/datalayer"
	"layertap/probe/devtools"
	"layertap/probe/protocol"
	"layertap/probe/tracker"
)

//go:embed value.js
var valueScript string

// maxValue is the maximum size of a value that is read from a page, in bytes.
const maxValue = 16 << 10

// Errors of [Probe.ReadValue].
var (
	ErrSideEffect = errors.New("the browser refused it, because it could change the page")
	ErrMoved      = errors.New("the page is no longer open")
)

// ReadValue returns the value of a JavaScript expression in a page, encoded for
// [datalayer.Decode]. The browser ends the evaluation before it has any effect on the page;
// the error is then [ErrSideEffect]. It is [ErrMoved] if the page's frame shows something
// else by now. Pages are blocked for at most half a second.
func (p *Probe) ReadValue(ctx context.Context, page *datalayer.Page, expression string) ([]byte, error) {
	at, err := p.world(ctx, page)
	if err != nil {
		return nil, err
	}
	limit := p.options.bounds.OrUsual().Reading
	params := runtime.EvaluateParams{
		Expression:      fmt.Sprintf("(%s)(() => (%s\n), %d)", strings.TrimSpace(valueScript), expression, maxValue),
		UniqueContextID: at.Unique, ThrowOnSideEffect: new(true), Silent: new(true), ReturnByValue: new(true),
		Timeout: runtime.TimeDelta(limit / time.Millisecond),
	}
	var result runtime.EvaluateResult
	switch err := at.conn.Call(ctx, protocol.Ask(at.Session, runtime.Evaluate, params), &result); {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("no response from the page (busy or paused): %w", err)
	case err != nil && strings.Contains(err.Error(), "Execution was terminated"):
		return nil, fmt.Errorf("it takes longer than %v", limit)
	case err != nil: // its world is gone
		return nil, fmt.Errorf("%w: %w", ErrMoved, err)
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		why := whatWasThrown(thrown)
		if strings.Contains(why, "Possible side-effect in debug-evaluate") { // V8's words for it
			return nil, ErrSideEffect
		}
		return nil, errors.New(why)
	}
	var text string
	if err := json.Unmarshal(result.Result.Value, &text); err != nil {
		return nil, fmt.Errorf("reading what the page returned: %w", err)
	}
	url, encoded, _ := strings.Cut(text, "\n")
	if datalayer.WithoutUserInfo(url) != page.URL {
		return nil, ErrMoved
	}
	value, err := datalayer.Decode([]byte(encoded))
	if err != nil {
		return nil, fmt.Errorf("reading what the page returned: %w", err)
	}
	return datalayer.Encode(nil, value), nil
}

// worldQuery asks a watcher for the world of a page's scripts.
type worldQuery struct {
	page   *datalayer.Page
	answer chan<- foundWorld // has room for one
}

// foundWorld is the answer; conn is nil if the page isn't there.
type foundWorld struct {
	tracker.World
	conn *devtools.Conn
}

func (p *Probe) world(ctx context.Context, page *datalayer.Page) (foundWorld, error) {
	answer := make(chan foundWorld, 1)
	select {
	case p.worlds <- worldQuery{page, answer}:
	case <-p.ended:
		return foundWorld{}, errNotAttached
	case <-ctx.Done():
		return foundWorld{}, errNotAttached
	}
	found := <-answer
	if found.conn == nil {
		return found, ErrMoved
	}
	return found, nil
}

// find answers a query.
func (w *watcher) find(q worldQuery) {
	var found foundWorld
	if at, ok := w.tracker.World(q.page.Target, q.page.Frame); ok {
		found = foundWorld{at, w.conn}
	}
	q.answer <- found
}
