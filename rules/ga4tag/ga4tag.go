// Package ga4tag reads what a container's GA4 event tags are configured to send, and
// finds what Google Analytics 4 rejects or truncates.
package ga4tag

import (
	"strings"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules/google"
)

// Type is the type of GA4 event tags.
const Type = "gaawe"

// EventName returns the name of the events that a tag sends: a constant, or the data
// layer event's name if isEvents is set; neither if it depends on something else.
func EventName(tag *gtm.Tag) (name string, isEvents bool) {
	setting := resolved(tag.Settings.Get("eventName"))
	switch {
	case setting.Kind == gtm.ConstantTerm && setting.Constant.Kind == datalayer.String:
		return strings.TrimSpace(setting.Constant.Text), false
	case setting.Kind == gtm.VariableTerm && setting.Variable != nil:
		return "", setting.Variable.Type == "e"
	}
	return "", false
}

// resolved returns the value of a constant variable, or the setting itself.
func resolved(t gtm.Term) gtm.Term {
	for range 10 {
		if t.Kind != gtm.VariableTerm || t.Variable == nil || t.Variable.Type != "c" {
			break
		}
		t = t.Variable.Settings.Get("value")
	}
	return t
}

// Parameter is an event parameter of a tag. Key is the key of the data layer variable
// that is its value; empty if it has a different value.
type Parameter struct{ Name, Key string }

// maxParameters bounds the parameters of a tag.
const maxParameters = 1000

// tables are the settings that contain a tag's event parameters, with the names of
// their columns. The second is the format that Google Tag Manager used until 2023.
var tables = []struct{ key, name, value string }{
	{"eventSettingsTable", "parameter", "parameterValue"},
	{"eventParameters", "name", "value"},
}

// Parameters returns the event parameters of a tag whose names are constant: its own,
// and those of its event settings variable that it doesn't override.
func Parameters(tag *gtm.Tag) []Parameter {
	var all []Parameter
	seen := map[string]bool{}
	shared := tag.Settings.Get("eventSettingsVariable")
	for _, table := range tables {
		lists := [][]gtm.Term{tag.Settings.Get(table.key).List}
		if shared.Kind == gtm.VariableTerm && shared.Variable != nil {
			lists = append(lists, shared.Variable.Settings.Get(table.key).List)
		}
		for _, rows := range lists {
			for _, row := range rows {
				name := resolved(row.Get(table.name))
				if name.Kind != gtm.ConstantTerm || name.Constant.Text == "" || seen[name.Constant.Text] || len(all) == maxParameters {
					continue
				}
				seen[name.Constant.Text] = true
				p := Parameter{Name: name.Constant.Text}
				if value := row.Get(table.value); value.Kind == gtm.VariableTerm && value.Variable != nil {
					p.Key = value.Variable.Key
				}
				all = append(all, p)
			}
		}
	}
	return all
}

// Long is a data layer value that is longer than the maximum of the parameter that it
// is sent as.
type Long struct {
	Parameter
	Length int // in characters
}

// TooLong returns the first parameter whose value in a message GA4 truncates.
func TooLong(parameters []Parameter, fields []datalayer.Field) (Long, bool) {
	for _, p := range parameters {
		v, ok := at(fields, p.Key)
		if !ok || v.Kind != datalayer.String || len(v.Text) <= google.MaxValue(p.Name) {
			continue
		}
		if n := utf8.RuneCountInString(v.Text); n > google.MaxValue(p.Name) {
			return Long{p, n}, true
		}
	}
	return Long{}, false
}

// at returns the value at a path of keys: "user.plan".
func at(fields []datalayer.Field, path string) (datalayer.Value, bool) {
	for path != "" {
		head, rest, _ := strings.Cut(path, ".")
		found := false
		for i := range fields {
			if fields[i].Name != head {
				continue
			}
			if rest == "" {
				return fields[i].Value, true
			}
			fields, found = fields[i].Value.Fields, true
			break
		}
		if !found {
			break
		}
		path = rest
	}
	return datalayer.Value{}, false
}
