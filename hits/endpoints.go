package hits

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"layertap/datalayer"
)

// Endpoint is a URL that a site has configured for a vendor: a server-side container, a
// first-party path or a gateway.
type Endpoint struct {
	Host   string // this host only, not its subdomains
	Path   string // this path and those below it
	Vendor string
}

// ParseEndpoint parses an endpoint in the form HOST/PATH=VENDOR. The vendor must be one
// of [Vendors].
func ParseEndpoint(text string) (Endpoint, error) {
	address, vendor, ok := strings.Cut(strings.TrimSpace(text), "=")
	if !ok {
		return Endpoint{}, errors.New("must have the form HOST/PATH=VENDOR, such as metrics.example.com/data=ga4")
	}
	return NewEndpoint(address, vendor)
}

// NewEndpoint returns the endpoint of a vendor at HOST/PATH, which may have a scheme.
func NewEndpoint(address, vendor string) (Endpoint, error) {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	u, err := url.Parse("https://" + rest)
	if err != nil || u.Hostname() == "" || u.RawQuery != "" {
		return Endpoint{}, errors.New("must have the form HOST/PATH, such as metrics.example.com/data")
	}
	if vendor != Unknown && !slices.Contains(Vendors(), vendor) {
		return Endpoint{}, fmt.Errorf("unknown vendor %q; must be one of %s", vendor, strings.Join(Vendors(), ", "))
	}
	return Endpoint{strings.ToLower(u.Hostname()), "/" + strings.Trim(u.Path, "/"), vendor}, nil
}

// Endpoints returns endpoints in alphabetical order. The keys of vendors are in the
// form HOST/PATH.
func Endpoints(vendors map[string]string) ([]Endpoint, error) {
	var all []Endpoint
	for _, address := range slices.Sorted(maps.Keys(vendors)) {
		e, err := NewEndpoint(address, vendors[address])
		if err != nil {
			return nil, fmt.Errorf("invalid endpoint %q: %w", address, err)
		}
		all = append(all, e)
	}
	return all, nil
}

// Vendors returns the names of the vendors that are recognized, in alphabetical order.
func Vendors() []string {
	var names []string
	for _, v := range vendors() {
		names = append(names, v.Vendor)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (e Endpoint) matches(u *url.URL) bool {
	rest, ok := strings.CutPrefix(u.Path, strings.TrimSuffix(e.Path, "/"))
	return ok && (rest == "" || rest[0] == '/') && strings.EqualFold(u.Hostname(), e.Host)
}

// decode reads a request to the endpoint in each of the formats that its vendor uses.
// If none of them fits, the request is a hit without an ID or event.
func (e Endpoint) decode(r Request, u *url.URL) []*datalayer.Hit {
	within := strings.TrimPrefix(u.Path, strings.TrimSuffix(e.Path, "/"))
	for _, v := range vendors() {
		if v.Vendor != e.Vendor {
			continue
		}
		groups := v.takesPath(within)
		if groups == nil {
			groups = v.takesPath(u.Path)
		}
		if groups == nil && v.Needs == nil {
			continue // only the path identifies this kind of request
		}
		if found := v.decode(r, u, groups); found != nil {
			return found
		}
	}
	plain := &vendor{Vendor: e.Vendor}
	return plain.decode(r, u, nil)
}
