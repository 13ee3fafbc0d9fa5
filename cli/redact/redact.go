// Package redact removes personal data from a session, when writing or reading a
// recording.
package redact

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
	"layertap/recording"
	"layertap/rules/personal"
	"layertap/session"
)

// redaction removes the personal data from a session's entries. Equal data stays equal
// within the session; the salt, which would allow guessing it, is never written.
type redaction struct {
	redactor *personal.Redactor
	// What messages may refer to, with its redacted form.
	actions   map[*datalayer.Action]*datalayer.Action
	notLanded map[*datalayer.Push]*datalayer.Push
	// harmless are the lengths of stacks without personal data, which messages share.
	harmless map[*datalayer.StackFrame]int
}

func newRedaction() redaction {
	return redaction{personal.NewRedactor([]byte(rand.Text())), map[*datalayer.Action]*datalayer.Action{}, map[*datalayer.Push]*datalayer.Push{}, map[*datalayer.StackFrame]int{}}
}

// header returns h without personal data, and marks it as redacted.
func (r redaction) header(h datalayer.Header) datalayer.Header {
	h.Redact, h.URL = "personal-data", r.redactor.URL(h.URL)
	h.Setup = slices.Clone(h.Setup)
	for i, flag := range h.Setup {
		h.Setup[i] = r.redactor.Text(flag)
	}
	return h
}

func (r redaction) entries(entries []datalayer.Entry) []datalayer.Entry {
	redacted := make([]datalayer.Entry, len(entries))
	for i, e := range entries {
		redacted[i] = r.entry(e)
	}
	return redacted
}

// Writer writes a session to a recording without its personal data. It is a
// [session.Sink].
type Writer struct {
	*recording.Writer
	redaction
}

// Sink returns a sink that writes a session to w without its personal data.
func Sink(w *recording.Writer) Writer { return Writer{w, newRedaction()} }

// Begin writes the header.
func (r Writer) Begin(h datalayer.Header) error { return r.Writer.Begin(r.header(h)) }

// Write writes entries.
func (r Writer) Write(entries []datalayer.Entry) error { return r.Writer.Write(r.entries(entries)) }

// Source is the source of a session without its personal data.
type Source struct {
	session.Source
	redaction
}

// NewSource returns a source that redacts the session of from, and the redacted header.
func NewSource(h datalayer.Header, from session.Source) (datalayer.Header, Source) {
	r := newRedaction()
	return r.header(h), Source{from, r}
}

// Next returns the next entries.
func (r Source) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := r.Source.Next(ctx)
	batch.Entries, batch.Messages = r.entries(batch.Entries), nil
	if batch.Attachment != nil {
		batch.Attachment = r.attachment(*batch.Attachment)
	}
	return batch, err
}

// attachment returns a without personal data. Data that it shares with a is not
// changed.
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

// Taken returns what has been removed so far.
func (r redaction) Taken() personal.Taken { return r.redactor.Taken() }

// Text returns a text without its personal data.
func (r redaction) Text(s string) string { return r.redactor.Text(s) }

// entry returns e without personal data. The session's own data is not changed.
func (r redaction) entry(e datalayer.Entry) datalayer.Entry {
	text, address := r.redactor.Text, r.redactor.URL
	switch e := e.(type) {
	case *datalayer.Page:
		page := *e
		page.URL, page.Referrer, page.Title, page.Error = address(e.URL), address(e.Referrer), text(e.Title), text(e.Error)
		return &page
	case *datalayer.Push:
		return r.push(e)
	case *datalayer.LayerChange:
		change := *e
		change.Layer, change.Container = text(e.Layer), text(e.Container)
		return &change
	case *datalayer.ScriptError:
		script := *e
		script.Message, script.URL = text(e.Message), address(e.URL)
		return &script
	case *datalayer.Action:
		action := *e
		action.Selector, action.Text, action.Href = r.redactor.Selector(e.Selector), text(e.Text), address(e.Href)
		r.actions[e] = &action
		return &action
	case *datalayer.Hit:
		return r.hit(e)
	case *datalayer.Container:
		container := *e
		container.ID, container.Version, container.Layer = text(e.ID), text(e.Version), text(e.Layer)
		container.Resource, container.Export = r.texts(e.Resource), r.texts(e.Export)
		return &container
	case *datalayer.GoogleTag:
		tag := *e
		tag.ID, tag.Version, tag.Layer, tag.Resource = text(e.ID), text(e.Version), text(e.Layer), r.texts(e.Resource)
		return &tag
	case *datalayer.PageValue:
		value := *e
		value.Variable, value.Source, value.Value = text(e.Variable), r.source(e.Source), r.under(e.Source, e.Variable, e.Value)
		return &value
	case *datalayer.Note:
		note := *e
		note.Text = text(e.Text)
		return &note
	case *datalayer.Mark:
		mark := *e
		mark.Mark = text(e.Mark)
		return &mark
	case *datalayer.Screenshot:
		screenshot := *e
		name, kind := e.File, path.Ext(e.File)
		screenshot.File = text(name[:len(name)-len(kind)]) + kind
		return &screenshot
	case *datalayer.Gap:
		gap := *e
		gap.Why = text(e.Why)
		return &gap
	default: // the counts at the end
		return e
	}
}

