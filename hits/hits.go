// Package hits reads the requests that analytics and advertising platforms are sent:
// whose they are, what they tell, and which message of the data layer they came
// from.
//
// What it knows of a vendor stands in vendors.yaml; a vendor more takes no Go. What
// is no vendor's is left alone, and so is what only may be one.
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
}

// Bounds of what is read of a request. No vendor's own come near them.
const (
	longestURL  = 1 << 16
	longestBody = 1 << 20
	longest     = 8 << 20 // of what all hits of a request say
	mostHits    = 200     // of a request
	mostFields  = 500     // of a hit, and in what one parameter holds
)

// Concerns reports whether a request to the address may carry hits, so that its body
// is worth asking for.
func Concerns(address string) bool {
	u, ok := parse(address)
	return ok && slices.ContainsFunc(vendors(), func(v *vendor) bool { return v.takes(u) != nil })
}

// Decode returns the hits that a request carries, in their order; nil for none.
// They say what was sent and nothing of what became of it.
func Decode(r Request) []*datalayer.Hit {
	u, ok := parse(r.URL)
	if !ok {
		return nil
	}
	for _, v := range vendors() {
		if groups := v.takes(u); groups != nil {
			if found := v.decode(r, u, groups); found != nil {
				return found
			}
		}
	}
	return nil
}

func parse(address string) (*url.URL, bool) {
	if len(address) > longestURL || !strings.HasPrefix(address, "http") {
		return nil, false
	}
	u, err := url.Parse(address)
	return u, err == nil && u.Host != ""
}

// decode reads a request to the vendor; nil where it is none after all.
func (v *vendor) decode(r Request, u *url.URL, groups map[string]string) []*datalayer.Hit {
	common := object{}
	if v.Pairs {
		_, pairs, _ := strings.Cut(u.EscapedPath(), ";")
		common.parse(pairs, ";")
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
			Params: o.encode(), Method: r.Method, URL: r.URL,
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
