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
	found, err := p.worldsOf(ctx, page)
	if err != nil {
		return nil, err
	}
	err = ErrMoved
	for _, world := range found.worlds {
		at := place{found.conn, world, p.options.bounds.OrUsual().Reading}
		var value []byte
		if value, err = at.read(ctx, page, expression); !errors.Is(err, ErrMoved) {
			return value, err
		}
	}
	return nil, err
}

// place is a world that a value is read in.
type place struct {
	conn *devtools.Conn
	tracker.World
	limit time.Duration
}

// read returns an expression's value, or [ErrMoved] if the world isn't that of the page.
// The URL is read first, because the expression may fail in another page. It may change
// before the value is read.
func (at place) read(ctx context.Context, page *datalayer.Page, expression string) ([]byte, error) {
	url, err := at.evaluate(ctx, "location.href")
	if err != nil {
		return nil, err
	}
	if datalayer.WithoutUserInfo(url) != page.URL {
		return nil, ErrMoved
	}
	text, err := at.evaluate(ctx, fmt.Sprintf("(%s)(() => (%s\n), %d)", strings.TrimSpace(valueScript), expression, maxValue))
	if err != nil {
		return nil, err
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

// evaluate returns the text that an expression results in.
func (at place) evaluate(ctx context.Context, expression string) (string, error) {
	params := runtime.EvaluateParams{
		Expression: expression, UniqueContextID: at.Unique, ThrowOnSideEffect: new(true), Silent: new(true), ReturnByValue: new(true),
		Timeout: runtime.TimeDelta(at.limit / time.Millisecond),
	}
	var result runtime.EvaluateResult
	switch err := at.conn.Call(ctx, protocol.Ask(at.Session, runtime.Evaluate, params), &result); {
	case errors.Is(err, context.DeadlineExceeded):
		return "", fmt.Errorf("no response from the page (busy or paused): %w", err)
	case err != nil && strings.Contains(err.Error(), "Execution was terminated"):
		return "", fmt.Errorf("it takes longer than %v", at.limit)
	case err != nil: // its world is gone
		return "", fmt.Errorf("%w: %w", ErrMoved, err)
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		why := whatWasThrown(thrown)
		if strings.Contains(why, "Possible side-effect in debug-evaluate") { // V8's words for it
			return "", ErrSideEffect
		}
		return "", errors.New(why)
	}
	var text string
	if err := json.Unmarshal(result.Result.Value, &text); err != nil {
		return "", fmt.Errorf("reading what the page returned: %w", err)
	}
	return text, nil
}

// worldQuery asks a watcher for the worlds that may be that of a page's scripts.
type worldQuery struct {
	page   *datalayer.Page
	answer chan<- foundWorlds // has room for one
}

// foundWorlds is the answer.
type foundWorlds struct {
	conn   *devtools.Conn
	worlds []tracker.World
}

func (p *Probe) worldsOf(ctx context.Context, page *datalayer.Page) (foundWorlds, error) {
	answer := make(chan foundWorlds, 1)
	select {
	case p.worlds <- worldQuery{page, answer}:
		return <-answer, nil
	case <-p.ended:
		return foundWorlds{}, errNotAttached
	case <-ctx.Done():
		return foundWorlds{}, fmt.Errorf("the browser isn't being watched at the moment; try again when it is live: %w", ctx.Err())
	}
}

// find answers a query.
func (w *watcher) find(q worldQuery) {
	q.answer <- foundWorlds{w.conn, w.tracker.Worlds(q.page.Target, q.page.Frame)}
}
