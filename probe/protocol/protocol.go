// Package protocol writes commands and reads events of the Chrome DevTools Protocol.
// Nothing is sent or received here.
package protocol

import (
	"fmt"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Command is a command for the browser, or for one session.
type Command struct {
	Session target.SessionID // empty for the browser itself
	Method  string
	Params  any
	Then    func(*cdproto.Message) // takes the answer; nil where nobody cares
}

// Ask makes a command for a session.
func Ask[P, R any](session target.SessionID, c cdp.Command[P, R], params P) Command {
	return Command{Session: session, Method: c.Method, Params: params}
}

// Message is the command as it is sent, under a number by which its answer comes.
func (c Command) Message(id int64) (*cdproto.Message, error) {
	message := &cdproto.Message{ID: id, SessionID: c.Session, Method: cdproto.MethodType(c.Method)}
	if c.Params != nil {
		params, err := jsonv2.Marshal(c.Params, chromedp.DefaultMarshalOptions)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", c.Method, err)
		}
		message.Params = params
	}
	return message, nil
}

// On hands an event's content to f. What cannot be read is of a newer browser than this
// program knows, and is left alone.
func On[E any](m *cdproto.Message, f func(*E)) {
	e := new(E)
	if Read(m.Params, e) == nil {
		f(e)
	}
}

// OnResult is [On] for a command's answer. It does nothing if the command failed.
func OnResult[R any](m *cdproto.Message, f func(*R)) {
	r := new(R)
	if m.Error == nil && Read(m.Result, r) == nil {
		f(r)
	}
}

// Read reads the JSON of an event or an answer.
func Read(text []byte, into any) error {
	return jsonv2.Unmarshal(text, into, chromedp.DefaultUnmarshalOptions)
}
