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

// vendor describes how to read a vendor's requests. The keys are documented in
// vendors.yaml.
type vendor struct {
	Vendor   string                       `yaml:"vendor"`
	Docs     []string                     `yaml:"docs"`
	Requests []endpoint                   `yaml:"requests"`
	Needs    condition                    `yaml:"needs"`
	Expand   map[string]string            `yaml:"expand"`
	Pairs    bool                         `yaml:"pairs"`
	Body     string                       `yaml:"body"`
	Once     []string                     `yaml:"once"`
	Without  []string                     `yaml:"without"`
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
	Lines      bool     `yaml:"lines"`
	Items      []string `yaml:"items"`
	Parameters pattern  `yaml:"parameters"`
}

// condition is met if all of its parameters exist and match.
type condition map[string]pattern

// wording is a text that contains the names of parameters in braces.
type wording struct {
	When condition
	Is   []part
}

// part is a part of a wording: text, or a parameter's value. If there is a pattern,
// only the text matched by its group is used.
type part struct {
	text    string
	name    string
	pattern *regexp.Regexp
}

var placeholder = regexp.MustCompile(`\{([^{}~]+)(?:~([^{}]+))?\}`)

// UnmarshalYAML reads a mapping, or only the text.
func (w *wording) UnmarshalYAML(n *yaml.Node) error {
	var written struct {
		When condition `yaml:"when"`
		Is   string    `yaml:"is"`
	}
	if n.Kind == yaml.ScalarNode {
		written.Is = n.Value
	} else if err := n.Decode(&written); err != nil {
		return err
	}
	w.When = written.When
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(written.Is, -1) {
		p := part{text: written.Is[at:m[0]], name: written.Is[m[2]:m[3]]}
		if m[4] >= 0 {
			re, err := regexp.Compile(written.Is[m[4]:m[5]])
			if err != nil {
				return err
			}
			p.pattern = re
		}
		w.Is, at = append(w.Is, p), m[1]
	}
	if at < len(written.Is) {
		w.Is = append(w.Is, part{text: written.Is[at:]})
	}
	return nil
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
		panic(fmt.Sprintf("hits/vendors.yaml: %v", err)) // covered by a test
	}
	return all
})

// takes returns the named groups of the path if a request to u may be the vendor's, and
// nil if not.
func (v *vendor) matches(u *url.URL) map[string]string {
	for _, e := range v.Requests {
		if e.Hosts != nil && !slices.ContainsFunc(e.Hosts, func(host string) bool { return below(u.Hostname(), host) }) {
			continue
		}
		if groups := e.groups(u.Path); groups != nil {
			return groups
		}
	}
	return nil
}

// takesPath is like takes, but for the path on any host.
func (v *vendor) takesPath(path string) map[string]string {
	for _, e := range v.Requests {
		if groups := e.groups(path); groups != nil {
			return groups
		}
	}
	return nil
}

// groups returns the named groups of a path, and nil if the path doesn't match.
func (e *endpoint) groups(path string) map[string]string {
	match := e.Path.FindStringSubmatch(path)
	if match == nil {
		return nil
	}
	groups := map[string]string{}
	for i, name := range e.Path.SubexpNames() {
		if name != "" {
			groups["path."+name] = match[i]
		}
	}
	return groups
}

// below reports whether a host is the domain or one of its subdomains.
func below(host, domain string) bool {
	rest, ok := strings.CutSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), domain)
	return ok && (rest == "" || strings.HasSuffix(rest, "."))
}

// source is what a hit's texts are composed from.
type source struct {
	object
	groups map[string]string
}

// text returns the value of a parameter; empty if there is none.
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

// longestWord bounds the length of an ID and an event name, which are shown in lists.
const longestWord = 256

// first returns the first wording whose parameters all exist.
func (s source) first(wordings []wording) string {
	for _, w := range wordings {
		if !s.fits(w.When) {
			continue
		}
		if text, whole := s.format(w.Is); whole {
			return cut(text, longestWord)
		}
	}
	return ""
}

// format returns the text of a wording, and false if a parameter is missing.
func (s source) format(parts []part) (string, bool) {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
		if p.name == "" {
			continue
		}
		value := s.text(p.name)
		if p.pattern != nil {
			value = submatch(p.pattern, value)
		}
		if value == "" {
			return "", false
		}
		b.WriteString(value)
	}
	return b.String(), true
}

func submatch(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); len(m) > 1 {
		return m[1]
	}
	return ""
}

func (s source) consent(words map[string]map[string]string) string {
	for name, by := range words {
		if word := by[s.text(name)]; word != "" {
			return word
		}
	}
	return ""
}
