package devtools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"

	"layertap/crash"
	"layertap/probe/protocol"
)

// wireEnd is a transport whose messages come from the test.
type wireEnd struct {
	in  chan *cdproto.Message
	out chan *cdproto.Message
}

func (e wireEnd) Read(_ context.Context, m *cdproto.Message) error {
	next, ok := <-e.in
	if !ok {
		return io.EOF
	}
	*m = *next
	return nil
}

func (e wireEnd) Write(_ context.Context, m *cdproto.Message) error {
	e.out <- m
	return nil
}

func (e wireEnd) Close() error {
	close(e.in)
	return nil
}

func TestConnKeepsTheOrder(t *testing.T) {
	end := wireEnd{in: make(chan *cdproto.Message), out: make(chan *cdproto.Message, 10)}
	c := New(end)
	go func() {
		for i := range 10_000 { // nothing reads them meanwhile
			end.in <- &cdproto.Message{Method: "Some.event", SessionID: target.SessionID(fmt.Sprint(i % 3)), Params: fmt.Appendf(nil, "%d", i)}
		}
		asked := <-end.out
		end.in <- &cdproto.Message{ID: asked.ID, Result: []byte(`{"product":"Chrome/1"}`)}
	}()
	var version browser.GetVersionResult
	if err := c.Call(t.Context(), protocol.Ask("", browser.GetVersion, cdp.Empty{}), &version); err != nil || version.Product != "Chrome/1" {
		t.Fatalf("%+v, %v", version, err)
	}
	for i, m := range c.Take() {
		if string(m.Params) != fmt.Sprint(i) {
			t.Fatalf("message %s comes where %d should", m.Params, i)
		}
	}
	go func() { <-end.out; _ = end.Close() }()
	if err := c.Call(t.Context(), protocol.Ask("", browser.GetVersion, cdp.Empty{}), &version); !errors.Is(err, ErrLost) {
		t.Errorf("after the end: %v", err)
	}
}

// A connection whose reader panicked has ended but isn't lost: a new attempt would fail
// in the same way.
func TestConnReportsAPanic(t *testing.T) {
	c := New(panicking{})
	err := c.Call(t.Context(), protocol.Ask("", browser.GetVersion, cdp.Empty{}), new(browser.GetVersionResult))
	if caught := new(crash.Error); !errors.As(err, &caught) {
		t.Errorf("it says %v", err)
	}
	_ = c.Close()
}

type panicking struct{}

func (panicking) Read(context.Context, *cdproto.Message) error  { panic("what is this?") }
func (panicking) Write(context.Context, *cdproto.Message) error { return nil }
func (panicking) Close() error                                  { return nil }
