package recording

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
	"layertap/datalayer/jsonscan"
)

// beginsPush is how the lines of messages begin that layertap writes.
var beginsPush = []byte(`{"type":"push",`)

// messageLine decodes the line of a message, as most are, in one pass. It is false if
// the line isn't formatted as layertap writes it. The general decoder then decodes it;
// if both can, the results are equal.
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

// member decodes a member of a message's line. value is valid JSON without white space.
// It is false if the value doesn't have the member's type.
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
		ok = value[0] == '"' // the value is only a hint
	case "type":
		ok = false
	default: // from a later version
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

// maxTexts bounds the cached strings that occur in many lines, and longestText their
// length.
const (
	maxTexts    = 4096
	longestText = 128
)

// text decodes a string. The IDs of pages and frames and the names of layers are the
// same on many lines.
func (d *decoder) text(value []byte) (string, bool) {
	_, plain, ok := jsonscan.String(value, 0)
	if !ok {
		return "", false
	}
	if !plain {
		text, _ := jsontext.AppendUnquote(nil, value) // errors are only about what becomes U+FFFD
		return string(text), true
	}
	return d.shared(value[1 : len(value)-1]), true
}

// shared returns text as a string that is shared by all lines that contain it.
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

// stackOf decodes a stack. Messages that were pushed from the same place share one.
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
