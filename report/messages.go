package report

import (
	"encoding/json"
	"io"
	"time"

	"layertap/datalayer"
	"layertap/session"
)

// exportedJSON has the keys of an exported message. Their values have the meaning and the
// encoding of session files.
type exportedJSON struct {
	Seq     int                   `json:"seq"`
	Time    string                `json:"time"` // RFC 3339
	T       float64               `json:"t"`    // ms since the session's start
	Page    pageJSON              `json:"page"`
	Frame   string                `json:"frame"`
	Layer   string                `json:"layer"`
	Kind    datalayer.MessageKind `json:"kind"`
	Event   string                `json:"event,omitempty"`
	Message json.RawMessage       `json:"message"`
	Via     datalayer.Via         `json:"via,omitempty"`
	Action  *actionJSON           `json:"action,omitempty"`
}

type pageJSON struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
}

type actionJSON struct {
	Action   string `json:"action"`
	Selector string `json:"selector,omitempty"`
	Text     string `json:"text,omitempty"`
	Href     string `json:"href,omitempty"`
}

// messages writes the messages of a session as an array.
type messages struct {
	w    io.Writer
	some bool // there was one
}

func newMessages(w io.Writer, _ string) Entries { return &messages{w: w} }

// Add writes a message.
func (m *messages) Add(s session.Snapshot, i int) error {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return nil
	}
	text, err := marshal(exported(s, push))
	if err != nil {
		return err
	}
	before := "[\n"
	if m.some {
		before = ",\n"
	}
	m.some = true
	return put(m.w, before, string(text))
}

// End closes the array.
func (m *messages) End(session.Snapshot) error {
	if !m.some {
		return put(m.w, "[\n]\n")
	}
	return put(m.w, "\n]\n")
}

func exported(s session.Snapshot, push *datalayer.Push) exportedJSON {
	page := s.Page(push.Page)
	out := exportedJSON{
		Seq: push.Seq, Time: timeOfDay(s, push.T), T: milliseconds(push.T),
		Page: pageJSON{page.ID, page.URL, page.Title}, Frame: push.Frame, Layer: push.Layer,
		Kind: push.Kind, Event: push.Event, Message: push.Message, Via: push.Via,
	}
	if a := push.Action; a != nil {
		out.Action = &actionJSON{a.Action, a.Selector, a.Text, a.Href}
	}
	return out
}

func milliseconds(t time.Duration) float64 { return float64(t.Microseconds()) / 1e3 }

// timeOfDay is the time of day with milliseconds.
func timeOfDay(s session.Snapshot, t time.Duration) string {
	return s.Header.Started.Add(t).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
