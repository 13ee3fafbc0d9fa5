package probe

import (
	"context"
	"io"
	"sync"
	"time"

	"layertap/datalayer"
)

// batchQueue holds what was recorded until it is read.
type batchQueue struct {
	mu    sync.Mutex
	batch datalayer.Batch
	now   time.Duration // of the last batch that was returned
	err   error         // set at the end
	ready chan struct{} // has a token while there is something to read
}

func newBatchQueue() *batchQueue { return &batchQueue{ready: make(chan struct{}, 1)} }

func (o *batchQueue) put(entries []datalayer.Entry) {
	if len(entries) == 0 {
		return
	}
	for _, e := range entries {
		datalayer.StripUserInfo(e)
	}
	o.mu.Lock()
	o.batch.Entries = append(o.batch.Entries, entries...)
	o.mu.Unlock()
	o.wake()
}

// setAttachment sets the state of the attachment; the last one before a read is
// returned.
func (o *batchQueue) setAttachment(a datalayer.Attachment) {
	a = a.WithoutUserInfo()
	o.mu.Lock()
	o.batch.Attachment = &a
	o.mu.Unlock()
	o.wake()
}

// nowEvery is the time after which a batch is returned that has nothing but its time.
const nowEvery = time.Second

// watched notes that the browser was watched until a session time.
func (o *batchQueue) watched(now time.Duration) {
	o.mu.Lock()
	o.batch.Now = now
	due := o.due()
	o.mu.Unlock()
	if due {
		o.wake()
	}
}

func (o *batchQueue) due() bool { return o.batch.Now >= o.now+nowEvery }

// close ends the queue with err, or normally if err is nil.
func (o *batchQueue) close(err error) {
	o.mu.Lock()
	o.err = err
	if err == nil {
		o.err = io.EOF
	}
	o.mu.Unlock()
	o.wake()
}

func (o *batchQueue) wake() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// next waits for a batch. It returns what is queued even if ctx has ended, and before
// the final error.
func (o *batchQueue) next(ctx context.Context) (datalayer.Batch, error) {
	for {
		o.mu.Lock()
		batch, err, due := o.batch, o.err, o.due()
		o.batch = datalayer.Batch{Now: batch.Now}
		some := len(batch.Entries) > 0 || batch.Attachment != nil || due && err == nil
		if some {
			o.now = batch.Now
		}
		o.mu.Unlock()
		if some {
			return batch, nil
		}
		if err != nil {
			return batch, err
		}
		select {
		case <-o.ready:
		case <-ctx.Done():
			return batch, ctx.Err()
		}
	}
}
