package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// asWritten are options that accept duplicate names and invalid UTF-8, so that no line is
// lost because of them.
var asWritten = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decoder decodes lines into entries.
type decoder struct {
	types    map[string]decodeFunc
	arena    arena
	pushes   []datalayer.Push                  // allocated in advance
	texts    map[string]string                 // strings that occur in many lines
	stacks   map[string][]datalayer.StackFrame // by their JSON
	rawStack []byte                            // of the current line
	// The session's entries that others refer to, by sequence number.
	actions   map[int]*datalayer.Action
	notLanded map[int]*datalayer.Push
}

// byteOrderMark is added at the start of a text by some editors and shells.
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
	for i, flag := range line.Setup {
		line.Setup[i] = datalayer.WithoutUserInfo(flag)
	}
	return datalayer.Header{
		ID: line.ID, Tool: line.Tool, Started: started, Browser: line.Browser, URL: datalayer.WithoutUserInfo(line.URL), Redact: line.Redact, Setup: line.Setup,
	}, nil
}

// checkFormat returns an error if the header's format isn't supported. It doesn't use
// anything else, because later formats may have different keys.
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

// entry decodes a line and its sequence number. The entry is nil if its type isn't
// supported.
func (d *decoder) entry(text []byte) (datalayer.Entry, int, error) {
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

// line decodes a line of any type.
func (d *decoder) line(text []byte) (datalayer.Entry, int, error) {
	decode, known := d.types[typeOf(text)]
	if !known {
		decode = of(func(place, datalayer.Place) datalayer.Entry { return nil })
	}
	return decode(text)
}

// typeOf returns a line's type. It is usually the first key, so that the rest doesn't
// have to be parsed twice; if a tool has reordered the keys, the whole line is
// searched.
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

// decodeFunc decodes a line of one type, and its sequence number.
type decodeFunc func(text []byte) (datalayer.Entry, int, error)

func newDecoder() *decoder {
	d := &decoder{texts: map[string]string{}, stacks: map[string][]datalayer.StackFrame{}, actions: map[int]*datalayer.Action{}, notLanded: map[int]*datalayer.Push{}}
	d.types = map[string]decodeFunc{
		"page": of(func(l pageLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Page{Place: at, ID: l.Page, Target: l.Target, Frame: l.Frame, Parent: l.Parent,
				URL: l.URL, Referrer: l.Referrer, Title: l.Title, Cause: l.Cause, Opener: l.Opener, Worker: l.Worker, Error: l.Error, Status: l.Status,
				UserAgent: l.UserAgent, Language: l.Language}
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
		"closed": of(func(l closedLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.TabClosed{Place: at, Page: l.Page, Target: l.Target}
		}),
		"action": of(func(l actionLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Action{Place: at, Page: l.Page, Action: l.Action, Selector: l.Selector, Text: l.Text, Href: l.Href}
		}),
		"hit": of(hit),
		"container": of(func(l containerLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.Container{Place: at, ID: l.ID, Version: l.Version, Layer: l.Layer, Source: l.Source,
				SHA256: l.SHA256, Resource: compact(l.Resource), Export: compact(l.Export)}
		}),
		"google-tag": of(func(l googleTagLine, at datalayer.Place) datalayer.Entry {
			return &datalayer.GoogleTag{Place: at, ID: l.ID, Version: l.Version, Layer: l.Layer, SHA256: l.SHA256, Resource: compact(l.Resource)}
		}),
		"value": of(func(l valueLine, at datalayer.Place) datalayer.Entry {
			v := &datalayer.PageValue{Place: at, Page: l.Page, Variable: l.Variable, Source: l.Source, Value: compact(l.Value)}
			if v.Value == nil {
				v.Value = []byte(`{"$":"undefined"}`)
			}
			return v
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

// of returns the decoder for a type, given the function that converts its line to an
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

// push converts a message's line, whose values are compact, and its stack to an entry.
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
	push.Kind, push.Event = datalayer.Identify(l.Layer, push.Message, l.Kind == datalayer.KindGtag) // the kind in the line is only a hint
	if push.Via == "" {
		push.Via = datalayer.ViaPush
	}
	if l.Arg != nil {
		push.Arg = *l.Arg
	}
	push.Stack = stack
	return push
}

// pushesAtOnce is how many messages share a piece of memory, which stays until all of them
// are dropped.
const pushesAtOnce = 64

// newPush returns a push from a batch that is allocated at once, because a session
// keeps them all.
func (d *decoder) newPush() *datalayer.Push {
	if len(d.pushes) == 0 {
		d.pushes = make([]datalayer.Push, pushesAtOnce)
	}
	push := &d.pushes[0]
	d.pushes = d.pushes[1:]
	return push
}

// maxStacks bounds the cached stacks.
const maxStacks = 1024

// maxDuring bounds the messages that were being pushed when a hit was sent.
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

// arena stores many messages in few allocations, to save rounding and work for the
// garbage collector. The session keeps all of them until it ends.
type arena []byte

// arenaSize is the size of an allocation. Larger messages are allocated separately.
const arenaSize = 16 << 10

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

// compact removes the white space from a value of another writer.
func compact(v jsontext.Value) []byte {
	if err := v.Compact(asWritten); err != nil {
		return nil // unreachable: it was parsed as a value
	}
	return v
}
