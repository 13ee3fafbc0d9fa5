package hits

import (
	_ "embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
)

// Unknown is the vendor of a request that looks like measurement but isn't for a known
// vendor.
const Unknown = "unknown"

//go:embed unknown.yaml
var unknownFile []byte

// signs are the criteria for what looks like measurement. The keys are documented in
// unknown.yaml.
type signs struct {
	Path  pattern            `yaml:"path"`
	Not   []endpoint         `yaml:"not"`
	Kinds map[string]pattern `yaml:"kinds"`
	Event []wording          `yaml:"event"`
	Rules []rule             `yaml:"rules"`
}

// rule is one way in which a request looks like measurement.
type rule struct {
	Types []string `yaml:"types"`
	Path  bool     `yaml:"path"`
	Needs []string `yaml:"needs"`
	Any   []string `yaml:"any"`
	Kinds int      `yaml:"kinds"`
}

var unknown = sync.OnceValue(func() *signs {
	s := new(signs)
	if err := yaml.Load(unknownFile, s, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("hits/unknown.yaml: %v", err)) // covered by a test
	}
	return s
})

// excludes reports whether requests to u are known to be something else. A request to a
// vendor's host that isn't a hit is one that the vendor's script needs.
func (s *signs) excludes(u *url.URL) bool {
	v := vendor{Requests: s.Not}
	return v.matches(u) != nil ||
		slices.ContainsFunc(vendorHosts(), func(host string) bool { return below(u.Hostname(), host) })
}

var vendorHosts = sync.OnceValue(func() []string {
	var hosts []string
	for _, v := range vendors() {
		for _, e := range v.Requests {
			hosts = append(hosts, e.Hosts...)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
})

// concerns reports whether a request may look like measurement, without using its body.
func (s *signs) concerns(r Request, u *url.URL) bool {
	if s.excludes(u) {
		return false
	}
	path := s.Path.MatchString(u.Path)
	query := object{}
	query.parse(u.RawQuery, "&")
	kinds := s.kinds(query)
	for _, rule := range s.Rules {
		if rule.matches(r.Type, path, kinds) {
			return true
		}
		if hasBody := r.Type == "Ping" || strings.EqualFold(r.Method, "post"); hasBody && rule.covers(r.Type) && (path || !rule.Path) {
			return true
		}
	}
	return false
}

// decode returns a hit if the request looks like measurement. Its ID is the URL.
func (s *signs) decode(r Request, u *url.URL) []*datalayer.Hit {
	if s.excludes(u) {
		return nil
	}
	path := s.Path.MatchString(u.Path)
	if !slices.ContainsFunc(s.Rules, func(rule rule) bool { return rule.covers(r.Type) && (path || !rule.Path) }) {
		return nil
	}
	v := &vendor{Vendor: Unknown, Event: s.Event}
	common := object{}
	common.parse(u.RawQuery, "&")
	var kinds []string
	for _, o := range v.split(common, r.Body) {
		kinds = append(kinds, s.kinds(o)...)
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	if !slices.ContainsFunc(s.Rules, func(rule rule) bool { return rule.matches(r.Type, path, kinds) }) {
		return nil
	}
	found := v.decode(r, u, nil)
	for _, hit := range found {
		hit.ID = cut(u.Host+u.Path, longestWord)
	}
	return found
}

// kinds returns the kinds of parameters in an object and in nested objects.
func (s *signs) kinds(o object) []string {
	var found []string
	seen := 0
	var walk func(v datalayer.Value, depth int)
	walk = func(v datalayer.Value, depth int) {
		for _, f := range v.Fields {
			if seen++; seen > mostFields {
				return
			}
			for kind, names := range s.Kinds {
				if !slices.Contains(found, kind) && filled(f.Value) && names.MatchString(strings.ToLower(f.Name)) {
					found = append(found, kind)
				}
			}
			if depth > 0 {
				walk(f.Value, depth-1)
			}
		}
		for _, item := range v.Items[:min(len(v.Items), 5)] {
			if depth > 0 {
				walk(item, depth-1)
			}
		}
	}
	walk(datalayer.Value{Kind: datalayer.Object, Fields: o.fields}, 3)
	slices.Sort(found)
	return found
}

// filled reports whether a parameter has a non-empty value.
func filled(v datalayer.Value) bool {
	switch v.Kind {
	case datalayer.Object, datalayer.Array:
		return len(v.Fields)+len(v.Items) > 0
	default:
		return v.Text != ""
	}
}

func (r rule) covers(kind string) bool { return slices.Contains(r.Types, kind) }

func (r rule) matches(kind string, path bool, kinds []string) bool {
	if !r.covers(kind) || r.Path && !path || len(kinds) < r.Kinds {
		return false
	}
	for _, need := range r.Needs {
		if !slices.Contains(kinds, need) {
			return false
		}
	}
	return r.Any == nil || slices.ContainsFunc(r.Any, func(one string) bool { return slices.Contains(kinds, one) })
}
