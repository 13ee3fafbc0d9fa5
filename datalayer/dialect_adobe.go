package datalayer

import "strings"

// The dialect of the Adobe Client Data Layer, version 3. Pushing and merging is
// documented at
// https://experienceleague.adobe.com/en/docs/experience-platform/collection/acdl/acdl-methods/push
// and
// https://experienceleague.adobe.com/en/docs/experience-platform/collection/acdl/acdl-concepts/computed-state;
// details are from
// https://github.com/adobe/adobe-client-data-layer/blob/master/src/item.js.
var _ = register(dialect{
	reader: "Adobe Client Data Layer",
	covers: func(layer string) bool { return strings.TrimPrefix(layer, "window.") == "adobeDataLayer" },
	read:   readAdobe,
	own:    func(event string) bool { return strings.HasPrefix(event, "adobeDataLayer:") },
})

func readAdobe(_ MessageKind, v Value) ([]Field, Effect) {
	effect := Effect{Overlay: true}
	switch v.Kind {
	case Object:
		effect.Event = adobeEvent(v)
		if effect.Evaluated() || !isAdobeListener(v) {
			effect.Fields = adobeData(v.Fields)
		}
		return v.Fields, effect
	case Truncated:
		if len(v.Items) > 0 && v.Items[0].Kind == Object {
			effect.Event, effect.Fields = adobeEvent(v.Items[0]), adobeData(v.Items[0].Fields)
		}
		effect.Doubt, effect.Uncaptured = "a message that was too large to capture completely may have changed it", true
	case Redacted, Threw:
		effect.Doubt, effect.Uncaptured = "a message that was not captured may have changed it", true
	}
	return nil, effect // the library calls a function, and what that pushes is a separate message
}

// adobeEvent returns the event of an object, which must be a non-empty string.
func adobeEvent(v Value) Value {
	if event, _ := v.Get("event"); event.Kind == String && event.Text != "" {
		return event
	}
	return Value{}
}

// isAdobeListener reports whether an object adds or removes a listener, as was possible
// before version 2.
func isAdobeListener(v Value) bool {
	if on, _ := v.Get("on"); on.Kind == String && on.Text != "" {
		handler, _ := v.Get("handler")
		return handler.Kind == Function
	}
	off, _ := v.Get("off")
	return off.Kind == String && off.Text != ""
}

// adobeData returns what is merged into the state.
func adobeData(fields []Field) []Field {
	var data []Field
	for _, f := range fields {
		if f.Name != "event" && f.Name != "eventInfo" {
			data = append(data, f)
		}
	}
	return data
}
