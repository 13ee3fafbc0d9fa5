package perform

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"layertap/flow"
)

// The scripts run in an isolated world, where changes by the page's scripts to the
// browser's objects aren't visible.
var (
	//go:embed find.js
	findScript string
	//go:embed kind.js
	kindScript string
)

// world is the execution context for our scripts in a step's frame.
type world runtime.ExecutionContextID

const worldName = "layertap"

// frame returns the step's frame.
func (f *performer) frame(ctx context.Context) (cdp.FrameID, error) {
	tree, err := call(ctx, f.page, page.GetFrameTree, cdp.Empty{})
	if err != nil || tree.FrameTree == nil {
		return "", errors.Join(errors.New("the page has no frames yet"), err)
	}
	at := tree.FrameTree
	for _, i := range f.step.Frame {
		if i < 0 || i >= len(at.ChildFrames) {
			return "", fmt.Errorf("the page has no frame %v, or it is of another site, which isn't supported", f.step.Frame)
		}
		at = at.ChildFrames[i]
	}
	return at.Frame.ID, nil
}

// enter creates a world in the step's frame.
func (f *performer) enter(ctx context.Context) (world, error) {
	frame, err := f.frame(ctx)
	if err != nil {
		return 0, err
	}
	made, err := call(ctx, f.page, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame, WorldName: worldName})
	return world(made.ExecutionContextID), err
}

// object is an element of the page.
type object = runtime.RemoteObjectID

// find waits for a visible element that matches the step's selectors.
func (f *performer) find(ctx context.Context) (found object, err error) {
	err = f.until(ctx, func() (bool, error) {
		in, err := f.enter(ctx)
		if err != nil {
			return false, err
		}
		for _, selector := range f.step.Selectors {
			all, err := f.all(ctx, in, selector)
			if err != nil {
				return false, err
			}
			for _, one := range all {
				var shown bool
				if err := f.ask(ctx, one, "function () { return ("+strings.TrimSpace(findScript)+").shown(this) }", &shown); err != nil {
					return false, err
				}
				if shown {
					found = one
					return true, nil
				}
			}
		}
		return false, fmt.Errorf("no visible element matches %s", f.selectors())
	})
	return found, err
}

// selectors returns the step's selectors as text for errors.
func (f *performer) selectors() string {
	var names []string
	for _, s := range f.step.Selectors {
		names = append(names, strings.Join(s, " then "))
	}
	return strings.Join(names, ", nor ")
}

// root returns the document of a world.
func (f *performer) root(ctx context.Context, in world) (object, error) {
	root, err := call(ctx, f.page, runtime.Evaluate, runtime.EvaluateParams{Expression: "document", ContextID: runtime.ExecutionContextID(in)})
	if err != nil || root.Result == nil {
		return "", errors.Join(errors.New("the page has no document yet"), err)
	}
	return root.Result.ObjectID, nil
}

// mostFound is the maximum number of elements examined per selector.
const mostFound = 1000

// all returns the elements that match a selector.
func (f *performer) all(ctx context.Context, in world, selector flow.Selector) ([]object, error) {
	root, err := f.root(ctx, in)
	if err != nil {
		return nil, err
	}
	at := []object{root}
	for _, part := range selector {
		var next []object
		for _, from := range at {
			found, err := f.part(ctx, in, from, part)
			if err != nil {
				return nil, err
			}
			next = append(next, found...)
		}
		at = next[:min(len(next), mostFound)]
	}
	return at, nil
}

// ariaRole matches the role at the end of an aria/ selector: [role="button"].
var ariaRole = regexp.MustCompile(`\[\s*role\s*=\s*["']([^"']*)["']\s*\]\s*$`)

// ariaName matches the accessible name in the same form: [name="Buy"].
var ariaName = regexp.MustCompile(`\[\s*name\s*=\s*["']([^"']*)["']\s*\]\s*$`)

// part returns the elements below from that match one part of a selector.
func (f *performer) part(ctx context.Context, in world, from object, part string) ([]object, error) {
	if aria, ok := strings.CutPrefix(part, "aria/"); ok {
		return f.aria(ctx, in, from, aria)
	}
	kind, text := "css", part
	for _, known := range []string{"xpath", "pierce", "text"} {
		if rest, ok := strings.CutPrefix(part, known+"/"); ok {
			kind, text = known, rest
		}
	}
	list, err := f.function(ctx, from, "function (kind, text) { return ("+strings.TrimSpace(findScript)+").find(this, kind, text) }", kind, text)
	if err != nil {
		return nil, fmt.Errorf("the selector %s: %w", part, err)
	}
	return f.items(ctx, list)
}

