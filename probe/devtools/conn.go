// Package devtools implements a connection to a browser: it sends commands and receives
// events and responses.
package devtools

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"layertap/crash"
	"layertap/probe/protocol"
)

// Conn is a connection to a browser. One goroutine reads it and only appends events and
// responses to an unbounded queue, in the order in which they arrived over all
// sessions. Processing them there would block the browser and with it the page.
type Conn struct {
	transport chromedp.Transport

	mu      sync.Mutex
	nextID  int64
	waiting map[int64]chan *cdproto.Message // the responses that Call waits for
	queue   []*cdproto.Message
	err     error // why the connection ended

	arrived chan struct{} // has a token while the queue is not empty
	done    chan struct{} // closed when the connection has ended
}

// New returns a connection over transport and starts reading from it.
func New(transport chromedp.Transport) *Conn {
	c := &Conn{
		transport: transport,
		waiting:   map[int64]chan *cdproto.Message{},
		arrived:   make(chan struct{}, 1),
		done:      make(chan struct{}),
	}
	go c.read()
	return c
}

func (c *Conn) read() {
	defer close(c.done)
	err := crash.Guard(func() error {
		for {
			message := new(cdproto.Message)
			if err := c.transport.Read(context.Background(), message); err != nil {
				return err
			}
			c.route(message)
		}
	})
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
}

// Failure returns why the connection ended: [ErrLost] if the browser closed it, or the
// error of the reader.
func (c *Conn) Failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var crashed *crash.Error
	if errors.As(c.err, &crashed) {
		return crashed
	}
	return ErrLost
}

func (c *Conn) route(message *cdproto.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer, ok := c.waiting[message.ID]; ok && message.ID != 0 {
		delete(c.waiting, message.ID)
		answer <- message
		return
	}
	c.queue = append(c.queue, message)
	select {
	case c.arrived <- struct{}{}:
	default:
	}
}

// Take returns the messages received since the last call.
func (c *Conn) Take() []*cdproto.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	queue := c.queue
	c.queue = nil
	return queue
}

// Send sends a command. Its response arrives in the queue under the ID that Send
// returns.
func (c *Conn) Send(cmd protocol.Command) (int64, error) {
	c.mu.Lock()
	c.nextID++
	id := c.nextID
	c.mu.Unlock()
	return id, c.write(id, cmd)
}

func (c *Conn) write(id int64, cmd protocol.Command) error {
	message, err := cmd.Message(id)
	if err != nil {
		return err
	}
	return c.transport.Write(context.Background(), message)
}

// Call sends a command and waits for its response, which bypasses the queue.
func (c *Conn) Call(ctx context.Context, cmd protocol.Command, result any) error {
	answer := make(chan *cdproto.Message, 1)
	c.mu.Lock()
	c.nextID++
	id := c.nextID
	c.waiting[id] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
	}()
	if err := c.write(id, cmd); err != nil {
		return fmt.Errorf("sending %s: %w", cmd.Method, err)
	}
	select {
	case message := <-answer:
		if message.Error != nil {
			return fmt.Errorf("%s: %w", cmd.Method, message.Error)
		}
		return protocol.Read(message.Result, result)
	case <-c.done:
		return fmt.Errorf("%s: %w", cmd.Method, c.Failure())
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", cmd.Method, ctx.Err())
	}
}

// ErrLost is the error if the browser closed the connection or died.
var ErrLost = errors.New("the connection to the browser was lost")

// Arrived has a token when [Conn.Take] has messages to return.
func (c *Conn) Arrived() <-chan struct{} { return c.arrived }

// Done returns a channel that is closed when the connection has ended.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Version returns the browser's product name and version, such as
// "Chrome/150.0.7871.46".
func (c *Conn) Version(ctx context.Context) (string, error) {
	var version browser.GetVersionResult
	err := c.Call(ctx, protocol.Ask("", browser.GetVersion, cdp.Empty{}), &version)
	return strings.Replace(version.Product, "HeadlessChrome", "Chrome", 1), err
}

// UserAgent returns the browser's user agent.
func (c *Conn) UserAgent(ctx context.Context) (string, error) {
	var version browser.GetVersionResult
	err := c.Call(ctx, protocol.Ask("", browser.GetVersion, cdp.Empty{}), &version)
	return version.UserAgent, err
}

// Close ends the connection and waits for its reader.
func (c *Conn) Close() error {
	err := c.transport.Close()
	<-c.done
	return err
}
