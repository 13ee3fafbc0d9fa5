package cli

import (
	"bytes"
	"context"
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/session"
)

// passing is a source that returns one batch.
type passing struct{ batch *datalayer.Batch }

func (p *passing) Next(context.Context) (datalayer.Batch, error) {
	if p.batch == nil {
		return datalayer.Batch{}, io.EOF
	}
	batch := *p.batch
	p.batch = nil
	return batch, nil
}

// ndjson output contains the same as a session file; a frame that was not reached is
// reported on standard error.
func TestNDJSONReportsWhatWasNotReached(t *testing.T) {
	var out, trouble bytes.Buffer
	source := &passing{&datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Over, Frames: []datalayer.Frame{
		{Target: "t1", URL: "https://shop.example/", Hooked: true},
		{Target: "t1", Depth: 1, URL: "https://chat.example/\x1b[2J", Remark: "the hook did not start in it"},
	}}}}
	frontend := (&liveFlags{}).ndjsonFrontend(&out, &trouble)
	if err := play(t.Context(), session.New(datalayer.Header{}, withoutChecks()), source, frontend); err != nil {
		t.Fatal(err)
	}
	if got, want := trouble.String(), "# not reached: frame https://chat.example/␛[2J: the hook did not start in it\n"; got != want {
		t.Errorf("it said %q, not %q", got, want)
	}
	if !bytes.HasPrefix(out.Bytes(), []byte(`{"type":"session"`)) || bytes.Contains(out.Bytes(), []byte("chat.example")) {
		t.Errorf("it printed %s", out.Bytes())
	}
}
