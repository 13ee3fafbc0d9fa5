package recording

import (
	"context"
	"errors"
	"io"

	"layertap/crash"
	"layertap/datalayer"
)

// Source is a source of entries, such as a [Reader].
type Source interface {
	Next(ctx context.Context) (datalayer.Batch, error)
}

// Ahead is a source that reads ahead from another one: while a session analyzes
// messages, the next lines and the messages in them are read. It is not safe for
// concurrent use.
type Ahead struct {
	source  Source
	batches chan ahead // nil until the first call of Next
}

// ahead is a batch that was read and not yet returned.
type ahead struct {
	batch datalayer.Batch
	err   error
}

// batchesAhead is the maximum number of batches waiting for each step.
const batchesAhead = 2

// NewAhead returns a source that reads ahead from source.
func NewAhead(source Source) *Ahead { return &Ahead{source: source} }

// Next returns the next batch. All calls must use the same ctx; when it ends, Next
// stops waiting for the source and discards what was read.
func (a *Ahead) Next(ctx context.Context) (datalayer.Batch, error) {
	if a.batches == nil {
		a.start(ctx)
	}
	select {
	case next, ok := <-a.batches:
		if !ok {
			return datalayer.Batch{}, errors.Join(ctx.Err(), io.EOF)
		}
		return next.batch, next.err
	case <-ctx.Done():
		return datalayer.Batch{}, ctx.Err()
	}
}

func (a *Ahead) start(ctx context.Context) {
	lines := make(chan ahead, batchesAhead)
	a.batches = make(chan ahead, batchesAhead)
	go func() {
		defer close(lines)
		for next := (ahead{}); next.err == nil; {
			next.err = crash.Guard(func() (err error) {
				next.batch, err = a.source.Next(ctx)
				return err
			})
			if !next.to(ctx, lines) {
				return
			}
		}
	}()
	go func() {
		defer close(a.batches)
		for next := range lines {
			if err := crash.Guard(func() error { next.batch.ReadMessages(); return nil }); err != nil {
				next.err = errors.Join(next.err, err)
			}
			if !next.to(ctx, a.batches) {
				return
			}
		}
	}()
}

// to sends next to out. It is false if ctx ended first.
func (next ahead) to(ctx context.Context, out chan<- ahead) bool {
	select {
	case out <- next:
		return true
	case <-ctx.Done():
		return false
	}
}
