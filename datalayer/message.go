package datalayer

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
)

// Effect is what Google Tag Manager makes of a message.
type Effect struct {
	// Fields are merged into the state, in their order.
	Fields []Field
	// Clear says that each key is emptied first, so that it is replaced.
	Clear bool
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

// Evaluated says whether the message carries an event.
func (e Effect) Evaluated() bool { return e.Event.Kind != Undefined }

// EffectOf returns what Google Tag Manager makes of a message of the given kind.
func EffectOf(kind MessageKind, message Value) Effect {
	if kind == KindGtag && message.Kind == Array {
		return gtagEffect(message.Items)
	}
	if kind == KindFunction {
		return Effect{Doubt: "a function that the page pushed may have changed it"}
	}
	switch message.Kind {
	case Object, Instance:
		return objectEffect(message.Fields)
	case Array:
		if len(message.Items) > 0 && message.Items[0].Kind == String {
			return Effect{Command: message.Items}
		}
		return Effect{}
	case String:
		return Effect{Fields: characters(message.Text)}
	case Function:
		return Effect{Doubt: "a function that the page pushed may have changed it"}
	case Truncated:
		var effect Effect
		if len(message.Items) > 0 && message.Items[0].Kind == Object {
			effect = objectEffect(message.Items[0].Fields)
		}
		effect.Doubt, effect.Uncaptured = "a message that was too large to be captured whole may have changed it", true
		return effect
	case Redacted, Threw:
		return Effect{Doubt: "a message that was not captured may have changed it", Uncaptured: true}
	default:
		return Effect{}
	}
}

func objectEffect(fields []Field) Effect {
	effect := Effect{Fields: fields}
	for i, f := range fields {
		switch f.Name {
		case "_clear":
			effect.Clear = f.Value.Truthy()
		case "event":
			if effect.Event = f.Value; !f.Value.Truthy() {
				effect.Event = Value{}
			}
		}
		if cyclic(f.Value) { // merging it throws, and the rest is lost
			effect.Fields, effect.Event = fields[:i+1], Value{}
			break
		}
	}
	effect.Opens = effect.Evaluated()
	return effect
}

// cyclic says whether merging v never ends.
func cyclic(v Value) bool {
	switch v.Kind {
	case Cycle:
		return true
	case Object:
		return slices.ContainsFunc(v.Fields, func(f Field) bool { return cyclic(f.Value) })
	case Array:
		return slices.ContainsFunc(v.Items, cyclic)
	}
	return false
}

// characters returns the fields of a string that was pushed.
func characters(text string) []Field {
	units := utf16.Encode([]rune(text))
	fields := make([]Field, len(units))
	for i := range units {
		fields[i] = Field{strconv.Itoa(i), StringOf(string(utf16.Decode(units[i : i+1])))}
	}
	return fields
}

// gtagEffect reads the arguments of a call of gtag.
func gtagEffect(args []Value) Effect {
	if len(args) == 0 || args[0].Kind != String {
		return Effect{}
	}
	switch args[0].Text {
	case "event":
		effect := gtagEvent(args[1:])
		effect.Opens = true
		return effect
	case "set":
		return gtagSet(args[1:])
	case "js":
		effect := gtagStart(args[1:])
		effect.Opens = true
		return effect
	case "config", "get":
		return Effect{Opens: true}
	case "consent":
		if len(args) == 3 && (args[1].Text == "default" || args[1].Text == "update") {
			return Effect{Consent: args[2].Fields, ConsentUpdate: args[1].Text == "update"}
		}
	}
	return Effect{}
}

// gtagEvent puts the parameters under eventModel, where they are for this
// message only.
func gtagEvent(args []Value) Effect {
	if len(args) < 1 || len(args) > 2 || args[0].Kind != String {
		return Effect{}
	}
	parameters := Value{Kind: Object}
	if len(args) == 2 && args[1].Kind != Undefined {
		if args[1].Kind != Object {
			return Effect{}
		}
		parameters.Fields = slices.Clone(args[1].Fields)
		for i, f := range parameters.Fields {
			if f.Name == "send_to" && f.Value.Kind == Array {
				parameters.Fields[i].Value = sendTo(f.Value)
			}
		}
	}
	effect := Effect{Fields: []Field{{"event", args[0]}, {"eventModel", parameters}}}
	if args[0].Text != "" {
		effect.Event = args[0]
	}
	return effect
}

func sendTo(v Value) Value {
	if text, ok := v.AsString(); ok {
		return StringOf(text)
	}
	return v
}

func gtagSet(args []Value) Effect {
	var fields []Field
	switch {
	case len(args) == 1 && args[0].Kind == Object:
		fields = args[0].Fields
	case len(args) == 2 && args[0].Kind == String:
		fields = []Field{{args[0].Text, args[1]}}
	}
	fields = slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Name == "event" || f.Name == "_clear" })
	return Effect{Fields: fields, Clear: true}
}

func gtagStart(args []Value) Effect {
	if len(args) != 1 || args[0].Kind != Date {
		return Effect{}
	}
	fields := []Field{{"event", StringOf("gtm.js")}}
	if at, err := time.Parse(time.RFC3339, args[0].Text); err == nil {
		fields = append(fields, Field{"gtm.start", NumberOf(float64(at.UnixMilli()))})
	}
	return Effect{Fields: fields, Event: fields[0].Value}
}
