package mcp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"layertap/session"
)

// mostOpen is the maximum number of open recordings. Each is completely in memory.
const mostOpen = 8

// opened has the open recordings and captures of an agent.
type opened struct {
	from     Sources
	starting sync.WaitGroup // captures that aren't registered yet

	mu     sync.Mutex
	by     map[string]*entry // by id
	count  int               // number ever opened
	closed bool              // nothing more can be opened
}

// entry is an open recording, or a capture.
type entry struct {
	id      string
	path    string // or the captured target
	session *session.Session
	page    *Page // nil for a file
	damage  func() string
	stop    func() // stops reading and waits until it has ended

	done  chan struct{} // closed when the source has ended
	err   error         // why it ended early; may only be read after done is closed
	ended ending        // why a capture ended; likewise
}

// complete reports whether everything has been read.
func (e *entry) complete() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// snapshot returns what has been read of the recording. Its error is the reason why reading
// ended early.
func (e *entry) snapshot() (session.Snapshot, error) {
	if e.complete() && e.err != nil {
		return session.Snapshot{}, e.failed("close it and open it again")
	}
	return e.session.Snapshot(), nil
}

// failed returns the error of a recording whose reading ended early.
func (e *entry) failed(advice string) error {
	doing := "reading the recording"
	if e.page != nil {
		doing = "capturing"
	}
	if advice != "" {
		doing += " (" + advice + ")"
	}
	return &marked{doing, fmt.Errorf("%s: %w", e.path, e.err)}
}

type openInput struct {
	Path   string   `json:"path" jsonschema:"the session file, such as visit.session.jsonl"`
	Follow bool     `json:"follow,omitempty" jsonschema:"keep reading while the file is being written; findings about the session as a whole are known when it is complete"`
	Plans  []string `json:"plans,omitempty" jsonschema:"tracking plans to check against: widget, ga4, none or files; default: those that the server was started with"`
}

func (o *opened) openRecording(ctx context.Context, in openInput) (any, error) {
	if in.Path == "" || in.Path == "-" {
		return nil, errors.New("opening a recording: path must be the path of a session file")
	}
	if err := o.hasRoom(false); err != nil {
		return nil, err
	}
	recording, err := o.from.Open(ctx, in.Path, in.Plans, in.Follow)
	if err != nil {
		return nil, &marked{"opening the recording", err}
	}
	e := start(ctx, in.Path, recording, 0)
	if !in.Follow {
		select {
		case <-e.done:
		case <-ctx.Done():
			e.stop()
			return nil, errors.New("opening the recording: interrupted")
		}
	}
	return o.keep(e)
}

// hasRoom returns an error if no further recording or capture may be opened. The caller
// must not hold mu.
func (o *opened) hasRoom(capture bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.room(capture)
}

func (o *opened) room(capture bool) error {
	captures := 0
	for _, e := range o.by {
		if e.page != nil && !e.complete() {
			captures++
		}
	}
	switch {
	case o.closed:
		return errors.New("the connection has ended")
	case len(o.by) >= mostOpen:
		return fmt.Errorf("%d recordings and captures are open, which is the most; close one with close_recording", mostOpen)
	case capture && captures >= mostCaptures:
		return fmt.Errorf("%d captures are running, which is the most; end one with end_capture", mostCaptures)
	}
	return nil
}

// keep registers an entry under a new ID and answers with its state. If the entry has
// failed, or there is no more room, it is ended.
func (o *opened) keep(e *entry) (any, error) {
	if e.complete() && e.err != nil {
		e.stop()
		return nil, e.failed("")
	}
	if err := o.register(e); err != nil {
		e.stop()
		return nil, err
	}
	return summary(e)
}

func (o *opened) register(e *entry) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.room(e.page != nil); err != nil {
		return err
	}
	o.count++
	e.id = fmt.Sprintf("r%d", o.count)
	o.by[e.id] = e
	return nil
}

// start reads a recording in the background; reading may outlive the call that opened it. A
// capture ends after a time limit, and when it is too large.
func start(ctx context.Context, path string, r Recording, longest time.Duration) *entry {
	ctx, end := context.WithCancelCause(context.WithoutCancel(ctx))
	e := &entry{path: path, session: r.Session, page: r.Page, damage: r.Damage, done: make(chan struct{})}
	source := r.Source
	if r.Page != nil {
		late := time.AfterFunc(longest, func() { end(endedTime) })
		context.AfterFunc(ctx, func() { late.Stop() })
		source = &bounded{Source: source, left: mostCaptured, full: func() { end(endedSize) }}
	}
	go func() {
		defer close(e.done)
		defer end(nil)
		e.err = errors.Join(r.Session.Run(ctx, source), r.Close()) // Run turns panics into errors
		e.ended = endedClosed
		_ = errors.As(context.Cause(ctx), &e.ended)
	}()
	e.stop = func() {
		end(endedAsked)
		<-e.done
	}
	return e
}

type recordingInput struct {
	Recording string `json:"recording" jsonschema:"the id that the tool that opened it returned"`
}

func (o *opened) closeRecording(_ context.Context, in recordingInput) (any, error) {
	e, err := o.find(in.Recording)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	delete(o.by, e.id)
	o.mu.Unlock()
	e.stop()
	return map[string]string{"closed": e.id}, nil
}

// closeAll ends everything and waits until it has ended.
func (o *opened) closeAll() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.starting.Wait()
	var ending sync.WaitGroup
	for _, e := range o.by { // nothing is added after closed is set
		ending.Go(e.stop)
	}
	ending.Wait()
}

func (o *opened) find(id string) (*entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e, ok := o.by[id]
	if !ok {
		return nil, fmt.Errorf("recording %q isn't open; open_recording returns the id of one", id)
	}
	return e, nil
}

// read returns an open recording and what has been read of it.
func (o *opened) read(id string) (*entry, session.Snapshot, error) {
	e, err := o.find(id)
	if err != nil {
		return nil, session.Snapshot{}, err
	}
	s, err := e.snapshot()
	return e, s, err
}
