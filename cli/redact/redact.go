// Package redact takes the personal data out of a session, on its way into a recording
// or out of one.
package redact

import (
	"context"
	"crypto/rand"
	"slices"

	"layertap/datalayer"
	"layertap/recording"
	"layertap/rules/personal"
	"layertap/session"
)

// redaction takes the personal data out of a session's entries. Equal data stays equal
// within the session; the salt that would tell more is never written.
type redaction struct {
	redactor *personal.Redactor
	// What messages may refer to, and what became of it.
	actions   map[*datalayer.Action]*datalayer.Action
	notLanded map[*datalayer.Push]*datalayer.Push
}

func newRedaction() redaction {
	return redaction{personal.NewRedactor([]byte(rand.Text())), map[*datalayer.Action]*datalayer.Action{}, map[*datalayer.Push]*datalayer.Push{}}
}

// header notes what a reader will not see.
func (r redaction) header(h datalayer.Header) datalayer.Header {
	h.Redact, h.URL = "personal-data", r.redactor.URL(h.URL)
	return h
}

func (r redaction) entries(entries []datalayer.Entry) []datalayer.Entry {
	redacted := make([]datalayer.Entry, len(entries))
	for i, e := range entries {
		redacted[i] = r.entry(e)
	}
	return redacted
}

// redacting writes a session without the personal data in it.
type redacting struct {
	*recording.Writer
	redaction
}

// Sink returns a sink that writes a session to w without the personal data in it.
func Sink(w *recording.Writer) session.Sink { return redacting{w, newRedaction()} }

func (r redacting) Begin(h datalayer.Header) error { return r.Writer.Begin(r.header(h)) }

func (r redacting) Write(entries []datalayer.Entry) error { return r.Writer.Write(r.entries(entries)) }

// Source returns a source whose session has no personal data, and its header.
func Source(h datalayer.Header, from session.Source) (datalayer.Header, session.Source) {
	r := newRedaction()
	return r.header(h), redactedSource{from, r}
}

// redactedSource is a source whose session has no personal data.
type redactedSource struct {
	session.Source
	redaction
}

func (r redactedSource) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := r.Source.Next(ctx)
	batch.Entries, batch.Messages = r.entries(batch.Entries), nil
	if batch.Attachment != nil {
		batch.Attachment = r.attachment(*batch.Attachment)
	}
	return batch, err
}

// attachment returns a without personal data. What it shares with a is not changed.
func (r redaction) attachment(a datalayer.Attachment) *datalayer.Attachment {
	a.Detail, a.Held = r.redactor.Text(a.Detail), r.redactor.Text(a.Held)
	a.Frames, a.Choices = slices.Clone(a.Frames), slices.Clone(a.Choices)
	for i := range a.Frames {
		f := &a.Frames[i]
		f.URL, f.Remark = r.redactor.URL(f.URL), r.redactor.Text(f.Remark)
	}
	for i := range a.Choices {
		c := &a.Choices[i]
		c.Title, c.URL = r.redactor.Text(c.Title), r.redactor.URL(c.URL)
	}
	return &a
}

// entry returns e without personal data. What the session holds stays as it is.
func (r redaction) entry(e datalayer.Entry) datalayer.Entry {
	switch e := e.(type) {
	case *datalayer.Page:
		page := *e
		page.URL, page.Referrer, page.Title = r.redactor.URL(e.URL), r.redactor.URL(e.Referrer), r.redactor.Text(e.Title)
		return &page
	case *datalayer.Push:
		push := *e
		push.Event, push.Message, push.Stack = r.redactor.Text(e.Event), r.json(e.Message), r.stack(e.Stack)
		if e.Called != nil {
			push.Called = r.json(e.Called)
		}
		if action, ok := r.actions[e.Action]; ok {
			push.Action = action
		}
		if of, ok := r.notLanded[e.Of]; ok {
			push.Of = of
		}
		if e.NotLanded {
			r.notLanded[e] = &push
		}
		return &push
	case *datalayer.ScriptError:
		script := *e
		script.Message, script.URL = r.redactor.Text(e.Message), r.redactor.URL(e.URL)
		return &script
	case *datalayer.Action:
		action := *e
		action.Selector, action.Text, action.Href = r.redactor.Selector(e.Selector), r.redactor.Text(e.Text), r.redactor.URL(e.Href)
		r.actions[e] = &action
		return &action
	case *datalayer.Hit:
		hit := *e
		hit.Event, hit.URL = r.redactor.Text(e.Event), r.redactor.URL(e.URL)
		if e.Params != nil {
			hit.Params = r.json(e.Params)
		}
		return &hit
	case *datalayer.Note:
		note := *e
		note.Text = r.redactor.Text(e.Text)
		return &note
	case *datalayer.Gap:
		gap := *e
		gap.Why = r.redactor.Text(e.Why)
		return &gap
	default:
		return e
	}
}

// stack returns a stack without personal data: a script that stands in a page has the
// page's address.
func (r redaction) stack(stack []datalayer.StackFrame) []datalayer.StackFrame {
	redacted := slices.Clone(stack)
	for i, f := range stack {
		redacted[i].Func, redacted[i].URL = r.redactor.Text(f.Func), r.redactor.URL(f.URL)
	}
	return redacted
}

func (r redaction) json(snapshot []byte) []byte {
	v, err := datalayer.Decode(snapshot)
	if err != nil { // sources hand on well-formed values only
		v = datalayer.Value{Kind: datalayer.Redacted, Text: "unreadable"}
	}
	return datalayer.Encode(nil, r.redactor.Value(v))
}
