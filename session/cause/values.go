package cause

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
)

// googleHost matches Google's own hosts, which Google Analytics may use in turn.
var googleHost = regexp.MustCompile(`(^|\.)(google-analytics\.com|doubleclick\.net|google\.[a-z.]+)(:\d+)?$`)

// hit is a hit with the data for finding its cause.
type hit struct {
	*datalayer.Hit
	request request
	values  map[string]string
}

func newHit(from *datalayer.Hit) *hit {
	h := &hit{Hit: from, values: map[string]string{}}
	h.request = request{from.Vendor, from.ID, from.Event, ""}
	u, err := url.Parse(from.URL)
	switch {
	case err != nil:
	case from.Vendor != "ga4":
		h.request.path = u.Host + u.Path
	case !googleHost.MatchString(u.Host): // each event can be sent to Google and to the site's own server
		h.request.path = u.Host
	}
	params, err := datalayer.Decode(from.Params)
	if err != nil {
		return h
	}
	for _, f := range params.Fields {
		if name := h.plainName(f.Name); name != "" && len(h.values) < maxValues {
			if text, ok := scalar(f.Value); ok {
				h.values[name] = text
			}
		}
	}
	return h
}

// account returns the recipient of the hit.
func (h *hit) account() account {
	to := account{h.Vendor, h.ID, ""}
	if h.Vendor == "ga4" {
		to.server = h.request.path
	}
	return to
}

// maxValues bounds the compared values of a hit or a message.
const maxValues = 200

// plainName returns the name of a parameter in a data layer, if it may be in one.
// Google Analytics sends its own parameters without a prefix, and those of events with
// one.
func (h *hit) plainName(wire string) string {
	if h.Vendor == "ga4" {
		for _, prefix := range [...]string{"ep.", "epn."} {
			if name, ok := strings.CutPrefix(wire, prefix); ok {
				return name
			}
		}
		if wire == "cu" {
			return "currency"
		}
		return ""
	}
	if _, inner, ok := strings.Cut(wire, "["); ok { // cd[value]
		return strings.TrimSuffix(inner, "]")
	}
	return wire[strings.LastIndexByte(wire, '.')+1:]
}

// scalar returns the text of a value that is neither an object nor a list.
func scalar(v datalayer.Value) (string, bool) {
	switch v.Kind {
	case datalayer.String, datalayer.Number, datalayer.Bool:
		return v.AsString()
	}
	return "", false
}

// values maps names to the values in a message, by the last part of their path. A name
// may have several values.
type values map[string][]string

const maxDepth = 6

// replace replaces values by others of the same names.
func (vs values) replace(others values) {
	for name, texts := range others {
		vs[name] = texts
	}
}

// configured returns the event parameters of the message's tags that send a hit.
func (c *candidate) configured(h *hit) values {
	all := values{}
	for i := range c.tags {
		if !c.tags[i].sends(h) {
			continue
		}
		for _, v := range c.tags[i].Sends {
			if name, ok := strings.CutPrefix(v.Name, "Event Parameters."); ok {
				all[name] = append(all[name], v.Text)
			}
		}
	}
	return all
}

func (vs values) add(name string, v datalayer.Value, depth int) {
	if text, ok := scalar(v); ok {
		if name != "" && len(vs) < maxValues && !slices.Contains(vs[name], text) {
			vs[name] = append(vs[name], text)
		}
		return
	}
	if depth == maxDepth {
		return
	}
	for _, f := range v.Fields {
		vs.add(f.Name, f.Value, depth+1)
	}
	for i := range v.Items[:min(len(v.Items), maxValues)] {
		vs.add("", v.Items[i], depth+1)
	}
}

// agreement returns the number of values of a hit that the message, or the tag that
// sends it, has under the same name, minus the number of those that differ.
func (c *candidate) agreement(h *hit) int {
	if len(h.values) == 0 {
		return 0
	}
	all := values{}
	all.add("", c.push.Value(), 0)
	all.replace(c.configured(h))
	score := 0
	for name, text := range h.values {
		have := all[name]
		switch {
		case slices.ContainsFunc(have, func(other string) bool { return equal(text, other) }):
			score++
		case len(have) > 0:
			score--
		}
	}
	return score
}

// equal reports whether two texts are equal; numbers are compared by value.
func equal(a, b string) bool {
	if a == b {
		return true
	}
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	return err == nil && x == y
}

// initial reports whether a vendor sends the hit when its script starts, without being
// given its name.
func (h *hit) initial() bool {
	if name, ok := known().Initial[h.Vendor]; ok {
		return h.Event == name
	}
	return h.Event == "" || h.Event == "page view"
}

// automatic reports whether a vendor may send the hit without being given its name.
func (h *hit) automatic() bool {
	return h.initial() || slices.Contains(known().Automatic[h.Vendor], h.Event)
}
