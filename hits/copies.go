package hits

import (
	"net/url"
	"strings"

	"layertap/datalayer"
)

// mostCopies bounds the events that are kept to recognize copies.
const mostCopies = 256

// copies counts how often each host was sent an event. Two hosts that were sent an
// event equally often were sent the same one.
type copies struct {
	counts map[string]map[string]int
	order  []string // the keys of counts, oldest first
}

// without returns the hits that no other host of the vendor has received yet. The order
// of two such requests doesn't matter.
func (c *copies) without(v *vendor, u *url.URL, found []*datalayer.Hit) []*datalayer.Hit {
	if v.Once == nil {
		return found
	}
	var left []*datalayer.Hit
	for _, hit := range found {
		if c.first(v.identity(hit), u.Hostname()) {
			left = append(left, hit)
		}
	}
	return left
}

func (c *copies) first(key, host string) bool {
	counts := c.counts[key]
	if counts == nil {
		if c.counts == nil {
			c.counts = map[string]map[string]int{}
		}
		if len(c.order) == mostCopies {
			delete(c.counts, c.order[0])
			c.order = c.order[1:]
		}
		counts = map[string]int{}
		c.counts[key], c.order = counts, append(c.order, key)
	}
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	counts[host]++
	return counts[host] > most
}

// identity returns a key that is equal for all copies of a hit.
func (v *vendor) identity(hit *datalayer.Hit) string {
	params, _ := datalayer.Decode(hit.Params)
	key := []string{hit.Vendor, hit.ID, hit.Event}
	for _, name := range v.Once {
		value, _ := findIn(params, name)
		key = append(key, string(datalayer.Encode(nil, value)))
	}
	return strings.Join(key, "\x00")
}
