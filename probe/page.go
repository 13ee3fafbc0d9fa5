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

// front keeps track of the pages of the watched tab, for the user's commands while the
// watcher runs.
type front struct {
	mu    sync.Mutex
	conn  *devtools.Conn // nil if not connected
	pages []tracker.Page
	tab   string // the tab that the user chose, by its name in entries; empty for none
	// closed is the last URL of the window if that was closed; empty while it is open.
	closed string
	again  chan string // the URL to open in a new window
}

// windowClosed notes that the window was closed, and its last URL.
func (f *front) windowClosed(last string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = last
}

// reopen opens the window again if it was closed, with the given URL or, if that is
// empty, with its last one. It reports whether it did.
func (f *front) reopen(address string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed == "" {
		return false
	}
	f.again <- cmp.Or(address, f.closed) // there is room: nothing else sends at the same time
	f.closed = ""
	return true
}

// connected resets f for a new connection; nil means that there is none.
func (f *front) connected(c *devtools.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.conn, f.pages, f.tab = c, nil, ""
}

// turn makes a watched tab the target of the user's commands.
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

// page returns the page that the tab shows: the latest hooked one that isn't
// prerendered. If the user chose no tab, or it was closed, pop-ups are only used if
// there are no other tabs.
func (f *front) page(ctx context.Context) (*devtools.Conn, target.SessionID, error) {
	f.mu.Lock()
	c, pages, tab := f.conn, slices.Clone(f.pages), f.tab
	f.mu.Unlock()
	if c == nil {
		return nil, "", errNotAttached
	}
	var there target.GetTargetsResult
	list := target.GetTargetsParams{Filter: target.Filter{{Type: "page"}}} // the default is that of discoverWorkers
	if err := c.Call(ctx, protocol.Ask("", target.GetTargets, list), &there); err != nil {
		return nil, "", err
	}
	shown := func(p tracker.Page) bool {
		return slices.ContainsFunc(there.TargetInfos, func(info *target.Info) bool {
			return info.TargetID == p.Target && info.Subtype != "prerender"
		})
	}
	for _, matches := range []func(tracker.Page) bool{
		func(p tracker.Page) bool { return p.Tab == tab },
		func(p tracker.Page) bool { return !p.PopUp },
		func(tracker.Page) bool { return true },
	} {
		for _, p := range slices.Backward(pages) {
			if matches(p) && shown(p) {
				return c, p.Session, nil
			}
		}
	}
	return nil, "", errNotAttached
}

var errNotAttached = errors.New("no page is attached yet")

// command sends a command to the page that the tab shows.
func command[P, R any](ctx context.Context, f *front, cmd cdp.Command[P, R], params P, result *R) error {
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

// Reload reloads the page. If the window of a browser that was started here was closed,
// Reload opens a new one with its last page.
func (p *Probe) Reload(ctx context.Context) error {
	if p.front.reopen("") {
		return nil
	}
	if err := command(ctx, &p.front, page.Reload, page.ReloadParams{}, new(cdp.Empty)); err != nil {
		return fmt.Errorf("reloading the page: %w", err)
	}
	return nil
}

// Navigate opens a URL in the tab or, like [Probe.Reload], in a new window.
func (p *Probe) Navigate(ctx context.Context, address string) error {
	if p.front.reopen(address) {
		return nil
	}
	var result page.NavigateResult
	if err := command(ctx, &p.front, page.Navigate, page.NavigateParams{URL: address}, &result); err != nil {
		return fmt.Errorf("opening %s: %w", address, err)
	}
	if result.ErrorText != "" && result.ErrorText != "net::ERR_ABORTED" { // aborted: it became a download
		return tracker.Refused(address, result.ErrorText)
	}
	return nil
}

// Screenshot returns a PNG of what the tab shows.
func (p *Probe) Screenshot(ctx context.Context) ([]byte, error) {
	var visibility runtime.EvaluateResult
	err := command(ctx, &p.front, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.visibilityState"}, &visibility)
	hidden := err == nil && string(visibility.Result.Value) == `"hidden"`
	if hidden { // Chrome takes no screenshot of a page that isn't rendered, and doesn't respond
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.options.bounds.OrUsual().Drawing)
		defer cancel()
	}
	var result page.CaptureScreenshotResult
	if err == nil {
		err = command(ctx, &p.front, page.CaptureScreenshot, page.CaptureScreenshotParams{}, &result)
	}
	if hidden && errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("its tab is in the background, where Chrome draws nothing; bring it to the front")
	}
	if err != nil {
		return nil, fmt.Errorf("taking a screenshot: %w", err)
	}
	return result.Data, nil
}

// Push pushes a message, given as JSON or as a JavaScript object literal, into a data
// layer of the page. The message's stack names [datalayer.ByHandURL].
func (p *Probe) Push(ctx context.Context, layer, message string) error {
	script, err := p.scriptToPush(layer, message)
	if err != nil {
		return err
	}
	var result runtime.EvaluateResult
	if err := command(ctx, &p.front, runtime.Evaluate, runtime.EvaluateParams{Expression: script}, &result); err != nil {
		return fmt.Errorf("pushing into %s: %w", layer, err)
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		return fmt.Errorf("pushing into %s: %s", layer, whatWasThrown(thrown))
	}
	return nil
}

// CheckMessage returns an error if a message isn't valid JavaScript. It runs none of
// it.
func (p *Probe) CheckMessage(ctx context.Context, message string) error {
	script, err := p.scriptToPush("dataLayer", message)
	if err != nil {
		return err
	}
	var result runtime.CompileScriptResult
	if err := command(ctx, &p.front, runtime.CompileScript, runtime.CompileScriptParams{Expression: script}, &result); err != nil {
		return fmt.Errorf("reading the message: %w", err)
	}
	thrown := result.ExceptionDetails
	switch {
	case thrown == nil:
		return nil
	case int(thrown.LineNumber) > strings.Count(strings.TrimSpace(pushScript)+message, "\n"): // in the code after it
		return errors.New("the message is incomplete")
	}
	return errors.New(whatWasThrown(thrown))
}

// scriptToPush returns a script that pushes a message.
func (p *Probe) scriptToPush(layer, message string) (string, error) {
	name, err := json.Marshal(layer)
	if err != nil {
		return "", fmt.Errorf("pushing into %s: %w", layer, err)
	}
	return fmt.Sprintf("(%s)(%s, %s, (%s\n))\n//# sourceURL=%s", strings.TrimSpace(pushScript), p.hook.Object(), name, message, datalayer.ByHandURL), nil
}

// whatWasThrown returns a one-line description of why a script failed.
func whatWasThrown(thrown *runtime.ExceptionDetails) string {
	if thrown.Exception != nil && thrown.Exception.Description != "" {
		why, _, _ := strings.Cut(thrown.Exception.Description, "\n")
		return why
	}
	return thrown.Text
}
