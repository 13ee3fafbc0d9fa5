// Package variable has the types of Google Tag Manager's variables, and works out
// their values at one message.
package variable

import (
	"cmp"
	"fmt"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// variableType is a type of variable: what it is called, what of its settings matters, and
// how its value is worked out.
type variableType struct {
	code string // in a container: "v", "smm"
	name string // in Google Tag Manager's interface
	// label names a variable of which only the published form is known. Nil
	// gives the type's name and the variable's number.
	label func(v *gtm.Variable) string
	// key returns the data layer key that a variable reads, and the version of
	// the data layer, 1 or 2; nil for types that read none.
	key func(v *gtm.Variable) (key string, version int)
	// identity lists the settings by which two variables of the type are told
	// apart; nil for the usual ones.
	identity []string
	// unknown says why no value of the type is known; empty where value works
	// it out.
	unknown string
	// group is the class of the type in a page's gtm.blocklist; empty for google.
	group string
	value func(r *Reader, v *gtm.Variable) Reading
}

// types are the types by their code.
var types = map[string]variableType{}

// A type is one row here. It is filled at the start because the values of some types
// are worked out from other variables.
func init() {
	const noElements = "the page's elements were not captured"
	for _, t := range []variableType{
		{code: "e", name: "Event", label: typeName, value: func(r *Reader, _ *gtm.Variable) Reading { return captured(r.Event) }},
		{code: "v", name: "Data Layer Variable", label: labelOfKey, key: dataLayerKey, identity: []string{},
			value: func(r *Reader, v *gtm.Variable) Reading { return r.withDefault(v, r.dataLayer(v)) }},
		{code: "c", name: "Constant", label: labelBy("Constant", "value"),
			value: func(r *Reader, v *gtm.Variable) Reading { return r.Read(v.Settings.Get("value")) }},
		{code: "u", name: "URL", label: labelOfURL, identity: []string{"component", "queryKey"}, value: (*Reader).url},
		{code: "f", name: "Referrer", label: typeName, value: (*Reader).referrer},
		{code: "smm", name: "Lookup Table", value: (*Reader).lookupTable},
		{code: "remm", name: "RegEx Table", value: (*Reader).regexpTable},
		{code: "aev", name: "Auto-Event Variable", key: autoEventKeyOf,
			value: func(r *Reader, v *gtm.Variable) Reading { return r.withDefault(v, r.autoEvent(v)) }},
		{code: "cid", name: "Container ID", label: typeName,
			value: func(r *Reader, _ *gtm.Variable) Reading { return r.about(r.Container.ID) }},
		{code: "ctv", name: "Container Version", label: typeName,
			value: func(r *Reader, _ *gtm.Variable) Reading { return r.about(r.Container.Version) }},
		{code: "dbg", name: "Debug Mode", label: typeName,
			value: func(*Reader, *gtm.Variable) Reading { return known(datalayer.BoolOf(false)) }},
		{code: "uv", name: "Undefined Value",
			value: func(*Reader, *gtm.Variable) Reading { return known(datalayer.Value{}) }},
		{code: "jsm", name: "Custom JavaScript", group: "customScripts", value: (*Reader).customJavaScript},
		{code: "j", name: "JavaScript Variable", label: labelBy("JavaScript Variable", "name"),
			unknown: "JavaScript variables of the page were not captured"},
		{code: "k", name: "First-Party Cookie", label: labelBy("First-Party Cookie", "name"),
			unknown: "cookies were not captured"},
		{code: "d", name: "DOM Element", unknown: noElements},
		{code: "vis", name: "Element Visibility", unknown: noElements},
		{code: "r", name: "Random Number", label: typeName, unknown: "it is a random number"},
		{code: "gas", name: "Google Analytics Settings", unknown: "it contains settings for tags, not a value"},
		{code: "gtcs", name: "Google Tag Configuration Settings", unknown: "it contains settings for tags, not a value"},
		{code: "gtes", name: "Google Tag Event Settings", unknown: "it contains settings for tags, not a value"},
		{code: "awec", name: "User-Provided Data", unknown: "layertap does not evaluate variables of type awec"},
	} {
		types[t.code] = t
	}
}

// class is the class of the type in a page's gtm.blocklist.
func (t variableType) class() string { return cmp.Or(t.group, "google") }

// typeOf returns the type of a code. One that there is not is never known.
func typeOf(code string) variableType {
	if t, ok := types[code]; ok {
		return t
	}
	if strings.HasPrefix(code, "cvt_") {
		return variableType{code: code, name: "Custom Template", group: "sandboxedScripts", unknown: "layertap does not run custom templates"}
	}
	return variableType{code: code, name: code, unknown: "layertap does not evaluate variables of type " + strings.ToValidUTF8(code, "?") + " are not computed"}
}

// Describe finds out what the settings of a variable make of it.
func Describe(v *gtm.Variable) {
	t := typeOf(v.Type)
	if t.key != nil {
		v.Key, v.DataLayerVersion = t.key(v)
	}
	v.Unknown = t.unknown
}

// Label is the name of a variable of which only the published form is known.
func Label(v *gtm.Variable) string {
	t := typeOf(v.Type)
	if t.label == nil {
		return fmt.Sprintf("%s (#%d)", t.name, v.Index+1)
	}
	return t.label(v)
}

func typeName(v *gtm.Variable) string { return typeOf(v.Type).name }

func labelBy(name, setting string) func(*gtm.Variable) string {
	return func(v *gtm.Variable) string { return name + " " + v.Settings.Get(setting).Constant.Text }
}

func labelOfKey(v *gtm.Variable) string {
	if datalayer.IsGTMName(v.Key) {
		return v.Key
	}
	return "Data Layer " + v.Key
}

func labelOfURL(v *gtm.Variable) string {
	if key := v.Settings.Get("queryKey").Constant.Text; key != "" {
		return "URL Query " + key
	}
	return strings.TrimSpace("URL " + v.Settings.Get("component").Constant.Text)
}

func dataLayerKey(v *gtm.Variable) (key string, version int) {
	key = strings.ReplaceAll(v.Settings.Get("name").Constant.Text, `\.`, ".")
	if v.Settings.Get("dataLayerVersion").Constant.Text == "2" {
		return key, 2
	}
	return key, 1
}

func autoEventKeyOf(v *gtm.Variable) (key string, version int) {
	key = autoEventKey(v.Settings.Get("typ").Constant.Text)
	if key == "" {
		return "", 0
	}
	return key, 1
}

// Identity tells variables apart by what they do.
func Identity(v *gtm.Variable) string {
	t := typeOf(v.Type)
	settings := t.identity
	if settings == nil {
		settings = []string{"name", "value", "typ", "component", "javascript", "input"}
	}
	s := fmt.Sprintf("%s\x00%s\x00%d", v.Type, v.Key, v.DataLayerVersion)
	for _, key := range settings {
		if setting := v.Settings.Get(key); setting.Kind == gtm.ConstantTerm {
			s += "\x00" + setting.String()
		}
	}
	for _, to := range []*gtm.Term{v.Format.Null, v.Format.Undefined, v.Format.True, v.Format.False} {
		s += "\x00"
		if to != nil && to.Kind == gtm.ConstantTerm {
			s += to.String()
		}
	}
	if def := v.Settings.Get("defaultValue"); v.Settings.Get("setDefaultValue").On() && def.Kind == gtm.ConstantTerm {
		s += "\x00" + def.String()
	}
	return s + "\x00" + v.Format.Case
}
