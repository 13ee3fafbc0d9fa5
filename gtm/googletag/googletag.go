// Package googletag reads which settings the script of a Google tag (gtag.js) shows. They are
// made in Google Analytics or Google Ads, and the script contains most of them.
package googletag

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
)

//go:embed settings.yaml
var settingsFile []byte

// kind is a type of setting; see settings.yaml.
type kind struct {
	Type   string `yaml:"type"`
	Name   string `yaml:"name"`
	Value  string `yaml:"value"`
	Switch string `yaml:"switch"`
	Events string `yaml:"events"`
	Linked string `yaml:"linked"`
}

var kinds = sync.OnceValue(func() []kind {
	var all []kind
	if err := yaml.Load(settingsFile, &all, yaml.WithKnownFields()); err != nil {
		panic("gtm/googletag/settings.yaml: " + err.Error()) // a test reads it
	}
	return all
})

// Setting is a setting of a Google tag. Value is empty if the script only shows that it is
// on.
type Setting struct {
	Destination string `json:"destination"` // the ID that it applies to: "G-ABC1234567"
	Name        string `json:"name"`
	Value       string `json:"value,omitempty"`
}

// Describe returns the setting in words, with its destination if that isn't the Google tag
// of the given ID.
func (s Setting) Describe(id string) string {
	text := s.Name
	if s.Value != "" {
		text += ": " + s.Value
	}
	if s.Destination != "" && s.Destination != id {
		text += " (" + s.Destination + ")"
	}
	return text
}

// Read returns the settings of a Google tag that a page loaded.
func Read(tag *datalayer.GoogleTag) ([]Setting, error) {
	c, err := parse.Container(tag.Resource)
	if err != nil {
		return nil, fmt.Errorf("reading the settings of Google tag %s: %w", tag.ID, err)
	}
	c.ID = tag.ID
	return Of(c), nil
}

// Of returns the settings that the script of a Google tag shows, in the order of
// settings.yaml; nil for a container of Google Tag Manager.
func Of(c *gtm.Container) []Setting {
	if c == nil || strings.HasPrefix(c.ID, "GTM-") {
		return nil
	}
	var all []Setting
	for i := range kinds() {
		k := &kinds()[i]
		for _, t := range c.Tags {
			switch {
			case t.Type != k.Type || k.Name == "":
			case k.Linked != "":
				for _, id := range linked(t.Settings.Get(k.Linked)) {
					s := Setting{c.ID, k.Name, id}
					if datalayer.IsGoogleTag(id) && id != c.ID && !slices.Contains(all, s) {
						all = append(all, s)
					}
				}
			default:
				all = append(all, Setting{t.Settings.Get("instanceDestinationId").String(), k.Name, k.value(t.Settings)})
			}
		}
	}
	for _, t := range c.Tags { // settings that are newer than the table
		known := slices.ContainsFunc(kinds(), func(k kind) bool { return k.Type == t.Type })
		if !known && (strings.HasPrefix(t.Type, "ogt_") || strings.HasPrefix(t.Type, "ccd_")) {
			all = append(all, Setting{t.Settings.Get("instanceDestinationId").String(), t.Type, ""})
		}
	}
	return all
}

// value is the value of a setting as text.
func (k *kind) value(settings gtm.Term) string {
	switch {
	case k.Switch != "" && settings.Get(k.Switch).On():
		return "on"
	case k.Switch != "":
		return "off"
	case k.Events != "":
		return strings.Join(events(settings.Get(k.Events)), ", ")
	case k.Value == "":
		return ""
	}
	v := settings.Get(k.Value)
	if v.Kind == gtm.VariableTerm {
		return "depends on the page"
	}
	return v.String()
}

// linked returns the IDs of other Google tags in a setting: one, or a list of containers.
func linked(setting gtm.Term) []string {
	if setting.Kind != gtm.ListTerm {
		return []string{setting.String()}
	}
	var ids []string
	for _, container := range setting.List {
		ids = append(ids, container.Get("publicId").String())
	}
	return ids
}

// events are the events that rules are for. A rule with other conditions than a name is
// called so.
func events(rules gtm.Term) []string {
	var names []string
	for _, rule := range rules.List {
		var condition struct {
			Args []struct {
				Name string `json:"stringValue"`
			}
		}
		name := "events that a rule matches"
		err := json.Unmarshal([]byte(rule.Get("matchingRules").String()), &condition)
		if err == nil && len(condition.Args) > 0 && condition.Args[0].Name != "" {
			name = condition.Args[0].Name
		}
		names = append(names, name)
	}
	return names
}
