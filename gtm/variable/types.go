// Package variable defines the types of Google Tag Manager's variables and evaluates
// them for a message.
package variable

import (
	"cmp"
	"fmt"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// variableType is a type of variable: its name, which of its settings matter, and how
// it is evaluated.
type variableType struct {
	code string // in a container: "v", "smm"
	name string // in Google Tag Manager's interface
	// label returns a name for a variable if only the published form is available. Nil
	// means the type's name and the variable's number.
	label func(v *gtm.Variable) string
	// key returns the data layer key that a variable reads and the version of the data
	// layer, 1 or 2; nil for types that don't read one.
	key func(v *gtm.Variable) (key string, version int)
	// identity lists the settings that distinguish variables of the type; nil for the
	// usual ones.
	identity []string
	// unknown is the reason why values of the type can't be determined; empty if value
	// determines them.
	unknown string
	// group is the type's class in a page's gtm.blocklist; empty for google.
	group string
	value func(r *Reader, v *gtm.Variable) Reading
	// page returns how a variable can be read from the page without changing it, and nil if
	// that isn't known; nil for types that can't be.
	page func(r *Reader, v *gtm.Variable) *gtm.PageRead
}

// types maps codes to types.
var types = map[string]variableType{}

// Each type is a row here. It is filled in init because some types evaluate other
// variables, which would be an initialization cycle.
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
		{code: "jsm", name: "Custom JavaScript", group: "customScripts", value: (*Reader).customJavaScript, page: (*Reader).pageCode},
		{code: "j", name: "JavaScript Variable", label: labelBy("JavaScript Variable", "name"),
			unknown: "JavaScript variables of the page were not captured", page: (*Reader).pageGlobal},
		{code: "k", name: "First-Party Cookie", label: labelBy("First-Party Cookie", "name"),
			unknown: "cookies were not captured", page: (*Reader).pageCookie},
		{code: "d", name: "DOM Element", unknown: noElements, page: (*Reader).pageElement},
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

// class returns the type's class in a page's gtm.blocklist.
func (t variableType) class() string { return cmp.Or(t.group, "google") }

// typeOf returns the type with a code. The values of an undefined one are always
// unknown.
func typeOf(code string) variableType {
	if t, ok := types[code]; ok {
		return t
	}
	if strings.HasPrefix(code, "cvt_") {
		return variableType{code: code, name: "Custom Template", group: "sandboxedScripts", unknown: "layertap does not run custom templates"}
	}
	return variableType{code: code, name: code, unknown: "layertap does not evaluate variables of type " + strings.ToValidUTF8(code, "?") + " are not computed"}
}

// Describe sets the fields of v that follow from its settings.
func Describe(v *gtm.Variable) {
	t := typeOf(v.Type)
	if t.key != nil {
		v.Key, v.DataLayerVersion = t.key(v)
	}
	v.Unknown = t.unknown
}

// Label returns a name for a variable if only the published form is available.
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

// Identity returns a key that is equal for variables that do the same.
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
