// Package perform performs the steps of a flow in a page: it clicks, types and waits as
// a visitor does.
package perform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/flow"
)

// Page is a page of a browser.
type Page interface {
	// Call sends a protocol command to the page and decodes its result.
	Call(ctx context.Context, method string, params, result any) error
}

// call sends a command to a page.
func call[P, R any](ctx context.Context, p Page, cmd cdp.Command[P, R], params P) (R, error) {
	var result R
	err := p.Call(ctx, cmd.Method, params, &result)
	return result, err
}

// Flow performs the steps of a flow in a page in order. It calls begins before each,
// with the step's number, from 1. Errors name the step.
func Flow(ctx context.Context, p Page, f flow.Flow, begins func(n int, s flow.Step)) error {
	held := modifier(0)
	for i, s := range f.Steps {
		begins(i+1, s)
		if err := step(ctx, p, s, &held); err != nil {
			return fmt.Errorf("step %d (%s): %w", i+1, s.Type, err)
		}
	}
	return nil
}

// pollEvery is the interval at which a step's conditions are checked.
const pollEvery = 50 * time.Millisecond

// step performs a step. It stops when ctx ends or the step's timeout expires. Held are
// the modifier keys that earlier steps hold down.
func step(ctx context.Context, p Page, s flow.Step, held *modifier) error {
	within, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	f := &performer{page: p, step: s, held: held}
	err := f.perform(within)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		if f.last == nil {
			f.last = errors.New("the page did not respond")
		}
		return fmt.Errorf("it took longer than %v: %w", s.Timeout, f.last)
	}
	return err
}

// performer performs one step.
type performer struct {
	page Page
	step flow.Step
	held *modifier
	last error // why the condition is not met yet
}

func (f *performer) perform(ctx context.Context) error {
	var before document
	if f.step.Navigates {
		var err error
		if before, err = f.document(ctx); err != nil {
			return err
		}
	}
	if err := f.do(ctx); err != nil {
		return err
	}
	if f.step.Navigates {
		return f.arrive(ctx, before)
	}
	return nil
}

func (f *performer) do(ctx context.Context) error {
	switch f.step.Type {
	case flow.ClickStep:
		return f.click(ctx, 1)
	case flow.DoubleClickStep:
		return f.click(ctx, 2)
	case flow.HoverStep:
		return f.hover(ctx)
	case flow.ChangeStep:
		return f.change(ctx)
	case flow.KeyDownStep, flow.KeyUpStep:
		return f.key(ctx)
	case flow.NavigateStep:
		return f.navigate(ctx)
	case flow.WaitForElementStep:
		return f.awaitElements(ctx)
	case flow.WaitForExpressionStep:
		return f.awaitExpression(ctx)
	case flow.SetViewportStep:
		return f.setViewport(ctx)
	case flow.ScrollStep:
		return f.scroll(ctx)
	case flow.CloseStep:
		return f.close(ctx)
	case flow.EmulateNetworkStep:
		return f.emulateNetwork(ctx)
	}
	return errors.New("this type of step isn't supported")
}

// until calls there repeatedly until it returns true. An error of there is kept as the
// reason and doesn't stop the loop: the page may be navigating.
func (f *performer) until(ctx context.Context, there func() (bool, error)) error {
	for {
		done, err := there()
		if done && err == nil {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			f.last = err
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
