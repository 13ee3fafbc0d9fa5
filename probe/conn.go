package probe

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"layertap/crash"
)

// conn is a connection to a browser. One goroutine reads it, and does nothing
// else: events and answers are put into a queue without bound, in the order in
// which they came over all sessions. A reader that worked on them would hold up
// the browser, and with it the page.
type conn struct {
	transport chromedp.Transport

	mu      sync.Mutex
	nextID  int64
	waiting map[int64]chan *cdproto.Message // the answers that call waits for
	queue   []*cdproto.Message
	err     error // why the connection ended

	arrived chan struct{} // has a token when the queue is not empty
	done    chan struct{} // closed when the connection has ended
}

// newConn returns a connection over transport and begins to read it.
func newConn(transport chromedp.Transport) *conn {
	c := &conn{
		transport: transport,
		waiting:   map[int64]chan *cdproto.Message{},
		arrived:   make(chan struct{}, 1),
		done:      make(chan struct{}),
	}
	go c.read()
	return c
}

func (c *conn) read() {
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

// failure is why the connection ended: that it was lost, as far as the browser's
// side is concerned, unless its reader itself failed.
func (c *conn) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var crashed *crash.Error
	if errors.As(c.err, &crashed) {
		return crashed
	}
	return errConnectionLost
}

func (c *conn) route(message *cdproto.Message) {
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

// take returns what has come since the last call.
func (c *conn) take() []*cdproto.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	queue := c.queue
	c.queue = nil
	return queue
}

// send sends a command. Its answer comes through the queue, under the ID that
// send returns.
func (c *conn) send(cmd command) (int64, error) {
	c.mu.Lock()
	c.nextID++
	id := c.nextID
	c.mu.Unlock()
	return id, c.write(id, cmd)
}

func (c *conn) write(id int64, cmd command) error {
	message := &cdproto.Message{ID: id, SessionID: cmd.session, Method: cdproto.MethodType(cmd.method)}
	if cmd.params != nil {
		params, err := jsonv2.Marshal(cmd.params, chromedp.DefaultMarshalOptions)
		if err != nil {
			return fmt.Errorf("writing %s: %w", cmd.method, err)
		}
		message.Params = params
	}
	return c.transport.Write(context.Background(), message)
}

// call sends a command and waits for its answer, past everything that is in the
// queue.
func (c *conn) call(ctx context.Context, cmd command, result any) error {
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
		return fmt.Errorf("sending %s: %w", cmd.method, err)
	}
	select {
	case message := <-answer:
		if message.Error != nil {
			return fmt.Errorf("%s: %w", cmd.method, message.Error)
		}
		return jsonv2.Unmarshal(message.Result, result, chromedp.DefaultUnmarshalOptions)
	case <-c.done:
		return fmt.Errorf("%s: %w", cmd.method, c.failure())
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", cmd.method, ctx.Err())
	}
}

var errConnectionLost = errors.New("the connection to the browser was lost")

// Close ends the connection and waits for its reader.
func (c *conn) Close() error {
	err := c.transport.Close()
	<-c.done
	return err
}

// command is a command of the protocol, for the browser or for one session.
type command struct {
	session target.SessionID
	method  string
	params  any
	then    func(*cdproto.Message) // takes the answer; nil where nobody cares
}

// ask makes a command for a session.
func ask[P, R any](session target.SessionID, c cdp.Command[P, R], params P) command {
	return command{session: session, method: c.Method, params: params}
}
