package datalayer

// Message is a pushed value as the tag manager or library that owns its data layer
// reads it. [Push.Read] makes one.
type Message struct {
	Kind  MessageKind
	Value Value
	// Event is the name of the event that the message carries; empty for none. A
	// value of which String(value) is not known is named by its kind:
	// "(function)".
	Event string
	// Own reports whether the event is one of the tag manager's own: "gtm.js".
	Own bool
	// Fields are the keys of the object that carries the parameters: the message
	// itself, with what its reader takes for itself ("event") among them, or the
	// third argument of gtag("event", name, parameters). Nil if there is none.
	Fields []Field
	// Reader is who reads the layer: [GoogleTagManager] or another.
	Reader string
	Effect Effect
}

// GoogleTagManager is the reader of every data layer that no other is known to read.
const GoogleTagManager = "Google Tag Manager"

// Content is what the message carries beside its event: an object of its
// parameters, or the whole value if its reader takes no parameters from it.
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

// withoutEvent returns fields without the key "event", which is nearly always the
// first.
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

// Effect is what a message does to the computed state of its data layer, and the
// event that it makes.
type Effect struct {
	// Fields are merged into the state, in their order.
	Fields []Field
	// Clear says that each key is emptied first, so that it is replaced.
	Clear bool
	// Overlay says that keys are merged as they are, dots and all, that an array
	// replaces what was there, and that null and undefined take a key out. It is
	// how the Adobe Client Data Layer merges.
	Overlay bool
	// Event is the value of the event to evaluate; undefined for none. It need
	// not be a string.
	Event Value
	// Opens says that the message is one before which Google Tag Manager puts
	// its own first events, if they have not been yet.
	Opens bool
	// Command is a path with a method's name at its end, and the arguments; nil
	// for none.
	Command []Value
	// Consent holds the consent types that the message sets, "granted" or
	// "denied", with the region that they are for, if they are for one; nil for
	// none. ConsentUpdate tells the visitor's choice from the default before it.
	Consent       []Field
	ConsentUpdate bool
	// Doubt says why the state is not known after the message; empty where it
	// is. Uncaptured says that any key may have been set; where it does not, a
	// function may have set keys of version 2 and emptied version 1.
	Doubt      string
	Uncaptured bool
}

// Evaluated reports whether the message carries an event.
func (e Effect) Evaluated() bool { return e.Event.Kind != Undefined }

// name is the name of the event; empty for none.
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

// kindOf tells what form of message a value is. An arguments object looks like an
// array in a snapshot, so the hook says which one is.
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
