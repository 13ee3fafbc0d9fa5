package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// asWritten reads what others write: what JSON leaves open isn't a reason to lose
// a line.
var asWritten = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decoder turns lines into entries.
type decoder struct {
	types    map[string]decodeFunc
	arena    arena
	pushes   []datalayer.Push                  // that were made and not used
	texts    map[string]string                 // that lines have in common
	stacks   map[string][]datalayer.StackFrame // by the JSON of each
	rawStack []byte                            // of the line at hand
	// Those that the session has, by sequence number: pushes refer to them.
	actions   map[int]*datalayer.Action
	notLanded map[int]*datalayer.Push
}

// byteOrderMark is what some editors and shells put before a text.
const byteOrderMark = "\uFEFF"

func decodeHeader(text []byte) (datalayer.Header, error) {
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if err := checkFormat(text); err != nil {
		return datalayer.Header{}, err
	}
	var line headerLine
	if err := json.Unmarshal(text, &line, asWritten); err != nil {
		return datalayer.Header{}, errors.New("its header does not follow format 1")
	}
	started, err := time.Parse(time.RFC3339, line.Started)
	if err != nil {
		return datalayer.Header{}, fmt.Errorf("its header has no valid start time: %q", line.Started)
	}
	return datalayer.Header{
		ID: line.ID, Tool: line.Tool, Started: started, Browser: line.Browser, URL: datalayer.WithoutUserInfo(line.URL), Redact: line.Redact, Setup: line.Setup,
	}, nil
}

// checkFormat refuses a header of a format that this version does not know. It looks
// at nothing else: a later format may have the other keys in other shapes.
func checkFormat(text []byte) error {
	var line struct {
		Type   any            `json:"type"`
		Format jsontext.Value `json:"format"`
	}
	if err := json.Unmarshal(text, &line, asWritten); err != nil || line.Type != "session" {
		return errors.New("not a session file: its first line isn't a session header")
	}
	switch format, err := strconv.ParseFloat(string(line.Format), 64); {
	case err == nil && format > Format:
		return fmt.Errorf("it has format %s, but this layertap supports formats up to %d; update layertap", line.Format, Format)
	case err != nil || format != Format:
		return errors.New("not a session file: its header has no format")
	}
	return nil
}

// entry reads a line with its sequence number. The entry is nil for a type that
// this version does not know.
func (d *decoder) entry(text []byte) (datalayer.Entry, int, error) {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	entry, seq, ok := d.messageLine(text)
	var err error
	if !ok {
		entry, seq, err = d.line(text)
	}
	if entry != nil {
		datalayer.StripUserInfo(entry)
	}
	if err == nil && seq < 1 {
		err = errors.New("it has no sequence number")
	}
	return entry, seq, err
}

// line reads the line of any type.
func (d *decoder) line(text []byte) (datalayer.Entry, int, error) {
	decode, known := d.types[typeOf(text)]
	if !known {
		decode = of(func(place, datalayer.Place) datalayer.Entry { return nil })
	}
	return decode(text)
}

// typeOf returns a line's type. It is the first key, so that the rest of the line
// need not be read twice; where a tool has put the keys in another order, it is
// looked for.
func typeOf(text []byte) string {
	d := jsontext.NewDecoder(bytes.NewBuffer(text), asWritten)
	if brace, err := d.ReadToken(); err != nil || brace.Kind() != '{' {
		return ""
	}
	for {
		key, err := d.ReadToken()
		if err != nil || key.Kind() != '"' {
			return ""
		}
		if key.String() == "type" {
			break
		}
		if err := d.SkipValue(); err != nil {
			return ""
		}
	}
	value, err := d.ReadToken()
	if err != nil || value.Kind() != '"' {
		return ""
	}
	return value.String()
}

// decodeFunc reads a line of one type, and its sequence number.
type decodeFunc func(text []byte) (datalayer.Entry, int, error)

func newDecoder() *decoder {
	d := &decoder{texts: map[string]string{}, stacks: map[string][]datalayer.StackFrame{}, actions: map[int]*datalayer.Action{}, notLanded: map[int]*datalayer.Push{}}
	d.types = map[string]decodeFunc{
		"page": of(func(l pageLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Page{Place: at, ID: l.Page, Target: l.Target, Frame: l.Frame, Parent: l.Parent,
				URL: l.URL, Referrer: l.Referrer, Title: l.Title, Cause: l.Cause, Opener: l.Opener, Worker: l.Worker, Error: l.Error}
		}),
		"push": of(func(l pushLine, _ datalayer.Place) datalayer.Entry {
			var stack []datalayer.StackFrame
			for _, frame := range l.Stack {
				stack = append(stack, datalayer.StackFrame(frame))
			}
			l.Message, l.Called = compact(l.Message), compact(l.Called)
			return d.push(&l, stack)
		}),
		"layer": of(func(l layerLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.LayerChange{Place: at, Page: l.Page, Frame: l.Frame, Layer: l.Layer, What: l.What, Container: l.Container}
		}),
		"error": of(func(l errorLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.ScriptError{Place: at, Page: l.Page, Frame: l.Frame, Message: l.Message, URL: l.URL, Line: l.Line, Col: l.Col}
		}),
		"action": of(func(l actionLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Action{Place: at, Page: l.Page, Action: l.Action, Selector: l.Selector, Text: l.Text, Href: l.Href}
		}),
		"hit": of(hit),
		"container": of(func(l containerLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Container{Place: at, ID: l.ID, Version: l.Version, Layer: l.Layer, Source: l.Source,
				SHA256: l.SHA256, Resource: compact(l.Resource), Export: compact(l.Export)}
		}),
		"note": of(func(l noteLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Note{Place: at, On: l.On, Text: l.Text}
		}),
		"mark": of(func(l markLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Mark{Place: at, On: l.On, Mark: l.Mark}
		}),
		"screenshot": of(func(l screenshotLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Screenshot{Place: at, On: l.On, File: l.File}
		}),
		"gap": of(func(l gapLine, at datalayer.Place) datalayer.Entry {
			gap := &datalayer.Gap{Place: at, Why: l.Why, Until: time.Duration(l.Until), Lost: -1}
			if l.Lost != nil && *l.Lost >= 0 {
				gap.Lost = *l.Lost
			}
			return gap
		}),
		"end": of(func(l endLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.End{Place: at, Pushes: l.Pushes, Hits: l.Hits, Lost: l.Lost}
		}),
	}
	return d
}

