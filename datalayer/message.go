package datalayer

// Message is a pushed value as interpreted by the tag manager or library that reads its
// data layer. It is returned by [Push.Read].
type Message struct {
	Kind  MessageKind
	Value Value
	// Event is the name of the message's event; empty if there is none. If
	// String(value) isn't known, it is the value's kind: "(function)".
	Event string
	// Own reports whether the event is one of the tag manager's own: "gtm.js".
	Own bool
	// Fields are the keys of the object with the parameters, including those that the
	// reader uses itself ("event"): the message, or the third argument of gtag("event",
	// name, parameters). Nil if there is none.
	Fields []Field
	// Reader is what reads the layer: [GoogleTagManager] or another.
	Reader string
	Effect Effect
}

// GoogleTagManager is the default reader of data layers.
const GoogleTagManager = "Google Tag Manager"

// Content returns the message without its event: an object with the parameters, or the
// whole value if the reader takes no parameters from it.
func (m *Message) Content() Value {
	switch {
	case m.Kind == KindGtag && m.Fields != nil:
		return Value{Kind: Object, Fields: m.Fields}
	case m.Value.Kind == Object || m.Value.Kind == Instance:
		content := m.Value
		content.Fields = withoutEvent(m.Value.Fields)
		return content
	}
	return m.Value
}

// withoutEvent returns fields without the key "event", which is usually the first.
func withoutEvent(fields []Field) []Field {
	if len(fields) > 0 && fields[0].Name == "event" {
		fields = fields[1:]
	}
	for i, f := range fields {
		if f.Name == "event" {
			rest := append([]Field{}, fields[:i]...)
			for _, f := range fields[i+1:] {
				if f.Name != "event" {
					rest = append(rest, f)
				}
			}
			return rest
		}
	}
	return fields
}

// Effect is what a message changes in the computed state of its data layer, and the
// event that it triggers.
type Effect struct {
	// Fields are merged into the state, in their order.
	Fields []Field
	// Clear deletes each key first, so that it is replaced.
	Clear bool
	// Overlay merges as the Adobe Client Data Layer does: dotted keys aren't expanded,
	// arrays replace the previous value, and null and undefined delete the key.
	Overlay bool
	// Event is the value of the event to evaluate, which may not be a string; undefined
	// if there is none.
	Event Value
	// Opens is set if Google Tag Manager evaluates its own first events before the
	// message, unless it already has.
	Opens bool
	// Command is a path that ends with a method's name, and the arguments; nil if there
	// is none.
	Command []Value
	// Consent are the consent types that the message sets, "granted" or "denied", and
	// optionally their region; nil if there are none. ConsentUpdate distinguishes the
	// visitor's choice from the default.
	Consent       []Field
	ConsentUpdate bool
	// Doubt is the reason why the state isn't known after the message; empty if it is.
	// Uncaptured means that any key may have been set; otherwise, a function may have
	// set keys of version 2 and deleted all of version 1.
	Doubt      string
	Uncaptured bool
}

// Evaluated reports whether the message has an event.
func (e Effect) Evaluated() bool { return e.Event.Kind != Undefined }

// name returns the name of the event; empty if there is none.
func (e Effect) name() string {
	if !e.Evaluated() {
		return ""
	}
	name, known := e.Event.AsString()
	if !known {
		return "(" + e.Event.Kind.String() + ")"
	}
	return name
}

// kindOf returns the kind of message that a value is. In a snapshot, an arguments
// object looks like an array, so the hook reports which one it is.
func kindOf(v Value, arguments bool) MessageKind {
	switch v.Kind {
	case Array:
		if arguments {
			return KindGtag
		}
		if len(v.Items) > 0 && v.Items[0].Kind == String {
			return KindCommand
		}
	case Object, Instance:
		return KindObject
	case Function:
		return KindFunction
	case Truncated:
		if len(v.Items) == 1 {
			return kindOf(v.Items[0], arguments)
		}
	}
	return KindOther
}
