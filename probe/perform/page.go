package perform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"layertap/probe/protocol"
)

// document identifies a document and its current URL.
type document struct {
	Origin float64 // its time origin
	URL    string
	Ready  bool // has loaded
}

// document returns the document that the page shows.
func (f *performer) document(ctx context.Context) (d document, err error) {
	top := performer{page: f.page}
	in, err := top.enter(ctx)
	if err != nil {
		return d, err
	}
	err = f.evaluate(ctx, in, "({Origin: performance.timeOrigin, URL: location.href, Ready: document.readyState === 'complete'})", &d)
	return d, err
}

// arrive waits until the page shows a different document or URL than before, and has
// loaded.
func (f *performer) arrive(ctx context.Context, before document) error {
	return f.until(ctx, func() (bool, error) {
		now, err := f.document(ctx)
		switch {
		case err != nil:
			return false, err
		case now.Origin == before.Origin && now.URL == before.URL:
			return false, errors.New("it did not lead to another page")
		case !now.Ready:
			return false, errors.New("the page did not load completely")
		}
		return true, nil
	})
}

// evaluate evaluates an expression in one of our worlds.
func (f *performer) evaluate(ctx context.Context, in world, expression string, value any) error {
	return f.value(ctx, runtime.EvaluateParams{Expression: expression, ContextID: runtime.ExecutionContextID(in), ReturnByValue: new(true), AwaitPromise: new(true)}, value)
}

func (f *performer) value(ctx context.Context, params runtime.EvaluateParams, value any) error {
	result, err := call(ctx, f.page, runtime.Evaluate, params)
	switch {
	case err != nil:
		return err
	case result.ExceptionDetails != nil:
		return thrown(result.ExceptionDetails)
	case result.Result == nil || len(result.Result.Value) == 0:
		return errors.New("the page returned nothing")
	}
	return json.Unmarshal(result.Result.Value, value)
}

func (f *performer) navigate(ctx context.Context) error {
	before, err := f.document(ctx)
	if err != nil {
		return err
	}
	result, err := call(ctx, f.page, page.Navigate, page.NavigateParams{URL: f.step.URL})
	switch {
	case err != nil:
		return err
	case result.ErrorText != "":
		return fmt.Errorf("opening %s: %s", f.step.URL, result.ErrorText)
	case f.step.Navigates: // navigation is waited for anyway
		return nil
	}
	return f.arrive(ctx, before)
}

func (f *performer) setViewport(ctx context.Context) error {
	v := f.step.Viewport
	_, err := call(ctx, f.page, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(v.Width), Height: int64(v.Height), DeviceScaleFactor: v.Scale, Mobile: v.Mobile,
	})
	if err != nil {
		return err
	}
	_, err = call(ctx, f.page, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: v.Touch})
	return err
}

// emulateNetwork sets how fast the page's requests are, which remains so until the next
// such step.
func (f *performer) emulateNetwork(ctx context.Context) error {
	n := f.step.Network
	_, err := call(ctx, f.page, protocol.EmulateNetwork, protocol.NetworkConditions(n.Download, n.Upload, n.Latency))
	return err
}

func (f *performer) close(ctx context.Context) error {
	_, err := call(ctx, f.page, page.Close, cdp.Empty{})
	return err
}

// awaitExpression waits until an expression evaluates to true in the page, or to a
// promise of that.
func (f *performer) awaitExpression(ctx context.Context) error {
	return f.until(ctx, func() (bool, error) {
		document, err := f.pageDocument(ctx)
		if err != nil {
			return false, err
		}
		var there bool
		if err := f.ask(ctx, document, "async function () { return Boolean(await ("+f.step.Expression+"\n)) }", &there); err != nil {
			return false, err
		}
		if !there {
			return false, errors.New("the expression isn't true")
		}
		return true, nil
	})
}

// pageDocument returns the document of the step's frame as the page's own scripts see
// it: functions that are called on it can use the page's variables.
func (f *performer) pageDocument(ctx context.Context) (object, error) {
	in, err := f.enter(ctx)
	if err != nil {
		return "", err
	}
	ours, err := f.root(ctx, in)
	if err != nil {
		return "", err
	}
	node, err := call(ctx, f.page, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: ours})
	if err != nil {
		return "", err
	}
	// Without a context, a node is resolved in that of its page.
	resolved, err := call(ctx, f.page, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node.Node.BackendNodeID})
	if err != nil || resolved.Object == nil {
		return "", errors.Join(errors.New("the page has no document yet"), err)
	}
	return resolved.Object.ObjectID, nil
}

// fits reports whether an element has the given attributes and properties.
const fits = `function (attributes, properties) {
	const same = (a, b) => a === b || a instanceof Object && b instanceof Object && Object.keys(a).every((k) => same(a[k], b[k]));
	return Object.keys(attributes).every((k) => this.getAttribute(k) === attributes[k]) && same(properties, this);
}`

// awaitElements waits until the number of elements is as required, counted for the
// first selector that matches any.
func (f *performer) awaitElements(ctx context.Context) error {
	w := f.step.Wait
	return f.until(ctx, func() (bool, error) {
		in, err := f.enter(ctx)
		if err != nil {
			return false, err
		}
		var found []object
		for _, selector := range f.step.Selectors {
			if found, err = f.all(ctx, in, selector); err != nil {
				return false, err
			}
			if len(found) > 0 {
				break
			}
		}
		there := w.Operator == ">=" && len(found) >= w.Count || w.Operator == "<=" && len(found) <= w.Count || w.Operator == "==" && len(found) == w.Count
		for _, e := range found {
			if !there || len(w.Attributes) == 0 && len(w.Properties) == 0 {
				break
			}
			attributes, properties := w.Attributes, json.RawMessage(w.Properties)
			if attributes == nil {
				attributes = map[string]string{}
			}
			if len(bytes.TrimSpace(properties)) == 0 {
				properties = json.RawMessage("{}")
			}
			if err := f.ask(ctx, e, fits, &there, attributes, properties); err != nil {
				return false, err
			}
		}
		if there != w.Visible {
			return false, fmt.Errorf("there are %d elements that match %s", len(found), f.selectors())
		}
		return true, nil
	})
}
