package gtm

import (
	"strings"

	"layertap/datalayer"
)

func (r *reader) about(text string) reading {
	if text == "" {
		return notKnown("the container does not say it")
	}
	return known(datalayer.StringOf(text))
}

// raw returns the value of a variable before it is formatted.
func (r *reader) raw(v *Variable) reading {
	if v.unknowable != "" {
		return notKnown(v.unknowable)
	}
	return varTypeOf(v.Type).value(r, v)
}

// withDefault replaces undefined, and only that, by the variable's default.
func (r *reader) withDefault(v *Variable, value reading) reading {
	if !value.known || value.value.Kind != datalayer.Undefined || !v.settings.get("setDefaultValue").on() {
		return value
	}
	return r.read(v.settings.get("defaultValue"))
}

func (r *reader) dataLayer(v *Variable) reading {
	name := r.read(v.settings.get("name"))
	key, ok := name.value.AsString()
	if !name.known || !ok {
		return notKnown("its key is not known")
	}
	if key == "gtm.uniqueEventId" {
		return notKnown("Google Tag Manager counts its events itself")
	}
	var found datalayer.Lookup
	if v.DataLayerVersion == 2 {
		found = r.state.Get(key)
	} else {
		found = r.state.GetV1(key)
	}
	if !found.Known {
		return r.doubted()
	}
	return captured(found.Value)
}

func (r *reader) doubted() reading {
	if doubt := r.state.Doubt(); doubt != "" {
		return notKnown(doubt)
	}
	return notKnown("that part of the value was not captured")
}

// autoEventKey is the key in which the listeners leave what an auto-event
// variable reads; empty where it reads the element itself.
func autoEventKey(varType string) string {
	switch varType {
	case "ELEMENT":
		return "gtm.element"
	case "CLASSES":
		return "gtm.elementClasses"
	case "ID":
		return "gtm.elementId"
	case "TARGET":
		return "gtm.elementTarget"
	case "URL":
		return "gtm.elementUrl"
	case "HISTORY_NEW_URL_FRAGMENT":
		return "gtm.newUrlFragment"
	case "HISTORY_OLD_URL_FRAGMENT":
		return "gtm.oldUrlFragment"
	case "HISTORY_NEW_STATE":
		return "gtm.newHistoryState"
	case "HISTORY_OLD_STATE":
		return "gtm.oldHistoryState"
	case "HISTORY_CHANGE_SOURCE":
		return "gtm.historyChangeSource"
	}
	return ""
}

func (r *reader) autoEvent(v *Variable) reading {
	if v.Key == "" {
		return r.ofElement(v)
	}
	found := r.state.GetV1(v.Key)
	if !found.Known {
		return r.doubted()
	}
	component := v.settings.get("component").constant.Text
	if v.Key != "gtm.elementUrl" || component == "" || component == "URL" || found.Value.Kind != datalayer.String {
		return captured(found.Value)
	}
	return urlComponent(found.Value.Text, component, r, v)
}

// ofElement reads what was captured of the element of the event.
func (r *reader) ofElement(v *Variable) reading {
	text := r.state.GetV1("gtm.elementText")
	if v.settings.get("varType").constant.Text == "TEXT" && text.Known && text.Value.Kind == datalayer.String {
		return known(text.Value)
	}
	element := r.state.GetV1("gtm.element")
	if element.Known && element.Value.Kind != datalayer.Element {
		return known(datalayer.Value{})
	}
	return notKnown("the element was not captured whole")
}

func (r *reader) referrer(v *Variable) reading {
	referrer := r.page.Referrer
	if overridden := r.state.GetV1("gtm.referrer"); overridden.Known && overridden.Value.Truthy() {
		text, ok := overridden.Value.AsString()
		if !ok {
			return notKnown(noText(overridden.Value))
		}
		referrer = text
	}
	component := v.settings.get("component").constant.Text
	if component == "" || component == "URL" {
		return known(datalayer.StringOf(referrer))
	}
	return urlComponent(referrer, component, r, v)
}

// noText says why there is no text of a value.
func noText(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Redacted:
		return "the value was redacted"
	case datalayer.Truncated:
		return "the value was too large to be captured whole"
	default:
		return "what JavaScript makes of " + article(v.Kind.String()) + " as text was not captured"
	}
}

func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
