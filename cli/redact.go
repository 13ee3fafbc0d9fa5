package cli

import (
	"crypto/rand"
	"slices"

	"layertap/datalayer"
	"layertap/recording"
	"layertap/rules"
	"layertap/session"
)

// redacting writes a session without the personal data in it. Equal data stays
// equal within the session; the salt that would tell more is never written.
type redacting struct {
	*recording.Writer
	redactor *rules.Redactor
}

func newRedacting(w *recording.Writer) session.Sink {
	return redacting{w, rules.NewRedactor([]byte(rand.Text()))}
}

// Begin notes in the header what a reader will not see.
func (r redacting) Begin(h datalayer.Header) error {
	h.Redact, h.URL = "personal-data", r.redactor.URL(h.URL)
	return r.Writer.Begin(h)
}

func (r redacting) Write(entries []datalayer.Entry) error {
	redacted := make([]datalayer.Entry, len(entries))
	for i, e := range entries {
		redacted[i] = r.entry(e)
	}
	return r.Writer.Write(redacted)
}

// entry returns e without personal data. What the session holds stays as it is.
func (r redacting) entry(e datalayer.Entry) datalayer.Entry {
	switch e := e.(type) {
	case *datalayer.Page:
		page := *e
		page.URL, page.Referrer, page.Title = r.redactor.URL(e.URL), r.redactor.URL(e.Referrer), r.redactor.Text(e.Title)
		return &page
	case *datalayer.Push:
		push := *e
		push.Event, push.Message, push.Stack = r.redactor.Text(e.Event), r.json(e.Message), r.stack(e.Stack)
		return &push
	case *datalayer.Action:
		action := *e
		action.Selector, action.Text, action.Href = r.redactor.Selector(e.Selector), r.redactor.Text(e.Text), r.redactor.URL(e.Href)
		return &action
	case *datalayer.Hit:
		hit := *e
		hit.Event, hit.URL = r.redactor.Text(e.Event), r.redactor.URL(e.URL)
		if e.Params != nil {
			hit.Params = r.json(e.Params)
		}
		return &hit
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
func (r redacting) stack(stack []datalayer.StackFrame) []datalayer.StackFrame {
	redacted := slices.Clone(stack)
	for i, f := range stack {
		redacted[i].Func, redacted[i].URL = r.redactor.Text(f.Func), r.redactor.URL(f.URL)
	}
	return redacted
}

func (r redacting) json(snapshot []byte) []byte {
	v, err := datalayer.Decode(snapshot)
	if err != nil { // sources hand on well-formed values only
		v = datalayer.Value{Kind: datalayer.Redacted, Text: "unreadable"}
	}
	return datalayer.Encode(nil, r.redactor.Value(v))
}
