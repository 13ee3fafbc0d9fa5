package datalayer

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// tagManager is the dialect of Google Tag Manager and gtag, as observed in the engine
// of 2026. It is documented at
// https://developers.google.com/tag-platform/tag-manager/datalayer and
// https://developers.google.com/tag-platform/gtagjs/reference.
var tagManager = register(dialect{reader: GoogleTagManager, read: readTagManager, own: IsGTMName})

// IsGTMName reports whether an event or a key is one of Google Tag Manager's own.
func IsGTMName(name string) bool { return strings.HasPrefix(name, "gtm.") }

func readTagManager(kind MessageKind, v Value) ([]Field, Effect) {
	switch v.Kind {
	case Object, Instance:
		return v.Fields, objectEffect(v.Fields)
	case Array:
		if kind == KindGtag {
			return gtagParameters(v.Items), gtagEffect(v.Items)
		}
		if kind == KindCommand {
			return nil, Effect{Command: v.Items}
		}
	case String:
		return nil, Effect{Fields: characters(v.Text)}
	case Function:
		return nil, Effect{Doubt: "a function that the page pushed may have changed it"}
	case Truncated:
		var effect Effect
		if len(v.Items) > 0 && v.Items[0].Kind == Object {
			effect = objectEffect(v.Items[0].Fields)
		}
		effect.Doubt, effect.Uncaptured = "a message that was too large to capture completely may have changed it", true
		return nil, effect
	case Redacted, Threw:
		return nil, Effect{Doubt: "a message that was not captured may have changed it", Uncaptured: true}
	}
	return nil, Effect{}
}

// gtagParameters returns the parameters of gtag("event", name, parameters).
func gtagParameters(args []Value) []Field {
	if len(args) < 2 || args[0].Kind != String || args[0].Text != "event" || !isGtagEvent(args[1:]) {
		return nil
	}
	if len(args) == 2 || args[2].Fields == nil {
		return []Field{}
	}
	return args[2].Fields
}

// isGtagEvent reports whether Google Tag Manager accepts the arguments after "event": a
// name, and parameters or undefined.
func isGtagEvent(args []Value) bool {
	return len(args) > 0 && len(args) <= 2 && args[0].Kind == String && (len(args) == 1 || args[1].Kind == Undefined || args[1].Kind == Object)
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
		if cyclic(f.Value) { // merging throws, and the remaining fields are lost
			effect.Fields, effect.Event = fields[:i+1], Value{}
			break
		}
	}
	effect.Opens = effect.Evaluated()
	return effect
}

// cyclic reports whether merging v would never end.
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

// gtagEffect returns the effect of a call of gtag.
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

// gtagEvent stores the parameters under eventModel for the current message only.
func gtagEvent(args []Value) Effect {
	if !isGtagEvent(args) {
		return Effect{}
	}
	parameters := Value{Kind: Object}
	if len(args) == 2 {
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
