// Package names describes in plain words what a hit contains: the name of each
// parameter, its group, and what its value means. The parameters of vendors are defined
// in names.yaml only. It reads hits as they are recorded.
package names

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
)

//go:embed names.yaml
var namesFile []byte

// Kind is a group of parameters. The zero value is the event itself.
type Kind int

// The kinds of groups, in the order in which they are shown.
const (
	Event Kind = iota
	Items
	User
	Consent
	Page
	Session
	Device
	Protocol // technical parameters of the vendor's script: shown folded
)

var kinds = []string{"event", "items", "user", "consent", "page", "session", "device", "protocol"}

var titles = []string{"Event parameters", "Items", "User properties", "Consent", "Page", "Session", "Device", "Protocol"}

// String returns the title of the group.
func (k Kind) String() string { return titles[k] }

// Group is the parameters of one kind.
type Group struct {
	Kind Kind
	Rows []Row   // nil for Items
	Item [][]Row // only for Items: the rows of each item
}

// Row is one parameter.
type Row struct {
	Wire  string // as sent; a path if it is in an object
	Name  string // a descriptive name; Wire if there is none
	Value datalayer.Value
	Words string // what the value means; empty if that is obvious or not known
}

// maxRows bounds the rows of a hit.
const maxRows = 1000

// Describe returns what a hit contains, as groups in the order in which they are shown.
// Groups without parameters are left out, as is anything that can't be read.
func Describe(hit *datalayer.Hit) []Group {
	params, err := datalayer.Decode(hit.Params)
	if err != nil || len(params.Fields) == 0 {
		return nil
	}
	d := description{vendor: vendorOf(hit.Vendor)}
	for _, f := range params.Fields {
		d.add(f.Name, f.Value)
	}
	var groups []Group
	for kind := Event; kind <= Protocol; kind++ {
		if g := d.groups[kind]; len(g.Rows)+len(g.Item) > 0 {
			g.Kind = kind
			groups = append(groups, g)
		}
	}
	return groups
}

// Note returns a remark that applies to all hits of a vendor; empty if there is none.
func Note(vendor string) string { return vendorOf(vendor).Note }

type vendor struct {
	Vendors  []string                     `yaml:"vendors"`
	Docs     []string                     `yaml:"docs"`
	Note     string                       `yaml:"note"`
	Event    map[string]string            `yaml:"event"`
	User     map[string]string            `yaml:"user"`
	Consent  map[string]string            `yaml:"consent"`
	Page     map[string]string            `yaml:"page"`
	Session  map[string]string            `yaml:"session"`
	Device   map[string]string            `yaml:"device"`
	Protocol map[string]string            `yaml:"protocol"`
	Patterns []naming                     `yaml:"patterns"`
	Rest     group                        `yaml:"rest"`
	Items    items                        `yaml:"items"`
	Words    map[string]map[string]string `yaml:"words"`
	Letters  map[string]map[string]string `yaml:"letters"`
	Codes    []code                       `yaml:"codes"`
}

// naming names the parameters that match an expression.
type naming struct {
	Like  expression `yaml:"like"`
	Name  string     `yaml:"name"`
	Group group      `yaml:"group"`
}

type items struct {
	From       []string          `yaml:"from"`
	Parameters expression        `yaml:"parameters"`
	Fields     map[string]string `yaml:"fields"`
	Columns    []string          `yaml:"columns"`
}

// code is a value with several meanings.
type code struct {
	Parameter string            `yaml:"parameter"`
	Like      expression        `yaml:"like"`
	Parts     []string          `yaml:"parts"`
	Words     map[string]string `yaml:"words"`
}

type expression struct{ *regexp.Regexp }

func (e *expression) UnmarshalYAML(n *yaml.Node) error {
	re, err := regexp.Compile(n.Value)
	e.Regexp = re
	return err
}

type group struct{ Kind }

func (g *group) UnmarshalYAML(n *yaml.Node) error {
	i := slices.Index(kinds, n.Value)
	if i < 0 {
		return fmt.Errorf("line %d: there is no group %q", n.Line, n.Value)
	}
	g.Kind = Kind(i)
	return nil
}

var vendors = sync.OnceValue(func() []*vendor {
	var all []*vendor
	if err := yaml.Load(namesFile, &all, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("hits/names/names.yaml: %v", err)) // covered by a test
	}
	return all
})

// vendorOf returns the definition of a vendor's parameters; empty for most vendors.
func vendorOf(name string) *vendor {
	for _, v := range vendors() {
		if slices.Contains(v.Vendors, name) {
			return v
		}
	}
	return new(vendor)
}

// name returns the name and kind of a parameter.
func (v *vendor) name(wire string) (string, Kind, bool) {
	for i, names := range []map[string]string{v.Event, nil, v.User, v.Consent, v.Page, v.Session, v.Device, v.Protocol} {
		if name, ok := names[wire]; ok {
			return name, Kind(i), true
		}
	}
	for _, p := range v.Patterns {
		if m := p.Like.FindStringSubmatch(wire); m != nil {
			return strings.ReplaceAll(p.Name, "{1}", m[1]), p.Group.Kind, true
		}
	}
	return wire, v.Rest.Kind, false
}

// words returns what a value means.
func (v *vendor) words(wire, text string) string {
	if all, ok := v.Words[wire][text]; ok {
		return all
	}
	letters := v.Letters[wire]
	if letters == nil {
		return ""
	}
	var all []string
	for _, letter := range text {
		word, ok := letters[string(letter)]
		if !ok {
			return ""
		}
		all = append(all, word)
	}
	return strings.Join(all, ", ")
}
