package mcp

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"layertap/session"
)

// mostOpen is how many recordings can be open: each is in memory as a whole.
const mostOpen = 8

// opened are the recordings that an agent has open.
type opened struct {
	open Open

	mu    sync.Mutex
	by    map[string]*entry // by id
	count int               // that were ever opened
}

// entry is an open recording.
type entry struct {
	id      string
	path    string
	session *session.Session
	damage  func() string
	stop    func() // ends reading, and returns when it has ended

	done chan struct{} // closed when the source has ended
	err  error         // why it ended early; to be read when done is closed
}

// complete reports whether everything was read.
func (e *entry) complete() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// snapshot is the recording as far as it was read. Its error says why reading ended
// early.
func (e *entry) snapshot() (session.Snapshot, error) {
	if e.complete() && e.err != nil {
		return session.Snapshot{}, fmt.Errorf("reading %s: %w; close the recording and open it again", e.path, e.err)
	}
	return e.session.Snapshot(), nil
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
	if err := o.hasRoom(); err != nil {
		return nil, err
	}
	recording, err := o.open(ctx, in.Path, in.Plans, in.Follow)
	if err != nil {
		return nil, err
	}
	e := start(ctx, in.Path, recording)
	if !in.Follow {
		select {
		case <-e.done:
		case <-ctx.Done():
			e.stop()
			return nil, fmt.Errorf("opening %s: interrupted", in.Path)
		}
	}
	if e.complete() && e.err != nil {
		e.stop()
		return nil, fmt.Errorf("reading %s: %w", in.Path, e.err)
	}
	if err := o.keep(e); err != nil {
		e.stop()
		return nil, err
	}
	return summary(e)
}

func (o *opened) hasRoom() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.by) >= mostOpen {
		return fmt.Errorf("opening a recording: %d are open, which is the most; close one with close_recording", mostOpen)
	}
	return nil
}

// keep gives the recording an id, if there is still room for it.
func (o *opened) keep(e *entry) error {
	if err := o.hasRoom(); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count++
	e.id = fmt.Sprintf("r%d", o.count)
	o.by[e.id] = e
	return nil
}

// start reads a recording in the background, for longer than the call that opened it.
func start(ctx context.Context, path string, r Recording) *entry {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e := &entry{path: path, session: r.Session, damage: r.Damage, done: make(chan struct{})}
	go func() {
		defer close(e.done)
		e.err = errors.Join(r.Session.Run(ctx, r.Source), r.Close()) // Run turns panics into errors
	}()
	e.stop = func() {
		cancel()
		<-e.done
	}
	return e
}

type recordingInput struct {
	Recording string `json:"recording" jsonschema:"the id that open_recording returned"`
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

func (o *opened) closeAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.by {
		e.stop()
	}
}

func (o *opened) find(id string) (*entry, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e, ok := o.by[id]
	if !ok {
		return nil, fmt.Errorf("recording %q isn't open; open it with open_recording, which returns its id", id)
	}
	return e, nil
}

// read finds a recording and what was read of it.
func (o *opened) read(id string) (*entry, session.Snapshot, error) {
	e, err := o.find(id)
	if err != nil {
		return nil, session.Snapshot{}, err
	}
	s, err := e.snapshot()
	return e, s, err
}
