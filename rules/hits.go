package rules

import (
	"slices"

	"layertap/datalayer"
)

// sentLength is how many messages are kept in mind for their hits, which leave a
// moment after their messages.
const sentLength = 1024

// sent is an event of a plan with the hits that came of it.
type sent struct {
	seq  int
	rule *eventRule // nil where there is none yet
	hits []string   // the vendors
}

// send keeps the message in mind for the hits that come of it.
func (c *Checker) send(rule *eventRule) {
	if c.sent == nil {
		c.sent = make([]sent, sentLength)
	}
	s := &c.sent[c.sentAt]
	if s.rule != nil {
		s.rule.unsent = append(s.rule.unsent, s.lacking(s.rule.unsent)...)
	}
	s.seq, s.rule, s.hits = c.now.push.Seq, rule, s.hits[:0]
	c.sentAt = (c.sentAt + 1) % sentLength
}

// lacking returns the vendors whose expected hits did not come, but for those
// that are known.
func (s *sent) lacking(known []string) []string {
	var vendors []string
	for _, h := range s.rule.event.hits {
		if !slices.Contains(s.hits, h.vendor) && !slices.Contains(known, h.vendor) {
			vendors = append(vendors, h.vendor)
		}
	}
	return vendors
}

// Hit returns the findings about a hit and the message that it came from, the
// worst first; nil for none, and where that message is not known.
func (c *Checker) Hit(hit *datalayer.Hit) []Finding {
	c.hitsSeen = true
	if hit.Cause == nil {
		return nil
	}
	c.now = current{push: &datalayer.Push{Place: datalayer.Place{Seq: hit.Cause.Push}}, message: message{event: hit.Event}}
	c.path, c.found = c.path[:0], c.found[:0]
	at := slices.IndexFunc(c.sent, func(s sent) bool { return s.rule != nil && s.seq == hit.Cause.Push })
	if at >= 0 && hit.Cause.Strength != "weak" {
		c.arrival(&c.sent[at], hit)
	}
	c.personalHit(hit)
	return c.sorted()
}

// arrival judges whether a hit arrived under the right name.
func (c *Checker) arrival(from *sent, hit *datalayer.Hit) {
	from.hits = append(from.hits, hit.Vendor)
	event := from.rule.event
	c.now.rule, c.now.message.event = from.rule, event.Name
	if hit.Error != "" || hit.Status >= 400 {
		why := hit.Error
		if why == "" {
			why = "the server answered " + datalayer.NumberOf(float64(hit.Status)).Text
		}
		c.report(HitBlocked, "plain", Finding{}, nil, "other", hit.Vendor, "actual", why)
	}
	if names := event.hitNames(hit.Vendor); names != nil && hit.Event != "" && !slices.Contains(names, hit.Event) {
		c.report(HitRenamed, "plain", Finding{Suggestion: names[0]}, nil, "other", hit.Vendor, "actual", hit.Event)
	}
}

// hitNames returns the names that the event may have in a vendor's hit, or nil
// for any. In GA4 it is its own where the plan says nothing; the other vendors
// have names of their own.
func (e *Event) hitNames(vendor string) []string {
	var names []string
	for _, h := range e.hits {
		if h.vendor != vendor {
			continue
		}
		names = append(names, h.prefix+first(h.event, e.Name))
	}
	if names == nil && vendor == "ga4" {
		return append([]string{e.Name}, e.Aliases...)
	}
	return names
}

// unsent says of which events a hit was expected that never came. Where no hit
// was seen at all they were not captured.
func (c *Checker) unsent() {
	if !c.hitsSeen {
		return
	}
	for i := range c.sent {
		if s := &c.sent[i]; s.rule != nil {
			s.rule.unsent = append(s.rule.unsent, s.lacking(s.rule.unsent)...)
		}
	}
	for _, rule := range c.ordered {
		for _, vendor := range rule.unsent {
			c.now = current{message: message{event: rule.event.Name}, rule: rule}
			c.report(HitMissing, "plain", Finding{}, nil, "other", vendor)
		}
	}
}
