// Package listing describes the contents of a container, and the differences between
// two.
package listing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"layertap/gtm"
	"layertap/gtm/googletag"
)

// Listing is the contents of a container as text. References are by name, so that two
// versions can be compared.
type Listing struct {
	Container string     `json:"container"`
	Version   string     `json:"version,omitempty"`
	Tags      []Tag      `json:"tags"`
	Triggers  []Trigger  `json:"triggers"`
	Variables []Variable `json:"variables"`
	// GoogleTag is what the script of a Google tag shows of its settings.
	GoogleTag []googletag.Setting `json:"googleTag,omitempty"`
}

// Tag describes a tag.
type Tag struct {
	Name     string    `json:"name"`
	Type     string    `json:"type"`
	Firing   []string  `json:"firing"`             // the triggers that fire it
	Blocking []string  `json:"blocking,omitempty"` // the triggers that block it
	Consent  []string  `json:"consent,omitempty"`
	Paused   bool      `json:"paused,omitempty"`
	Option   string    `json:"option"`
	Priority int       `json:"priority,omitempty"`
	Settings []Setting `json:"settings"`
}

// Setting is a setting as configured.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Trigger describes a trigger.
type Trigger struct {
	Name       string   `json:"name"`
	Type       string   `json:"type"`
	Conditions []string `json:"conditions"`
	Tags       []string `json:"tags"`
	Blocks     []string `json:"blocks,omitempty"`
}

// Variable describes a variable.
type Variable struct {
	Name     string    `json:"name"`
	Type     string    `json:"type"`
	Key      string    `json:"key,omitempty"`
	Version  int       `json:"dataLayerVersion,omitempty"`
	Settings []Setting `json:"settings,omitempty"`
	UsedBy   []string  `json:"usedBy"` // tags and triggers
}

