// Package hits reads requests to analytics and advertising platforms: the vendor of
// each, and what it sends.
//
// Vendors are defined in vendors.yaml; adding one takes no Go code. A request that
// looks like measurement but isn't for one of them is a hit of the vendor [Unknown];
// the criteria are in unknown.yaml.
package hits

import (
	"net/url"
	"slices"
	"strings"

	"layertap/datalayer"
)

// Request is a request sent by the browser. Its contents are untrusted.
type Request struct {
	Method string
	URL    string
	Body   []byte
	// Type is the resource type as in the DevTools protocol: "Ping" for sendBeacon,
	// "Image", "Fetch", "XHR". It is empty if it isn't known.
	Type string
}

// Bounds of what is read of a request. Requests of real vendors are far below.
const (
	longestURL  = 1 << 16
	longestBody = 1 << 20
	longest     = 8 << 20 // of all hits of one request
	mostHits    = 200     // per request
	mostFields  = 500     // per hit, and per object in a parameter
)

// Reader reads the requests of one capture. It keeps what it needs to count an event
// only once if a vendor's script sends it to two hosts. The zero value is ready to use.
// A Reader is not safe for concurrent use.
type Reader struct {
	endpoints []Endpoint
	copies    copies
}

// NewReader returns a reader that also treats requests to the given endpoints as hits
// of their vendors.
func NewReader(endpoints []Endpoint) *Reader { return &Reader{endpoints: endpoints} }

// Concerns reports whether a request may contain hits, so that its body is needed. It
// doesn't use the body.
func (r *Reader) Concerns(request Request) bool {
	u, ok := parse(request.URL)
	if !ok {
		return false
	}
	return slices.ContainsFunc(r.endpoints, func(e Endpoint) bool { return e.matches(u) }) ||
		slices.ContainsFunc(vendors(), func(v *vendor) bool { return v.matches(u) != nil }) ||
		unknown().concerns(request, u)
}

// Decode returns the hits in a request, in their order; nil if there are none, or if
// the request repeats another one. They describe what was sent, not the response. Call
// it once per request.
func (r *Reader) Decode(request Request) []*datalayer.Hit {
	u, ok := parse(request.URL)
	if !ok {
		return nil
	}
	for _, e := range r.endpoints {
		if e.matches(u) {
			return e.decode(request, u)
		}
	}
	for _, v := range vendors() {
		if groups := v.matches(u); groups != nil {
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

// pairsOf returns the pairs in the last segment of a path, without a name in front of
// them.
func pairsOf(path string) string {
	pairs := path[strings.LastIndex(path, "/")+1:]
	if name, rest, _ := strings.Cut(pairs, ";"); !strings.Contains(name, "=") {
		return rest
	}
	return pairs
}

// decode reads a request to the vendor. It returns nil if the request contains no hit.
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
