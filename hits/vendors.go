package hits

import (
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed vendors.yaml
var vendorsFile []byte

// vendor is how a vendor's requests are read. vendors.yaml says what the keys mean.
type vendor struct {
	Vendor   string                       `yaml:"vendor"`
	Requests []endpoint                   `yaml:"requests"`
	Needs    condition                    `yaml:"needs"`
	Expand   map[string]string            `yaml:"expand"`
	Pairs    bool                         `yaml:"pairs"`
	Batch    batch                        `yaml:"batch"`
	ID       []wording                    `yaml:"id"`
	Event    []wording                    `yaml:"event"`
	Key      []condition                  `yaml:"key"`
	Debug    []condition                  `yaml:"debug"`
	Consent  map[string]map[string]string `yaml:"consent"`
}

type endpoint struct {
	Hosts []string `yaml:"hosts"`
	Path  pattern  `yaml:"path"`
}

type batch struct {
	Lines      bool    `yaml:"lines"`
	Items      string  `yaml:"items"`
	Parameters pattern `yaml:"parameters"`
}

// condition holds where each of the parameters is there and matches.
type condition map[string]pattern

// wording is a text with the names of parameters in braces.
type wording struct {
	When condition `yaml:"when"`
	Is   string    `yaml:"is"`
}

// UnmarshalYAML reads a text alone as well.
func (w *wording) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&w.Is)
	}
	type plain wording
	return n.Decode((*plain)(w))
}

type pattern struct{ *regexp.Regexp }

func (p *pattern) UnmarshalYAML(n *yaml.Node) error {
	re, err := regexp.Compile(n.Value)
	p.Regexp = re
	return err
}

var vendors = sync.OnceValue(func() []*vendor {
	var all []*vendor
	if err := yaml.Load(vendorsFile, &all, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("hits/vendors.yaml: %v", err)) // a test reads it
	}
	return all
})

// takes returns the named parts of the path where a request to u may be the
// vendor's, and nil where it is not.
func (v *vendor) takes(u *url.URL) map[string]string {
	for _, e := range v.Requests {
		if e.Hosts != nil && !slices.ContainsFunc(e.Hosts, func(host string) bool { return below(u.Hostname(), host) }) {
			continue
		}
		match := e.Path.FindStringSubmatch(u.Path)
		if match == nil {
			continue
		}
		groups := map[string]string{}
		for i, name := range e.Path.SubexpNames() {
			if name != "" {
				groups["path."+name] = match[i]
			}
		}
		return groups
	}
	return nil
}

// below reports whether a host is the domain or one below it.
func below(host, domain string) bool {
	rest, ok := strings.CutSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), domain)
	return ok && (rest == "" || strings.HasSuffix(rest, "."))
}

// source is where a hit's own words are taken from.
type source struct {
	object
	groups map[string]string
}

// text returns what a parameter says; empty where it is not there.
func (s source) text(name string) string {
	if text, ok := s.groups[name]; ok {
		return text
	}
	v, _ := s.find(name)
	return v.Text
}

func (s source) fits(c condition) bool {
	for name, pattern := range c {
		if !pattern.MatchString(s.text(name)) {
			return false
		}
	}
	return true
}

func (s source) fitsAny(conditions []condition) bool { return slices.ContainsFunc(conditions, s.fits) }

// longestWord bounds an id and an event's name, which stand in lists.
const longestWord = 256

var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// first returns the first of the wordings for which everything is there.
func (s source) first(wordings []wording) string {
	for _, w := range wordings {
		whole := s.fits(w.When)
		text := placeholder.ReplaceAllStringFunc(w.Is, func(name string) string {
			value := s.text(strings.Trim(name, "{}"))
			whole = whole && value != ""
			return value
		})
		if whole {
			return cut(text, longestWord)
		}
	}
	return ""
}

func (s source) consent(words map[string]map[string]string) string {
	for name, by := range words {
		if said := by[s.text(name)]; said != "" {
			return said
		}
	}
	return ""
}
