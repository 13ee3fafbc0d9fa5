package gtm

import (
	"strings"

	"layertap/datalayer"
)

// unknowable says why the value of a variable of the type is not known; it is
// empty for the types that are computed.
func unknowable(typ string) string {
	switch typ {
	case "e", "v", "c", "u", "f", "smm", "remm", "aev", "cid", "ctv", "dbg", "uv":
		return ""
	case "jsm":
		return "custom JavaScript is not run"
	case "j":
		return "JavaScript variables of the page were not captured"
	case "k":
		return "cookies were not captured"
	case "d", "vis":
		return "the page's elements were not captured"
	case "r":
		return "it is a random number"
	}
	if strings.HasPrefix(typ, "cvt_") {
		return "custom templates are not run"
	}
	return "variables of type " + strings.ToValidUTF8(typ, "?") + " are not computed"
}

// raw returns the value of a variable before it is formatted.
func (r *reader) raw(v *Variable) reading {
	if v.unknowable != "" {
		return notKnown(v.unknowable)
	}
	switch v.Type {
	case "e":
		return captured(r.event)
	case "v":
		return r.withDefault(v, r.dataLayer(v))
	case "aev":
		return r.withDefault(v, r.autoEvent(v))
	case "c":
		return r.read(v.settings.get("value"))
	case "u":
		return r.url(v)
	case "f":
		return r.referrer(v)
	case "smm":
		return r.lookupTable(v)
	case "remm":
		return r.regexpTable(v)
	case "cid":
		return r.about(r.container.ID)
	case "ctv":
		return r.about(r.container.Version)
	case "dbg":
		return known(datalayer.BoolOf(false))
	default: // uv
		return known(datalayer.Value{})
	}
}

func (r *reader) about(text string) reading {
	if text == "" {
		return notKnown("the container does not say it")
	}
	return known(datalayer.StringOf(text))
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
