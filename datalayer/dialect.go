package datalayer

import (
	"bytes"
	"unicode/utf8"
)

// dialect is how the messages of a kind of data layer are read. Each has a file of
// its own, which registers it.
type dialect struct {
	reader string // who reads such layers
	// covers reports whether a layer of that name is such a layer. It is nil for
	// the dialect of all layers that no other covers.
	covers func(layer string) bool
	// read returns the parameters of a message and its effect. The value was an
	// arguments object if its kind is [KindGtag].
	read func(kind MessageKind, v Value) (fields []Field, effect Effect)
	// own reports whether an event of that name is one of the reader's own.
	own func(event string) bool
}

var dialects []*dialect

func register(d dialect) *dialect {
	dialects = append(dialects, &d)
	return &d
}

func dialectOf(layer string) *dialect {
	for _, d := range dialects {
		if d.covers != nil && d.covers(layer) {
			return d
		}
	}
	return tagManager
}

// message reads a value.
func (d *dialect) message(v Value, arguments bool) Message {
	m := Message{Kind: kindOf(v, arguments), Value: v, Reader: d.reader}
	m.Fields, m.Effect = d.read(m.Kind, v)
	m.Event = m.Effect.name()
	m.Own = d.own(m.Event)
	return m
}

// Read reads the message. Sources hand on well-formed messages only; one that is not
// is read as a [Threw].
func (p *Push) Read() Message { return ReadMessage(p.Layer, p.Kind, p.Value()) }

// ReadMessage reads a value in a data layer. Of its kind it counts only whether it
// is [KindGtag]: everything else shows in the value.
func ReadMessage(layer string, kind MessageKind, v Value) Message {
	return dialectOf(layer).message(v, kind == KindGtag)
}

// Own reports whether the event of the message is one of the tag manager's own.
func (p *Push) Own() bool { return dialectOf(p.Layer).own(p.Event) }

// Identify returns the kind of a message and the name of its event, as [Push.Read]
// has them. Of most messages it reads no more than the name. Arguments reports whether
// the page pushed an arguments object. A snapshot that is not well-formed is of the
// kind [KindOther].
func Identify(layer string, snapshot []byte, arguments bool) (MessageKind, string) {
	if event, ok := leadingEvent(snapshot); ok {
		return KindObject, event
	}
	v, err := Decode(snapshot)
	if err != nil {
		return KindOther, ""
	}
	m := dialectOf(layer).message(v, arguments)
	return m.Kind, m.Event
}

// leadingEvent returns the event of a snapshot that begins with it, as most do, if
// nothing else in the snapshot can change it in any dialect: it has no other key of
// that name, no object that contains itself, no escaped characters that could spell
// either, and does not nest too deep to be read.
func leadingEvent(snapshot []byte) (event string, ok bool) {
	rest, ok := bytes.CutPrefix(snapshot, []byte(`{"event":"`))
	end := bytes.IndexByte(rest, '"')
	if !ok || end <= 0 || !utf8.Valid(rest[:end]) {
		return "", false
	}
	after := rest[end+1:]
	if bytes.IndexByte(rest, '\\') >= 0 || bytes.Contains(after, []byte(`"event"`)) || bytes.Contains(after, []byte(`"cycle"`)) ||
		len(after) > MaxDepth && bytes.Count(after, []byte("{"))+bytes.Count(after, []byte("[")) >= MaxDepth {
		return "", false
	}
	return string(rest[:end]), true
}