// of makes the decoder of a type from the function that turns its line into an
// entry.
func of[L interface{ at() datalayer.Place }](entry func(line L, at datalayer.Place) datalayer.Entry) decodeFunc {
	return func(text []byte) (datalayer.Entry, int, error) {
		var line L
		if err := json.Unmarshal(text, &line, asWritten); err != nil {
			return nil, 0, err
		}
		at := line.at()
		return entry(line, at), at.Seq, nil
	}
}

// push makes a message of its line, whose values are compact, and its stack.
func (d *decoder) push(l *pushLine, stack []datalayer.StackFrame) datalayer.Entry {
	push := d.newPush()
	*push = datalayer.Push{
		Place: l.at(), Page: l.Page, Frame: l.Frame, Layer: l.Layer, Message: d.arena.keep(l.Message),
		Called: d.arena.keep(l.Called), NotLanded: l.Landed != nil && !*l.Landed,
		Via: l.Via, Recovered: l.At == "unknown", Call: l.Call, Action: d.actions[l.Action], Of: d.notLanded[l.Of],
	}
	if l.Received != nil {
		push.Received = datalayer.No
		if *l.Received {
			push.Received = datalayer.Yes
		}
	}
	if push.Message == nil {
		push.Message = []byte(`{"$":"undefined"}`)
	}
	push.Kind, push.Event = datalayer.Identify(l.Layer, push.Message, l.Kind == datalayer.KindGtag) // what the line says is a hint
	if push.Via == "" {
		push.Via = datalayer.ViaPush
	}
	if l.Arg != nil {
		push.Arg = *l.Arg
	}
	push.Stack = stack
	return push
}

// newPush returns one of many that are made at once: a session keeps them all.
func (d *decoder) newPush() *datalayer.Push {
	if len(d.pushes) == 0 {
		d.pushes = make([]datalayer.Push, 2*batchSize)
	}
	push := &d.pushes[0]
	d.pushes = d.pushes[1:]
	return push
}

// maxStacks bounds how many different stacks are kept in mind.
const maxStacks = 1024

// maxDuring bounds the messages during which a hit may have left.
const maxDuring = 64

func hit(l hitLine, at datalayer.Place) datalayer.Entry {
	h := &datalayer.Hit{
		Place: at, Page: l.Page, Vendor: l.Vendor, ID: l.ID, Event: l.Event, Params: compact(l.Params), Method: l.Method,
		URL: l.URL, Status: l.Status, Error: l.Error, KeyEvent: l.KeyEvent, Debug: l.Debug, Consent: l.Consent,
	}
	if l.Batch != nil && l.Batch[1] > 0 {
		h.Batch.Index, h.Batch.Of = l.Batch[0], l.Batch[1]
	}
	for _, seq := range l.During[:min(len(l.During), maxDuring)] {
		h.During = append(h.During, datalayer.PushRef{Seq: seq})
	}
	if l.Cause != nil {
		h.Cause = &datalayer.HitCause{Push: l.Cause.Push, By: l.Cause.By, Strength: l.Cause.Strength, Tag: l.Cause.Tag}
	}
	return h
}

// arena holds messages one after the other: each by itself would be a piece of
// memory of its own, rounded up, that is looked at whenever memory is tidied up.
// The session keeps all of them to the end.
type arena []byte

// arenaSize is how much is asked of the system at once. A message that would fill
// much of that stays by itself.
const arenaSize = 64 << 10

// keep returns a copy of v.
func (a *arena) keep(v []byte) []byte {
	if v == nil || len(v) > arenaSize/8 {
		return bytes.Clone(v)
	}
	if len(*a)+len(v) > cap(*a) {
		*a = make([]byte, 0, arenaSize)
	}
	from := len(*a)
	*a = append(*a, v...)
	return (*a)[from:len(*a):len(*a)]
}

// compact takes the white space out of a value that others wrote.
func compact(v jsontext.Value) []byte {
	if err := v.Compact(asWritten); err != nil {
		return nil // not so: it was read as a value
	}
	return v
}
