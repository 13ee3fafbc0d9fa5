package variable

import (
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

func (r *Reader) about(text string) Reading {
	if text == "" {
		return notKnown("the container does not contain it")
	}
	return known(datalayer.StringOf(text))
}

// raw returns the value of a variable before it is formatted.
func (r *Reader) raw(v *gtm.Variable) Reading {
	value := r.worked(v)
	if value.Known || r.Observed == nil || r.Restrictions.Allow(v.Type, typeOf(v.Type).class()) != gtm.Yes {
		return value
	}
	return r.observed(v, value)
}

// worked returns the value of a variable as far as it can be worked out from the session.
func (r *Reader) worked(v *gtm.Variable) Reading {
	if v.Unknown != "" {
		return notKnown(v.Unknown)
	}
	t := typeOf(v.Type)
	switch r.Restrictions.Allow(v.Type, t.class()) {
	case gtm.No:
		return known(datalayer.Value{})
	case gtm.Unknown:
		return notKnown("whether the page's gtm.blocklist or gtm.allowlist allows it is unknown")
	}
	return t.value(r, v)
}

// withDefault replaces undefined, but not null or other values, by the variable's
// default.
func (r *Reader) withDefault(v *gtm.Variable, value Reading) Reading {
	if !value.Known || value.Value.Kind != datalayer.Undefined || !v.Settings.Get("setDefaultValue").On() {
		return value
	}
	value = r.Read(v.Settings.Get("defaultValue"))
	value.Default = v
	return value
}

func (r *Reader) dataLayer(v *gtm.Variable) Reading {
	name := r.Read(v.Settings.Get("name"))
	key, ok := name.Value.AsString()
	if !name.Known || !ok {
		return notKnown("its key is unknown")
	}
	if key == "gtm.uniqueEventId" {
		return notKnown("Google Tag Manager numbers its events internally")
	}
	var found datalayer.Lookup
	if v.DataLayerVersion == 2 {
		found = r.State.Get(key)
	} else {
		found = r.State.GetV1(key)
	}
	if !found.Known {
		return r.doubted()
	}
	return captured(found.Value)
}

func (r *Reader) doubted() Reading {
	if doubt := r.State.Doubt(); doubt != "" {
		return notKnown(doubt)
	}
	return notKnown("that part of the value was not captured")
}

// autoEventKey returns the key in which Google Tag Manager stores what an auto-event
// variable reads; empty if the variable reads the element itself.
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

func (r *Reader) autoEvent(v *gtm.Variable) Reading {
	if v.Key == "" {
		return r.ofElement(v)
	}
	found := r.State.GetV1(v.Key)
	if !found.Known {
		return r.doubted()
	}
	component := v.Settings.Get("component").Constant.Text
	if v.Key != "gtm.elementUrl" || component == "" || component == "URL" || found.Value.Kind != datalayer.String {
		return captured(found.Value)
	}
	return urlComponent(found.Value.Text, component, r, v)
}

// ofElement reads what was captured of the event's element.
func (r *Reader) ofElement(v *gtm.Variable) Reading {
	text := r.State.GetV1("gtm.elementText")
	if v.Settings.Get("varType").Constant.Text == "TEXT" && text.Known && text.Value.Kind == datalayer.String {
		return known(text.Value)
	}
	element := r.State.GetV1("gtm.element")
	if element.Known && element.Value.Kind != datalayer.Element {
		return known(datalayer.Value{})
	}
	return notKnown("the element was only partly captured")
}

func (r *Reader) referrer(v *gtm.Variable) Reading {
	referrer := r.Page.Referrer
	if overridden := r.State.GetV1("gtm.referrer"); overridden.Known && overridden.Value.Truthy() {
		text, ok := overridden.Value.AsString()
		if !ok {
			return notKnown(NoText(overridden.Value))
		}
		referrer = text
	}
	component := v.Settings.Get("component").Constant.Text
	if component == "" || component == "URL" {
		return known(datalayer.StringOf(referrer))
	}
	return urlComponent(referrer, component, r, v)
}

// NoText returns the reason why a value has no text.
func NoText(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Redacted:
		return "the value was redacted"
	case datalayer.Truncated:
		return "the value was too large to capture completely"
	default:
		return "the string form of " + Article(v.Kind.String()) + " was not captured"
	}
}

// Article puts "a" or "an" before a noun.
func Article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
