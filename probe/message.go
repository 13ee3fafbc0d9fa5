package probe

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// read tells what form of message a snapshot is of, and its event. Nearly all
// are plain objects: of those only the event is decoded.
func read(snapshot []byte, gtag bool) (kind datalayer.MessageKind, event string) {
	if event, ok := leadingEvent(snapshot); ok {
		return datalayer.KindObject, event
	}
	if event, ok := plainEvent(snapshot); ok {
		return datalayer.KindObject, text(event)
	}
	message, err := datalayer.Decode(snapshot)
	if err != nil {
		return datalayer.KindOther, ""
	}
	kind = classify(message, gtag)
	return kind, eventName(message, kind)
}

// leadingEvent returns the event of a snapshot that begins with it, as most do:
// an object has each of its keys once.
func leadingEvent(snapshot []byte) (event string, ok bool) {
	rest, ok := bytes.CutPrefix(snapshot, []byte(`{"event":"`))
	end := bytes.IndexByte(rest, '"')
	if !ok || end <= 0 || bytes.IndexByte(rest[:end], '\\') >= 0 {
		return "", false
	}
	return string(rest[:end]), true
}

// plainEvent returns the event of a snapshot that is a plain object and has one.
func plainEvent(snapshot []byte) (event datalayer.Value, ok bool) {
	if !bytes.HasPrefix(snapshot, []byte("{")) || bytes.HasPrefix(snapshot, []byte(`{"$"`)) {
		return event, false
	}
	fields := jsontext.NewDecoder(bytes.NewReader(snapshot), jsontext.AllowDuplicateNames(true))
	_, err := fields.ReadToken()
	for err == nil && fields.PeekKind() == '"' {
		var name jsontext.Token
		if name, err = fields.ReadToken(); err == nil && name.String() == "event" {
			var value jsontext.Value
			if value, err = fields.ReadValue(); err == nil {
				event, err = datalayer.Decode(value)
			}
			return event, err == nil && truthy(event)
		}
		err = fields.SkipValue()
	}
	return event, false
}

// classify tells what form of message a snapshot is of. An arguments object
// looks like an array in it, so the hook says which one is.
func classify(message datalayer.Value, gtag bool) datalayer.MessageKind {
	switch message.Kind {
	case datalayer.Array:
		if gtag {
			return datalayer.KindGtag
		}
		if len(message.Items) > 0 && message.Items[0].Kind == datalayer.String {
			return datalayer.KindCommand
		}
	case datalayer.Object, datalayer.Instance:
		return datalayer.KindObject
	case datalayer.Function:
		return datalayer.KindFunction
	case datalayer.Truncated:
		if len(message.Items) == 1 {
			return classify(message.Items[0], gtag)
		}
	}
	return datalayer.KindOther
}

// eventName returns the event name as Google Tag Manager reads it: of an object
// the "event" key, of gtag's arguments the second one of an "event" command.
// What GTM ignores has none.
func eventName(message datalayer.Value, kind datalayer.MessageKind) string {
	if message.Kind == datalayer.Truncated && len(message.Items) == 1 {
		message = message.Items[0]
	}
	switch kind {
	case datalayer.KindObject:
		event, _ := message.Get("event")
		if truthy(event) {
			return text(event)
		}
	case datalayer.KindGtag:
		return gtagEvent(message.Items)
	}
	return ""
}

// gtagEvent follows GTM's gtag commands: ("event", name[, parameters]) and
// ("js", date). Any other form does nothing.
func gtagEvent(args []datalayer.Value) string {
	if len(args) < 2 || args[0].Kind != datalayer.String {
		return ""
	}
	switch {
	case args[0].Text == "js" && len(args) == 2 && args[1].Kind == datalayer.Date:
		return "gtm.js"
	case args[0].Text != "event" || len(args) > 3 || args[1].Kind != datalayer.String:
		return ""
	case len(args) == 3 && !parameters(args[2]):
		return ""
	}
	return args[1].Text
}

// parameters says whether GTM takes v as the parameters of an event: an object,
// or nothing at all.
func parameters(v datalayer.Value) bool {
	switch v.Kind {
	case datalayer.Null, datalayer.String, datalayer.Number, datalayer.Bool, datalayer.BigInt, datalayer.Symbol:
		return false
	}
	return true
}

// truthy is JavaScript's Boolean(v). A getter that throws gave nothing.
func truthy(v datalayer.Value) bool { return v.Kind != datalayer.Threw && v.Truthy() }

// text is JavaScript's String(v), as far as a snapshot tells.
func text(v datalayer.Value) string {
	if v.Kind == datalayer.Truncated && len(v.Items) == 1 {
		return text(v.Items[0])
	}
	if s, known := v.AsString(); known {
		return s
	}
	return "[object Object]"
}
