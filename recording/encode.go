package recording

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

const startedLayout = "2006-01-02T15:04:05.000Z07:00"

// encoder encodes lines into a buffer.
type encoder struct {
	buffer bytes.Buffer
	json   *jsontext.Encoder
}

func newEncoder() *encoder {
	e := &encoder{}
	e.json = jsontext.NewEncoder(&e.buffer, asWritten)
	return e
}

func (e *encoder) header(h datalayer.Header) error {
	return json.MarshalEncode(e.json, headerLine{
		Type: "session", Format: Format, ID: h.ID, Tool: h.Tool, Started: h.Started.Format(startedLayout),
		Browser: h.Browser, URL: h.URL, Redact: h.Redact, Setup: h.Setup,
	})
}

func (e *encoder) entry(entry datalayer.Entry) error {
	at := datalayer.At(entry)
	if err := json.MarshalEncode(e.json, lineOf(entry, place{Seq: at.Seq, T: millis(at.T)})); err != nil {
		return fmt.Errorf("writing entry %d: %w", at.Seq, err)
	}
	return nil
}

func lineOf(entry datalayer.Entry, at place) any {
	switch e := entry.(type) {
	case *datalayer.Page:
		at.Type = "page"
		return pageLine{at, e.ID, e.Target, e.Frame, e.Parent, e.URL, e.Referrer, e.Title, e.Cause, e.Opener, e.Worker, e.Error, e.Status, e.UserAgent, e.Language}
	case *datalayer.Push:
		at.Type = "push"
		return lineOfPush(e, at)
	case *datalayer.LayerChange:
		at.Type = "layer"
		return layerLine{at, e.Page, e.Frame, e.Layer, e.What, e.Container}
	case *datalayer.ScriptError:
		at.Type = "error"
		return errorLine{at, e.Page, e.Frame, e.Message, e.URL, e.Line, e.Col}
	case *datalayer.TabClosed:
		at.Type = "closed"
		return closedLine{at, e.Page, e.Target}
	case *datalayer.Action:
		at.Type = "action"
		return actionLine{at, e.Page, e.Action, e.Selector, e.Text, e.Href}
	case *datalayer.Hit:
		at.Type = "hit"
		return lineOfHit(e, at)
	case *datalayer.Container:
		at.Type = "container"
		return containerLine{at, e.ID, e.Version, e.Layer, e.Source, e.SHA256, e.Resource, e.Export}
	case *datalayer.GoogleTag:
		at.Type = "google-tag"
		return googleTagLine{at, e.ID, e.Version, e.Layer, e.SHA256, e.Resource}
	case *datalayer.PageValue:
		at.Type = "value"
		return valueLine{at, e.Page, e.Variable, e.Source, e.Value}
	case *datalayer.Note:
		at.Type = "note"
		return noteLine{at, e.On, e.Text}
	case *datalayer.Mark:
		at.Type = "mark"
		return markLine{at, e.On, e.Mark}
	case *datalayer.Screenshot:
		at.Type = "screenshot"
		return screenshotLine{at, e.On, e.File}
	case *datalayer.Gap:
		at.Type = "gap"
		line := gapLine{place: at, Why: e.Why, Until: millis(e.Until)}
		if e.Lost >= 0 {
			line.Lost = &e.Lost
		}
		return line
	case *datalayer.End:
		at.Type = "end"
		return endLine{at, e.Pushes, e.Hits, e.Lost}
	default:
		panic(fmt.Sprintf("a kind of entry that the session file has no line for: %T", entry))
	}
}

func lineOfPush(p *datalayer.Push, at place) pushLine {
	line := pushLine{place: at, Page: p.Page, Frame: p.Frame, Layer: p.Layer, Kind: p.Kind, Event: p.Event, Message: p.Message, Called: p.Called}
	if p.NotLanded {
		line.Landed = new(bool)
	}
	if p.Received != datalayer.Unknown {
		received := p.Received == datalayer.Yes
		line.Received = &received
	}
	if p.Via != datalayer.ViaPush {
		line.Via = p.Via
	}
	if p.Recovered {
		line.At = "unknown"
	}
	if p.Call > 0 {
		line.Call, line.Arg = p.Call, &p.Arg
	}
	for _, f := range p.Stack {
		line.Stack = append(line.Stack, stackLine(f))
	}
	if p.Action != nil {
		line.Action = p.Action.Seq
	}
	if p.Of != nil {
		line.Of = p.Of.Seq
	}
	return line
}

func lineOfHit(h *datalayer.Hit, at place) hitLine {
	line := hitLine{
		place: at, Page: h.Page, Vendor: h.Vendor, ID: h.ID, Event: h.Event, Params: h.Params, Method: h.Method,
		URL: h.URL, Status: h.Status, Error: h.Error, KeyEvent: h.KeyEvent, Debug: h.Debug, Consent: h.Consent,
	}
	if h.Batch.Of > 0 {
		line.Batch = &[2]int{h.Batch.Index, h.Batch.Of}
	}
	for _, ref := range h.During {
		line.During = append(line.During, ref.Seq)
	}
	if h.Cause != nil {
		line.Cause = &causeLine{Push: h.Cause.Push, By: h.Cause.By, Strength: h.Cause.Strength, Tag: h.Cause.Tag}
	}
	return line
}