// aria returns the elements with an accessible name and, if text contains one, a role.
func (f *performer) aria(ctx context.Context, in world, from object, text string) ([]object, error) {
	query := accessibility.QueryAXTreeParams{}
	for {
		if m := ariaRole.FindStringSubmatchIndex(text); m != nil {
			query.Role, text = text[m[2]:m[3]], text[:m[0]]
			continue
		}
		if m := ariaName.FindStringSubmatchIndex(text); m != nil {
			query.AccessibleName, text = text[m[2]:m[3]], text[:m[0]]
			continue
		}
		break
	}
	if name := strings.TrimSpace(text); name != "" {
		query.AccessibleName = name
	}
	// The accessibility tree starts at an element or the document; a shadow root is
	// reached through its host.
	root, err := f.function(ctx, from, "function () { return this instanceof ShadowRoot ? this.host : this.shadowRoot || this }")
	if err != nil {
		return nil, err
	}
	query.ObjectID = root
	tree, err := call(ctx, f.page, accessibility.QueryAXTree, query)
	if err != nil {
		return nil, err
	}
	var found []object
	for _, node := range tree.Nodes {
		if len(found) == mostFound || node.Ignored || textRole(node) || node.BackendDOMNodeID == 0 {
			continue
		}
		resolved, err := call(ctx, f.page, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node.BackendDOMNodeID, ExecutionContextID: runtime.ExecutionContextID(in)})
		if err == nil && resolved.Object != nil { // otherwise it has been removed
			found = append(found, resolved.Object.ObjectID)
		}
	}
	return found, nil
}

// textRole reports whether a node is text, not an element.
func textRole(node *accessibility.Node) bool {
	if node.Role == nil {
		return false
	}
	var role string
	_ = json.Unmarshal(node.Role.Value, &role) // other values leave role empty
	return role == "StaticText" || role == "InlineTextBox"
}

// items returns the elements of a list in the page.
func (f *performer) items(ctx context.Context, list object) ([]object, error) {
	properties, err := call(ctx, f.page, runtime.GetProperties, runtime.GetPropertiesParams{ObjectID: list, OwnProperties: new(true)})
	if err != nil {
		return nil, err
	}
	var items []object
	for _, p := range properties.Result {
		if p.Value != nil && p.Value.Subtype == runtime.RemoteObjectSubtypeNode && len(items) < mostFound {
			items = append(items, p.Value.ObjectID)
		}
	}
	return items, nil
}

// function calls one of our functions on an object of the page and returns the
// resulting object.
func (f *performer) function(ctx context.Context, on object, source string, arguments ...any) (object, error) {
	result, err := f.callFunction(ctx, on, source, false, arguments)
	if err != nil {
		return "", err
	}
	return result.ObjectID, nil
}

// ask calls one of our functions on an object of the page and decodes its result into
// value.
func (f *performer) ask(ctx context.Context, on object, source string, value any, arguments ...any) error {
	result, err := f.callFunction(ctx, on, source, true, arguments)
	if err != nil {
		return err
	}
	if len(result.Value) == 0 {
		return errors.New("the page returned nothing")
	}
	return json.Unmarshal(result.Value, value)
}

func (f *performer) callFunction(ctx context.Context, on object, source string, byValue bool, arguments []any) (*runtime.RemoteObject, error) {
	params := runtime.CallFunctionOnParams{FunctionDeclaration: source, ObjectID: on, ReturnByValue: &byValue, AwaitPromise: new(true)}
	for _, argument := range arguments {
		text, err := json.Marshal(argument)
		if err != nil {
			return nil, fmt.Errorf("writing an argument: %w", err)
		}
		params.Arguments = append(params.Arguments, &runtime.CallArgument{Value: text})
	}
	result, err := call(ctx, f.page, runtime.CallFunctionOn, params)
	switch {
	case err != nil:
		return nil, err
	case result.ExceptionDetails != nil:
		return nil, thrown(result.ExceptionDetails)
	case result.Result == nil:
		return nil, errors.New("the page returned nothing")
	}
	return result.Result, nil
}

// thrown returns the error for an exception in a script.
func thrown(e *runtime.ExceptionDetails) error {
	text := e.Text
	if e.Exception != nil && e.Exception.Description != "" {
		text, _, _ = strings.Cut(e.Exception.Description, "\n")
	}
	return errors.New(text)
}
