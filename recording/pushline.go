package recording

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
	"layertap/datalayer/jsonscan"
)

// beginsPush is how the lines of messages begin that layertap wrote.
var beginsPush = []byte(`{"type":"push",`)

// messageLine reads the line of a message in one pass. Nearly all lines are of messages.
// It is false for one that isn't as layertap writes it: that is left to the decoder of all
// lines, which reads what both can to the same entry.
func (d *decoder) messageLine(text []byte) (datalayer.Entry, int, bool) {
	if !bytes.HasPrefix(text, beginsPush) {
		return nil, 0, false
	}
	var l pushLine
	d.rawStack = nil
	for at := len(beginsPush); ; {
		nameEnd, plain, ok := jsonscan.String(text, at)
		if !ok || !plain || nameEnd >= len(text) || text[nameEnd] != ':' {
			return nil, 0, false
		}
		end, compact, ok := jsonscan.Value(text, nameEnd+1, datalayer.MaxDepth)
		if !ok || !compact || end >= len(text) || !d.member(&l, text[at+1:nameEnd-1], text[nameEnd+1:end]) {
			return nil, 0, false
		}
		at = end + 1
		switch {
		case text[end] == ',':
			continue
		case text[end] != '}' || at != len(text):
			return nil, 0, false
		}
		stack, ok := d.stackOf(d.rawStack)
		if !ok {
			return nil, 0, false
		}
		return d.push(&l, stack), l.Seq, true
	}
}

// member puts a member of a message's line in its place. The value is valid JSON without
// white space. It is false if the value isn't one that the member can have.
func (d *decoder) member(l *pushLine, name, value []byte) (ok bool) {
	switch string(name) {
	case "seq":
		l.Seq, ok = integer[int](value)
	case "t":
		l.T, ok = milliseconds(value)
	case "page":
		l.Page, ok = d.text(value)
	case "frame":
		l.Frame, ok = d.text(value)
	case "layer":
		l.Layer, ok = d.text(value)
	case "kind":
		var kind string
		kind, ok = d.text(value)
		l.Kind = datalayer.MessageKind(kind)
	case "message":
		l.Message, ok = value, true
	case "called":
		l.Called, ok = value, true
	case "landed":
		l.Landed, ok = boolean(value)
	case "received":
		l.Received, ok = boolean(value)
	case "via":
		var via string
		via, ok = d.text(value)
		l.Via = datalayer.Via(via)
	case "at":
		l.At, ok = d.text(value)
	case "call":
		l.Call, ok = integer[int32](value)
	case "arg":
		var arg int32
		arg, ok = integer[int32](value)
		l.Arg = &arg
	case "stack":
		d.rawStack, ok = value, true
	case "action":
		l.Action, ok = integer[int](value)
	case "of":
		l.Of, ok = integer[int](value)
	case "event":
		ok = value[0] == '"' // what the line says of it is a hint
	case "type":
		ok = false
	default: // of a later version
		ok = true
	}
	return ok
}

func integer[N int | int32](value []byte) (N, bool) {
	n, err := strconv.ParseUint(string(value), 10, 31)
	return N(n), err == nil
}

func milliseconds(value []byte) (millis, bool) {
	f, err := strconv.ParseFloat(string(value), 64)
	return millisOf(f), err == nil
}

var yes, no = true, false

func boolean(value []byte) (*bool, bool) {
	switch string(value) {
	case "true":
		return &yes, true
	case "false":
		return &no, true
	}
	return nil, false
}

// maxTexts bounds how many texts that lines have in common are kept in mind, and
// longestText how long they are.
const (
	maxTexts    = 4096
	longestText = 128
)

// text reads a string. Those of pages, frames and layers are the same on many lines.
func (d *decoder) text(value []byte) (string, bool) {
	_, plain, ok := jsonscan.String(value, 0)
	if !ok {
		return "", false
	}
	if !plain {
		text, _ := jsontext.AppendUnquote(nil, value) // its errors are about what becomes U+FFFD
		return string(text), true
	}
	return d.shared(value[1 : len(value)-1]), true
}

// shared returns a text that lines which have it share.
func (d *decoder) shared(text []byte) string {
	if len(text) > longestText {
		return string(text)
	}
	if known, ok := d.texts[string(text)]; ok {
		return known
	}
	if len(d.texts) >= maxTexts {
		clear(d.texts)
	}
	known := string(text)
	d.texts[known] = known
	return known
}

// stackOf reads a stack, which messages share that were pushed from the same place.
func (d *decoder) stackOf(value []byte) ([]datalayer.StackFrame, bool) {
	if value == nil {
		return nil, true
	}
	if known, ok := d.stacks[string(value)]; ok {
		return known, true
	}
	var lines []stackLine
	if json.Unmarshal(value, &lines, asWritten) != nil {
		return nil, false
	}
	var stack []datalayer.StackFrame
	for _, l := range lines {
		stack = append(stack, datalayer.StackFrame(l))
	}
	if len(d.stacks) >= maxStacks {
		clear(d.stacks)
	}
	d.stacks[string(value)] = stack
	return stack, true
}
