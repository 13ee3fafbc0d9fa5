package cause

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
)

// hit is a hit with the data for finding its cause.
type hit struct {
	*datalayer.Hit
	request request
	values  map[string]string
}

func newHit(from *datalayer.Hit) *hit {
	h := &hit{Hit: from, values: map[string]string{}}
	h.request = request{from.Vendor, from.ID, from.Event, ""}
	if u, err := url.Parse(from.URL); err == nil && from.Vendor != "ga4" {
		h.request.path = u.Host + u.Path
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

// automaticEvents are sent by Google Analytics by itself
// (https://support.google.com/analytics/answer/9234069).
var automaticEvents = []string{
	"click", "file_download", "first_visit", "form_start", "form_submit", pageView, "scroll", "session_start",
	"user_engagement", "video_complete", "video_progress", "video_start", "view_search_results",
}

// automatic reports whether a vendor sends the hit without being given its name.
func (h *hit) automatic() bool {
	switch h.Vendor {
	case "ga4":
		return slices.Contains(automaticEvents, h.Event)
	case "meta":
		return h.Event == "PageView"
	}
	return h.Event == "" || h.Event == "page view"
}