func (r redaction) push(e *datalayer.Push) *datalayer.Push {
	push := *e
	push.Layer, push.Event = r.redactor.Text(e.Layer), r.redactor.Text(e.Event)
	push.Message, push.Stack = r.json(e.Message), r.stack(e.Stack)
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
}

func (r redaction) hit(e *datalayer.Hit) *datalayer.Hit {
	hit, text := *e, r.redactor.Text
	hit.Vendor, hit.ID, hit.Event, hit.Error = text(e.Vendor), text(e.ID), text(e.Event), text(e.Error)
	hit.Consent, hit.URL = text(e.Consent), r.redactor.URL(e.URL)
	if e.Params != nil {
		hit.Params = r.json(e.Params)
	}
	if e.Cause != nil {
		cause := *e.Cause
		cause.Tag = text(cause.Tag)
		hit.Cause = &cause
	}
	return &hit
}

// texts returns a container with the personal data removed from its strings. They
// remain strings, so that it can still be parsed.
func (r redaction) texts(container []byte) []byte {
	if container == nil {
		return nil
	}
	var out bytes.Buffer
	d, e := jsontext.NewDecoder(bytes.NewReader(container), asWritten), jsontext.NewEncoder(&out, asWritten)
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
		}
		if err == nil {
			if token.Kind() == '"' {
				token = jsontext.String(r.redactor.Text(token.String()))
			}
			err = e.WriteToken(token)
		}
		if err != nil { // sources only return well-formed values
			return []byte("{}")
		}
	}
}

var asWritten = jsontext.AllowDuplicateNames(true)

// stack returns a stack without personal data: a script inside a page has the page's
// URL.
func (r redaction) stack(stack []datalayer.StackFrame) []datalayer.StackFrame {
	if len(stack) == 0 || r.harmless[&stack[0]] >= len(stack) {
		return stack
	}
	redacted := slices.Clone(stack)
	for i, f := range stack {
		redacted[i].Func, redacted[i].URL = r.redactor.Text(f.Func), r.redactor.URL(f.URL)
	}
	if slices.Equal(stack, redacted) {
		if len(r.harmless) == maxHarmless {
			clear(r.harmless)
		}
		r.harmless[&stack[0]] = len(stack)
	}
	return redacted
}

// maxHarmless bounds the stacks that are remembered.
const maxHarmless = 1024

func (r redaction) json(snapshot []byte) []byte {
	return datalayer.Encode(nil, r.redactor.Value(decoded(snapshot)))
}

func decoded(snapshot []byte) datalayer.Value {
	v, err := datalayer.Decode(snapshot)
	if err != nil { // sources only return well-formed values
		v = datalayer.Value{Kind: datalayer.Redacted, Text: "unreadable"}
	}
	return v
}

// source returns what was read from a page, such as "cookie:email". Its kind is left as it
// is, which would hide what is personal behind it.
func (r redaction) source(source string) string {
	kind, name, found := strings.Cut(source, ":")
	if !found {
		return r.redactor.Text(source)
	}
	return kind + ":" + r.redactor.Text(name)
}

// under returns a value that was read from a source, such as "cookie:email" or
// "element:#lastName value". Each part of the source's name, and the variable's name, may say
// what the value is, like a key.
func (r redaction) under(source, variable string, snapshot []byte) []byte {
	value := decoded(snapshot)
	plain := datalayer.Encode(nil, r.redactor.Value(value))
	hints := strings.FieldsFunc(source, func(c rune) bool { return strings.ContainsRune(`:. []="'#`, c) })
	for _, key := range append(hints, variable) {
		whole := datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{{Name: key, Value: value}}}
		redacted := r.redactor.Value(whole)
		if len(redacted.Fields) != 1 { // all of it was removed
			return datalayer.Encode(nil, redacted)
		}
		if found := datalayer.Encode(nil, redacted.Fields[0].Value); !bytes.Equal(found, plain) {
			return found
		}
	}
	return plain
}
