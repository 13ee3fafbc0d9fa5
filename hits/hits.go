// Package hits reads the requests that analytics and advertising platforms are sent:
// which vendor each one goes to, and what it carries.
//
// What it knows of a vendor is in vendors.yaml; adding a vendor takes no Go. A request
// that looks like measurement and goes to none of them is a hit of the vendor
// [Unknown]; unknown.yaml says what looks like measurement.
package hits

import (
	"net/url"
	"slices"
	"strings"

	"layertap/datalayer"
)

// Request is a request as it left the browser. Nothing in it is trusted.
type Request struct {
	Method string
	URL    string
	Body   []byte
	// Type is the browser's resource type, in the words of the DevTools protocol:
	// "Ping" for sendBeacon, "Image", "Fetch", "XHR". It is empty if it isn't known.
	Type string
}

// Bounds of what is read of a request. No vendor's own come near them.
const (
	longestURL  = 1 << 16
	longestBody = 1 << 20
	longest     = 8 << 20 // of everything that the hits of one request hold
	mostHits    = 200     // of a request
	mostFields  = 500     // of a hit, and of an object in a parameter
)

// Reader reads the requests of one capture. It remembers what it needs to count an
// event once that a vendor's script sends to two of its hosts. The zero value is ready
// to use. A Reader is not safe for concurrent use.
type Reader struct {
	endpoints []Endpoint
	copies    copies
}

// NewReader returns a reader that also takes requests to the given endpoints as hits
// of their vendors.
func NewReader(endpoints []Endpoint) *Reader { return &Reader{endpoints: endpoints} }

// Concerns reports whether a request may carry hits, so that its body is worth asking
// for. It does not look at the body.
func (r *Reader) Concerns(request Request) bool {
	u, ok := parse(request.URL)
	if !ok {
		return false
	}
	return slices.ContainsFunc(r.endpoints, func(e Endpoint) bool { return e.takes(u) }) ||
		slices.ContainsFunc(vendors(), func(v *vendor) bool { return v.takes(u) != nil }) ||
		unknown().concerns(request, u)
}

// Decode returns the hits that a request carries, in their order; nil for none, and for
// one that only repeats another. They say what was sent and not what became of it.
// A request must be decoded once.
func (r *Reader) Decode(request Request) []*datalayer.Hit {
	u, ok := parse(request.URL)
	if !ok {
		return nil
	}
	for _, e := range r.endpoints {
		if e.takes(u) {
			return e.decode(request, u)
		}
	}
	for _, v := range vendors() {
		if groups := v.takes(u); groups != nil {
			if found := v.decode(request, u, groups); found != nil {
				return r.copies.without(v, u, found)
			}
		}
	}
	return unknown().decode(request, u)
}

func parse(address string) (*url.URL, bool) {
	if len(address) > longestURL || !strings.HasPrefix(address, "http") {
		return nil, false
	}
	u, err := url.Parse(address)
	return u, err == nil && u.Host != ""
}

// pairsOf returns the pairs in the last part of a path, without a name before them.
func pairsOf(path string) string {
	pairs := path[strings.LastIndex(path, "/")+1:]
	if name, rest, _ := strings.Cut(pairs, ";"); !strings.Contains(name, "=") {
		return rest
	}
	return pairs
}

// decode reads a request to the vendor. It returns nil if the request carries no hit.
func (v *vendor) decode(r Request, u *url.URL, groups map[string]string) []*datalayer.Hit {
	common := object{}
	if v.Pairs {
		common.parse(pairsOf(u.EscapedPath()), ";")
	}
	common.parse(u.RawQuery, "&")
	var found []*datalayer.Hit
	size := 0
	for _, o := range v.split(common, r.Body) {
		o.expand(v.Expand)
		from := source{o, groups}
		if !from.fits(v.Needs) {
			continue
		}
		hit := &datalayer.Hit{
			Vendor: v.Vendor, ID: from.first(v.ID), Event: from.first(v.Event),
			Params: o.without(v.Without).encode(), Method: r.Method, URL: r.URL,
			KeyEvent: from.fitsAny(v.Key), Debug: from.fitsAny(v.Debug), Consent: from.consent(v.Consent),
		}
		if size += len(hit.Params) + len(hit.URL); size > longest {
			break
		}
		found = append(found, hit)
	}
	if len(found) > 1 {
		for i, hit := range found {
			hit.Batch.Index, hit.Batch.Of = i, len(found)
		}
	}
	return found
}
