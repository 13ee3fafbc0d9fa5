package probe

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/devtools"
	"layertap/probe/protocol"
	"layertap/probe/tracker"
)

//go:embed push.js
var pushScript string

// front knows the pages of the tab that is watched, for what the user asks of
// them while the watcher runs.
type front struct {
	mu    sync.Mutex
	conn  *devtools.Conn // nil while there is none
	pages []tracker.Page
	tab   string // that the user chose, as entries name it; empty for none
	// closed is the URL that the window showed last that was closed; empty while it is open.
	closed string
	again  chan string // the URL that is to be opened in a new window
}

// windowClosed takes that there is no window any more.
func (f *front) windowClosed(showed string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = showed
}

// reopen has a window opened again, if it was closed: with an address, or where that is
// empty with what it showed.
func (f *front) reopen(address string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed == "" {
		return false
	}
	f.again <- cmp.Or(address, f.closed) // there is room: nobody else does it now
	f.closed = ""
	return true
}

// connected starts afresh with a connection; nil ends.
func (f *front) connected(c *devtools.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conn, f.pages, f.tab = c, nil, ""
}

// turn makes a tab that is watched the one that is asked.
func (f *front) turn(tab string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tab = tab
}

func (f *front) add(p tracker.Page) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pages = append(f.pages, p)
}

// page finds the page that the tab shows: the one that was hooked last and is
// not prerendered for later. Where the user chose no tab, or has closed it, a
// pop-up is meant only if nothing else is left.
func (f *front) page(ctx context.Context) (*devtools.Conn, target.SessionID, error) {
	f.mu.Lock()
	c, pages, tab := f.conn, slices.Clone(f.pages), f.tab
	f.mu.Unlock()
	if c == nil {
		return nil, "", errNotAttached
	}
	var there target.GetTargetsResult
	list := target.GetTargetsParams{Filter: target.Filter{{Type: "page"}}} // without, it is the one of discoverWorkers
	if err := c.Call(ctx, protocol.Ask("", target.GetTargets, list), &there); err != nil {
		return nil, "", err
	}
	shown := func(p tracker.Page) bool {
		return slices.ContainsFunc(there.TargetInfos, func(info *target.Info) bool {
			return info.TargetID == p.Target && info.Subtype != "prerender"
		})
	}
	for _, meant := range []func(tracker.Page) bool{
		func(p tracker.Page) bool { return p.Tab == tab },
		func(p tracker.Page) bool { return !p.PopUp },
		func(tracker.Page) bool { return true },
	} {
		for _, p := range slices.Backward(pages) {
			if meant(p) && shown(p) {
				return c, p.Session, nil
			}
		}
	}
	return nil, "", errNotAttached
}

var errNotAttached = errors.New("no page is attached yet")

// tell sends a command to the page that the tab shows.
func tell[P, R any](ctx context.Context, f *front, cmd cdp.Command[P, R], params P, result *R) error {
	c, session, err := f.page(ctx)
	if err != nil {
		return err
	}
	err = c.Call(ctx, protocol.Ask(session, cmd, params), result)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no response from the page (busy or paused): %w", err)
	}
	return err
}

// Reload reloads the page. If the window of a browser that was started here was closed, it
// opens one with the page that it showed.
func (p *Probe) Reload(ctx context.Context) error {
	if p.front.reopen("") {
		return nil
	}
	if err := tell(ctx, &p.front, page.Reload, page.ReloadParams{}, new(cdp.Empty)); err != nil {
		return fmt.Errorf("reloading the page: %w", err)
	}
	return nil
}

// Navigate opens an address in the tab, or as [Probe.Reload] does in a new window.
func (p *Probe) Navigate(ctx context.Context, address string) error {
	if p.front.reopen(address) {
		return nil
	}
	var result page.NavigateResult
	if err := tell(ctx, &p.front, page.Navigate, page.NavigateParams{URL: address}, &result); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	if result.ErrorText != "" && result.ErrorText != "net::ERR_ABORTED" { // aborted: it became a download
		return tracker.Refused(address, result.ErrorText)
	}
	return nil
}

// Screenshot returns what the tab shows, as a PNG.
func (p *Probe) Screenshot(ctx context.Context) ([]byte, error) {
	var visibility runtime.EvaluateResult
	err := tell(ctx, &p.front, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.visibilityState"}, &visibility)
	hidden := err == nil && string(visibility.Result.Value) == `"hidden"`
	if hidden { // what is not drawn gives no picture, and no answer
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.options.bounds.OrUsual().Drawing)
		defer cancel()
	}
	var result page.CaptureScreenshotResult
	if err == nil {
		err = tell(ctx, &p.front, page.CaptureScreenshot, page.CaptureScreenshotParams{}, &result)
	}
	if hidden && errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("its tab is in the background, where Chrome draws nothing; bring it to the front")
	}
	if err != nil {
		return nil, fmt.Errorf("taking a screenshot: %w", err)
	}
	return result.Data, nil
}

// Push pushes a message into a data layer of the page, given as JSON or as a
// JavaScript object literal. Its stack names [datalayer.ByHandURL].
func (p *Probe) Push(ctx context.Context, layer, message string) error {
	script, err := p.scriptToPush(layer, message)
	if err != nil {
		return err
	}
	var result runtime.EvaluateResult
	if err := tell(ctx, &p.front, runtime.Evaluate, runtime.EvaluateParams{Expression: script}, &result); err != nil {
		return fmt.Errorf("pushing into %s: %w", layer, err)
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		return fmt.Errorf("pushing into %s: %s", layer, whatWasThrown(thrown))
	}
	return nil
}

// CheckMessage says what is wrong with the JavaScript of a message that is to be
// pushed. Nothing of it is run.
func (p *Probe) CheckMessage(ctx context.Context, message string) error {
	script, err := p.scriptToPush("dataLayer", message)
	if err != nil {
		return err
	}
	var result runtime.CompileScriptResult
	if err := tell(ctx, &p.front, runtime.CompileScript, runtime.CompileScriptParams{Expression: script}, &result); err != nil {
		return fmt.Errorf("reading the message: %w", err)
	}
	thrown := result.ExceptionDetails
	switch {
	case thrown == nil:
		return nil
	case int(thrown.LineNumber) > strings.Count(strings.TrimSpace(pushScript)+message, "\n"): // in what comes after it
		return errors.New("the message is incomplete")
	}
	return errors.New(whatWasThrown(thrown))
}

// scriptToPush is a script that pushes a message.
func (p *Probe) scriptToPush(layer, message string) (string, error) {
	name, err := json.Marshal(layer)
	if err != nil {
		return "", fmt.Errorf("pushing into %s: %w", layer, err)
	}
	return fmt.Sprintf("(%s)(%s, %s, (%s\n))\n//# sourceURL=%s", strings.TrimSpace(pushScript), p.hook.Object(), name, message, datalayer.ByHandURL), nil
}

// whatWasThrown says in a line why a script failed.
func whatWasThrown(thrown *runtime.ExceptionDetails) string {
	if thrown.Exception != nil && thrown.Exception.Description != "" {
		why, _, _ := strings.Cut(thrown.Exception.Description, "\n")
		return why
	}
	return thrown.Text
}
