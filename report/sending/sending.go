// Package sending compares what a tag should send at a message with what its hit has, and a
// message with its hit.
package sending

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

//go:embed tags.yaml
var tagsFile []byte

// tagType describes how the settings of a type of tag are sent; see tags.yaml.
type tagType struct {
	Type       string            `yaml:"type"`
	Vendor     string            `yaml:"vendor"`
	Parameters []string          `yaml:"parameters"`
	Wire       []string          `yaml:"wire"`
	Named      map[string]string `yaml:"named"`
	Settings   map[string]string `yaml:"settings"`
	Items      map[string]string `yaml:"items"`
}

var tagTypes = sync.OnceValue(func() []tagType {
	var all []tagType
	if err := yaml.Load(tagsFile, &all, yaml.WithKnownFields()); err != nil {
		panic("report/sending/tags.yaml: " + err.Error()) // a test reads it
	}
	return all
})

// The results for a parameter.
const (
	Same    = "same"
	Differs = "differs"
	Missing = "not sent"
	Added   = "added"   // sent, but not by this tag's settings
	Unknown = "unknown" // the expected value isn't known
)

// Parameter is a parameter that a tag should send, or that its hit has.
type Parameter struct {
	Name           string
	Expected, Sent string // empty if there is none
	Verdict        string
	Reason         string // why Expected isn't known
}

// Comparison compares a hit with its tag and its message.
type Comparison struct {
	Parameters []Parameter
	// NotSent are the message's parameters that the hit doesn't have, and NotPushed the
	// hit's parameters that the message doesn't have.
	NotSent, NotPushed []string
}

// Of compares a hit of a session. It returns false if the message that caused the hit isn't
// certain, or the vendor's format isn't known.
func Of(s session.Snapshot, hit *datalayer.Hit) (Comparison, bool) {
	at := slices.IndexFunc(tagTypes(), func(t tagType) bool { return t.Vendor == hit.Vendor })
	if hit.Cause == nil || hit.Cause.Strength == "weak" || at < 0 {
		return Comparison{}, false
	}
	i := s.Find(hit.Cause.Push)
	if i < 0 {
		return Comparison{}, false
	}
	push, ok := s.Entry(i).(*datalayer.Push)
	params, err := datalayer.Decode(hit.Params)
	if !ok || err != nil {
		return Comparison{}, false
	}
	kind := &tagTypes()[at]
	sent := kind.sent(params.Fields)
	var c Comparison
	c.messages(kind, push.Read(), sent)
	if why, ok := s.Explain(i); ok {
		for _, v := range why.Tags {
			if v.Tag.Name == hit.Cause.Tag && v.Tag.Type == kind.Type && v.Fires != gtm.No {
				c.Parameters = append(kind.compare(v.Sends, sent), kind.compareItems(v.Sends, hit)...)
				break
			}
		}
	}
	return c, true
}

// sent returns the parameters of a hit, by their names in the tag's settings.
func (k *tagType) sent(fields []datalayer.Field) map[string]string {
	all := map[string]string{}
	for _, f := range fields {
		for _, prefix := range k.Wire {
			if name, ok := strings.CutPrefix(f.Name, prefix); ok {
				all[name] = f.Value.Text
			}
		}
		for _, names := range []map[string]string{k.Named, k.Settings} {
			for name, wire := range names {
				if wire == f.Name {
					all[name] = f.Value.Text
				}
			}
		}
	}
	return all
}

// parameter returns the parameter name of a setting, and whether it is sent as one.
func (k *tagType) parameter(setting string) (string, bool) {
	if _, ok := k.Settings[setting]; ok {
		return setting, true
	}
	for _, prefix := range k.Parameters {
		if name, ok := strings.CutPrefix(setting, prefix); ok && name != "items" {
			return name, true
		}
	}
	return "", false
}

// compare compares what a tag should send with what its hit has.
func (k *tagType) compare(sends []gtm.Parameter, sent map[string]string) []Parameter {
	var all []Parameter
	seen := map[string]bool{}
	for _, send := range sends {
		name, ok := k.parameter(send.Name)
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		if p := beside(name, send, sent); p.Verdict != "" {
			all = append(all, p)
		}
	}
	for name, text := range sent {
		if !seen[name] {
			all = append(all, Parameter{Name: name, Sent: text, Verdict: Added})
		}
	}
	slices.SortStableFunc(all, func(a, b Parameter) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func beside(name string, send gtm.Parameter, sent map[string]string) Parameter {
	got, arrived := sent[name]
	p := Parameter{Name: name, Sent: got}
	text, plain := send.Value.AsString()
	switch {
	case !send.Known:
		p.Verdict, p.Reason = Unknown, send.Unknown()
		return p
	case send.Value.Kind == datalayer.Undefined || send.Value.Kind == datalayer.Null || plain && text == "":
		if arrived {
			p.Verdict = Differs
		}
		return p // a setting without a value isn't sent
	case !plain:
		p.Verdict, p.Reason = Unknown, "it is "+rules.Article(send.Value.Kind.String())
		return p
	}
	p.Expected = text
	switch {
	case !arrived:
		p.Verdict = Missing
	case equal(text, got):
		p.Verdict = Same
	default:
		p.Verdict = Differs
	}
	return p
}

// equal reports whether two texts are equal, as strings or as numbers.
func equal(a, b string) bool {
	if a == b {
		return true
	}
	x, err := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err == nil && err2 == nil && x == y
}

// messages compares the parameters of a message with those of its hit.
func (c *Comparison) messages(k *tagType, m datalayer.Message, sent map[string]string) {
	pushed := map[string]bool{}
	add := func(fields []datalayer.Field) {
		for _, f := range fields {
			none := f.Value.Kind == datalayer.Undefined || f.Value.Kind == datalayer.Null
			if !none && !rules.IsOwnKey(f.Name) && f.Name != "event" && f.Name != "items" && f.Name != "ecommerce" && f.Name != "send_to" {
				pushed[f.Name] = true
			}
		}
	}
	add(m.Fields)
	for _, f := range m.Fields {
		if f.Name == "ecommerce" {
			add(f.Value.Fields)
		}
	}
	for name := range pushed {
		if _, ok := sent[name]; !ok {
			c.NotSent = append(c.NotSent, name)
		}
	}
	for name := range sent {
		if _, setting := k.Settings[name]; !setting && !pushed[name] {
			c.NotPushed = append(c.NotPushed, name)
		}
	}
	slices.Sort(c.NotSent)
	slices.Sort(c.NotPushed)
	if len(k.Wire) == 0 {
		c.NotSent = nil // the hit's names differ from those of the message
	}
}
