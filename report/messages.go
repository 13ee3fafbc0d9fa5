package report

import (
	"bufio"
	"encoding/json"
	"fmt"
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

// JSON writes the messages of a session as an array.
func JSON(w io.Writer, s session.Snapshot) error {
	out := bufio.NewWriter(w)
	separator := "\n"
	fmt.Fprint(out, "[")
	for _, push := range pushes(s) {
		text, err := marshal(exported(s, push))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s%s", separator, text)
		separator = ",\n"
	}
	fmt.Fprint(out, "\n]\n")
	return out.Flush()
}

func exported(s session.Snapshot, push *datalayer.Push) exportedJSON {
	page := s.Page(push.Page)
	out := exportedJSON{
		Seq: push.Seq, Time: moment(s, push.T), T: milliseconds(push.T),
		Page: pageJSON{page.ID, page.URL, page.Title}, Frame: push.Frame, Layer: push.Layer,
		Kind: push.Kind, Event: push.Event, Message: push.Message, Via: push.Via,
	}
	if a := push.Action; a != nil {
		out.Action = &actionJSON{a.Action, a.Selector, a.Text, a.Href}
	}
	return out
}

func milliseconds(t time.Duration) float64 { return float64(t.Microseconds()) / 1e3 }

// moment is the time of day with milliseconds.
func moment(s session.Snapshot, t time.Duration) string {
	return s.Header.Started.Add(t).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