// Of returns the listing of a container, each kind sorted by name.
func Of(c *gtm.Container) Listing {
	l := Listing{Container: c.ID, Version: c.Version, Tags: []Tag{}, Triggers: []Trigger{}, Variables: []Variable{}, GoogleTag: googletag.Of(c)}
	for _, t := range c.Tags {
		l.Tags = append(l.Tags, Tag{
			Name: t.Name, Type: t.TypeName, Firing: triggerNames(t.Firing), Blocking: triggerNames(t.Blocking),
			Consent: t.Consent, Paused: t.Paused, Option: t.Option.String(), Priority: t.Priority, Settings: settings(t.Settings),
		})
	}
	for _, t := range c.Triggers {
		one := Trigger{Name: t.Name, Type: t.Type, Conditions: []string{}, Tags: tagNames(t.Fires), Blocks: tagNames(t.Blocks)}
		for _, condition := range t.Conditions {
			if condition.Variable == nil || condition.Variable.Name != "gtm.triggers" {
				one.Conditions = append(one.Conditions, condition.String())
			}
		}
		l.Triggers = append(l.Triggers, one)
	}
	used := usedBy(c)
	for _, v := range c.Variables {
		if v.Implicit || v.Name == "gtm.triggers" || v.Name == "_event" {
			continue
		}
		one := Variable{Name: v.Name, Type: cmp.Or(typeNames[v.Type], v.Type, "unknown"), Key: v.Key, Version: v.DataLayerVersion, UsedBy: used[v]}
		if v.DataLayerVersion == 0 {
			one.Settings = settings(v.Settings)
		}
		if one.UsedBy == nil {
			one.UsedBy = []string{}
		}
		l.Variables = append(l.Variables, one)
	}
	slices.SortStableFunc(l.Tags, func(a, b Tag) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(l.Triggers, func(a, b Trigger) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(l.Variables, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return l
}

// typeNames are the types of variables in Google Tag Manager's interface. See
// https://developers.google.com/tag-platform/tag-manager/api/v2/variable-dictionary-reference.
var typeNames = map[string]string{
	"v": "Data Layer Variable", "c": "Constant", "jsm": "Custom JavaScript", "u": "URL", "f": "HTTP Referrer",
	"k": "First-Party Cookie", "j": "JavaScript Variable", "smm": "Lookup Table", "remm": "RegEx Table", "e": "Custom Event",
	"d": "DOM Element", "aev": "Auto-Event Variable", "gtes": "Google Tag: Event Settings", "gtcs": "Google Tag: Configuration Settings",
}

func usedBy(c *gtm.Container) map[*gtm.Variable][]string {
	used := map[*gtm.Variable][]string{}
	add := func(v *gtm.Variable, name string) {
		if v != nil && !slices.Contains(used[v], name) {
			used[v] = append(used[v], name)
		}
	}
	for _, t := range c.Tags {
		for _, v := range t.Reads {
			add(v, t.Name)
		}
	}
	for _, t := range c.Triggers {
		for _, condition := range t.Conditions {
			add(condition.Variable, t.Name)
		}
	}
	return used
}

func triggerNames(triggers []*gtm.Trigger) []string {
	names := make([]string, len(triggers))
	for i, t := range triggers {
		names[i] = t.Name
	}
	slices.Sort(names)
	return names
}

func tagNames(tags []*gtm.Tag) []string {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = t.Name
	}
	slices.Sort(names)
	return names
}

func settings(t gtm.Term) []Setting {
	all := []Setting{}
	for _, f := range t.Fields {
		all = append(all, Setting{f.Name, f.Value.String()})
	}
	slices.SortStableFunc(all, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Difference is a difference of the second container from the first.
type Difference struct {
	What   string `json:"what"` // "tag", "trigger" or "variable"
	Name   string `json:"name"`
	Change string `json:"change"` // "added", "removed", "changed" or "renamed"
	// Before and After describe the difference if something changed: "firing: Clicks".
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

func (d Difference) String() string {
	switch d.Change {
	case "renamed":
		return fmt.Sprintf("%s %q was renamed to %q", d.What, d.Before, d.Name)
	case "changed":
		return fmt.Sprintf("%s %q changed: %s was %s", d.What, d.Name, d.After, d.Before)
	}
	return fmt.Sprintf("%s %q was %s", d.What, d.Name, d.Change)
}

// Diff returns the differences between two containers. Names and behaviour are
// compared, numbers and order are not.
func Diff(before, after Listing) []Difference {
	var all []Difference
	all = append(all, diff("tag", before.Tags, after.Tags, func(t Tag) string { return t.Name }, "name")...)
	all = append(all, diff("trigger", before.Triggers, after.Triggers, func(t Trigger) string { return t.Name }, "name", "tags", "blocks")...)
	all = append(all, diff("variable", before.Variables, after.Variables, func(v Variable) string { return v.Name }, "name", "usedBy")...)
	return all
}

// fields returns the fields of a struct as text, except those in out.
func fields[T any](thing T, out []string) map[string]string {
	text, _ := json.Marshal(thing) // our own types can always be encoded
	var parts map[string]json.RawMessage
	_ = json.Unmarshal(text, &parts)
	all := map[string]string{}
	for name, part := range parts {
		if !slices.Contains(out, name) {
			all[name] = string(part)
		}
	}
	return all
}

func diff[T any](what string, before, after []T, name func(T) string, out ...string) []Difference {
	old, left := map[string]T{}, map[string]string{}
	for _, thing := range before {
		old[name(thing)] = thing
		left[name(thing)] = fmt.Sprint(fields(thing, out))
	}
	var all []Difference
	var fresh []T
	for _, thing := range after {
		was, ok := old[name(thing)]
		if !ok {
			fresh = append(fresh, thing)
			continue
		}
		delete(left, name(thing))
		mine, theirs := fields(thing, out), fields(was, out)
		for _, part := range slices.Sorted(keys(mine, theirs)) {
			if mine[part] != theirs[part] {
				all = append(all, Difference{What: what, Name: name(thing), Change: "changed",
					Before: cmp.Or(theirs[part], "absent"), After: part + " is " + cmp.Or(mine[part], "absent") + ","})
			}
		}
	}
	for _, thing := range fresh {
		d := Difference{What: what, Name: name(thing), Change: "added"}
		content := fmt.Sprint(fields(thing, out))
		for _, was := range before {
			if left[name(was)] == content {
				d.Change, d.Before = "renamed", name(was)
				delete(left, name(was))
				break
			}
		}
		all = append(all, d)
	}
	for _, thing := range before {
		if _, gone := left[name(thing)]; gone {
			all = append(all, Difference{What: what, Name: name(thing), Change: "removed"})
		}
	}
	return all
}

// keys yields the keys of both maps, without duplicates.
func keys(a, b map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range a {
			if !yield(k) {
				return
			}
		}
		for k := range b {
			if _, both := a[k]; !both && !yield(k) {
				return
			}
		}
	}
}
