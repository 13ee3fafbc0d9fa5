package cause

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed tags.yaml
var tagsFile []byte

// tagType is a type of tag in tags.yaml.
type tagType struct {
	Type   string   `yaml:"type"`
	Vendor string   `yaml:"vendor"`
	Event  string   `yaml:"event"`  // the name of the parameter that contains the event's name
	Events []string `yaml:"events"` // names that it always sends
	// Silent are the values with which it doesn't send those.
	Silent map[string]string `yaml:"silent"`
	// Equal are the parameters of a hit that have the value of a setting.
	Equal map[string]string `yaml:"equal"`
}

// signature identifies by a tag's text that it sends to a vendor.
type signature struct {
	Vendor string   `yaml:"vendor"`
	Texts  []string `yaml:"texts"`
}

type knowledge struct {
	Types      []tagType           `yaml:"types"`
	Signatures []signature         `yaml:"signatures"`
	Initial    map[string]string   `yaml:"initial"`
	Automatic  map[string][]string `yaml:"automatic"`
	Consent    []string            `yaml:"consent"`
}

var known = sync.OnceValue(func() *knowledge {
	k := new(knowledge)
	if err := yaml.Load(tagsFile, k, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("session/cause/tags.yaml: %v", err)) // covered by a test
	}
	return k
})

// sends reports whether a tag can have sent a hit. Unresolved parameters may have any
// value.
func (t *Tag) sends(h *hit) bool {
	if i := slices.IndexFunc(known().Types, func(k tagType) bool { return k.Type == t.Type && k.Vendor == h.Vendor }); i >= 0 {
		return t.sendsAs(&known().Types[i], h)
	}
	if slices.ContainsFunc(known().Types, func(k tagType) bool { return k.Type == t.Type }) {
		return false // of a different vendor
	}
	if !t.mentions(h.ID) && !t.signs(h.Vendor) {
		return false
	}
	return h.initial() || t.mentions(strings.TrimPrefix(h.Event, "conversion ")) // LinkedIn's have only numbers
}

// mayHaveSent reports whether a tag may have sent the hit because of what isn't known
// of it.
func (t *Tag) mayHaveSent(h *hit) bool {
	vendor := ""
	if i := slices.IndexFunc(known().Types, func(k tagType) bool { return k.Type == t.Type }); i >= 0 {
		vendor = known().Types[i].Vendor
	}
	return (vendor == h.Vendor || vendor == "" && !inOrder(h)) && (t.Partly || vendor == "")
}

// sendsAs reports whether a tag of a known type sends the hit.
func (t *Tag) sendsAs(k *tagType, h *hit) bool {
	if id := t.account(h); id != "" && !strings.EqualFold(id, h.ID) {
		return false
	}
	for name, parameter := range k.Equal {
		set, known := t.value(name)
		if sent, ok := h.values[parameter]; ok && known && set != "" && sent != set {
			return false
		}
	}
	if slices.Contains(k.Events, h.Event) {
		return !t.isSilent(k)
	}
	if k.Event == "" {
		return k.Events == nil
	}
	event, ok := t.value(k.Event)
	return ok && event == h.Event
}

// isSilent reports whether a tag is set up not to send what its type always sends.
func (t *Tag) isSilent(k *tagType) bool {
	for name, silent := range k.Silent {
		if value, ok := t.value(name); ok && value == silent {
			return true
		}
	}
	return false
}

// account returns the account of one of Google's tags, if it is set.
func (t *Tag) account(h *hit) string {
	prefix, _, ok := strings.Cut(h.ID, "-")
	if !ok {
		return ""
	}
	for _, name := range [...]string{"Measurement ID", "Tag ID", "Conversion ID", "Advertiser ID"} {
		id, ok := t.value(name)
		switch {
		case !ok || id == "":
		case strings.HasPrefix(id, prefix+"-"):
			return id
		case (prefix == "AW" || prefix == "DC") && !strings.Contains(id, "-"):
			return prefix + "-" + id
		}
	}
	return ""
}

func (t *Tag) value(name string) (string, bool) {
	for i := range t.Sends {
		if t.Sends[i].Name == name {
			return t.Sends[i].Text, true
		}
	}
	return "", false
}

// mentions reports whether the tag's configuration contains a word.
func (t *Tag) mentions(word string) bool {
	return len(word) > 2 && slices.ContainsFunc(t.Sends, func(v Value) bool { return strings.Contains(v.Text, word) })
}

// signs reports whether the tag's text calls a vendor's functions.
func (t *Tag) signs(vendor string) bool {
	for _, s := range known().Signatures {
		if s.Vendor == vendor && slices.ContainsFunc(s.Texts, t.mentions) {
			return true
		}
	}
	return false
}
