package datalayer

import (
	"bytes"
	"unicode/utf8"
)

// dialect is the message format of a kind of data layer. Each dialect is registered in
// a file of its own.
type dialect struct {
	reader string // what reads such layers
	// covers reports whether the dialect is that of a layer, by name. It is nil for the
	// default dialect.
	covers func(layer string) bool
	// read returns the parameters of a message and its effect. If kind is [KindGtag],
	// the value was an arguments object.
	read func(kind MessageKind, v Value) (fields []Field, effect Effect)
	// own reports whether an event is one of the reader's own, by name.
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

// message interprets a value.
func (d *dialect) message(v Value, arguments bool) Message {
	m := Message{Kind: kindOf(v, arguments), Value: v, Reader: d.reader}
	m.Fields, m.Effect = d.read(m.Kind, v)
	m.Event = m.Effect.name()
	m.Own = d.own(m.Event)
	return m
}

// Read interprets the message. Sources only return well-formed messages; a malformed
// one is read as [Threw].
func (p *Push) Read() Message { return ReadMessage(p.Layer, p.Kind, p.Value()) }

// ReadMessage interprets a value in a data layer. Only whether kind is [KindGtag]
// matters; other kinds are recognized by the value.
func ReadMessage(layer string, kind MessageKind, v Value) Message {
	return dialectOf(layer).message(v, kind == KindGtag)
}

// Own reports whether the message's event is one of the tag manager's own.
func (p *Push) Own() bool { return dialectOf(p.Layer).own(p.Event) }

// Identify returns the kind of a message and the name of its event, like [Push.Read].
// It usually reads only the name. arguments reports whether the page pushed an
// arguments object. A malformed snapshot has the kind [KindOther].
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

// leadingEvent returns the event of a snapshot that begins with it, as most do. It is
// false if something else could change the event in any dialect: another key of that
// name, an object that contains itself, escapes that could represent either, or too
// deep nesting.
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
