package perform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp/kb"
)

// settled resolves after two frames were rendered, so that the page has handled the
// changes so far. It doesn't wait for a page that isn't rendered.
const settled = `function () {
	return new Promise((done) => {
		setTimeout(done, 200);
		requestAnimationFrame(() => requestAnimationFrame(done));
	}).then(() => true);
}`

// point waits until the step's element no longer moves, and returns the coordinates on
// the page at which to perform the step.
func (f *performer) point(ctx context.Context) (x, y float64, err error) {
	var last [4]float64
	err = f.until(ctx, func() (bool, error) {
		found, err := f.find(ctx)
		if err != nil {
			return false, err
		}
		if _, err := call(ctx, f.page, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{ObjectID: found}); err != nil {
			return false, err
		}
		if err := f.ask(ctx, found, settled, new(bool)); err != nil {
			return false, err
		}
		box, err := f.box(ctx, found)
		if err != nil {
			return false, err
		}
		still := box == last
		if last = box; !still {
			return false, errors.New("the element moves")
		}
		x, y, err = f.within(ctx, found, box)
		return err == nil, err
	})
	return x, y, err
}

// box returns the bounds of an element on the page: left, top, right and bottom.
func (f *performer) box(ctx context.Context, e object) (box [4]float64, err error) {
	quads, err := call(ctx, f.page, dom.GetContentQuads, dom.GetContentQuadsParams{ObjectID: e})
	if err != nil {
		return box, err
	}
	if len(quads.Quads) == 0 || len(quads.Quads[0]) != 8 {
		return box, errors.New("the element is not drawn")
	}
	q := quads.Quads[0]
	return [4]float64{
		min(q[0], q[2], q[4], q[6]), min(q[1], q[3], q[5], q[7]), max(q[0], q[2], q[4], q[6]), max(q[1], q[3], q[5], q[7]),
	}, nil
}

// hits reports whether a point is on an element, and not outside its rounded corners or
// covered by another element.
const hits = `function (x, y) {
	const at = this.getRootNode().elementFromPoint(x, y);
	return at !== null && this.contains(at);
}`

// within returns the point in an element's box to click: its center, or the step's
// offset if that is on the element.
func (f *performer) within(ctx context.Context, e object, box [4]float64) (x, y float64, err error) {
	middleX, middleY := (box[0]+box[2])/2, (box[1]+box[3])/2
	at := f.step.Click.Offset
	if at == nil {
		return middleX, middleY, nil
	}
	x, y = box[0]+at[0], box[1]+at[1]
	if x < box[0] || x >= box[2] || y < box[1] || y >= box[3] {
		return middleX, middleY, nil
	}
	if len(f.step.Frame) == 0 { // not in frames, which have other coordinates
		hit := false
		if err := f.ask(ctx, e, hits, &hit, x, y); err != nil {
			return 0, 0, err
		}
		if !hit {
			return middleX, middleY, nil
		}
	}
	return x, y, nil
}

// buttons are the mouse buttons by their names in Recorder.
var buttons = map[string]input.MouseButton{
	"primary": input.MouseButtonLeft, "auxiliary": input.MouseButtonMiddle, "secondary": input.MouseButtonRight,
	"back": input.MouseButtonBack, "forward": input.MouseButtonForward,
}

func (f *performer) hover(ctx context.Context) error {
	x, y, err := f.point(ctx)
	if err != nil {
		return err
	}
	return f.mouse(ctx, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y})
}

// click clicks the given number of times in a row.
func (f *performer) click(ctx context.Context, times int64) error {
	x, y, err := f.point(ctx)
	if err != nil {
		return err
	}
	at := input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y}
	if err := f.mouse(ctx, at); err != nil {
		return err
	}
	at.Button = buttons[cmp.Or(f.step.Click.Button, "primary")]
	for at.ClickCount = 1; at.ClickCount <= times; at.ClickCount++ {
		at.Type = input.DispatchMouseEventTypeMousePressed
		if err := f.mouse(ctx, at); err != nil {
			return err
		}
		if err := pause(ctx, f.step.Click.Down); err != nil {
			return err
		}
		at.Type = input.DispatchMouseEventTypeMouseReleased
		if err := f.mouse(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

func (f *performer) mouse(ctx context.Context, e input.DispatchMouseEventParams) error {
	e.Modifiers = int64(*f.held)
	_, err := call(ctx, f.page, input.DispatchMouseEvent, e)
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// change sets the value of a field, by typing if the field allows that.
func (f *performer) change(ctx context.Context) error {
	found, err := f.find(ctx)
	if err != nil {
		return err
	}
	var kind string
	if err := f.ask(ctx, found, withoutComments(kindScript), &kind, f.step.Value, f.step.Unrecorded); err != nil {
		return err
	}
	value := f.step.Value
	switch kind {
	case "done":
		return nil
	case "typed":
	case "email":
		value = "visitor@shop.example"
	case "number":
		value = "1"
	default:
		return errors.New(kind)
	}
	if value == "" {
		return f.press(ctx, keyOf("Delete", false))
	}
	for _, letter := range value {
		if err := f.press(ctx, kb.Encode(letter)); err != nil {
			return err
		}
	}
	return nil
}

// withoutComments returns a script without its leading comments.
func withoutComments(script string) string {
	const begins = "function ("
	_, function, _ := strings.Cut(script, begins)
	return begins + strings.TrimSpace(function)
}

// scroll scrolls the step's element, or the page.
func (f *performer) scroll(ctx context.Context) error {
	if len(f.step.Selectors) == 0 {
		in, err := f.enter(ctx)
		if err != nil {
			return err
		}
		return f.evaluate(ctx, in, fmt.Sprintf("window.scroll(%g, %g), (%s)()", f.step.X, f.step.Y, settled), new(bool))
	}
	found, err := f.find(ctx)
	if err != nil {
		return err
	}
	return f.ask(ctx, found, "function (x, y) { this.scrollLeft = x; this.scrollTop = y; return ("+settled+")() }", new(bool), f.step.X, f.step.Y)
}
