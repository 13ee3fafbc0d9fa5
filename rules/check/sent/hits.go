// Package sent judges whether the hits of messages were sent and arrived correctly.
package sent

import (
	"slices"
	"strconv"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/check/planned"
	"layertap/rules/ga4tag"
	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/reach"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// Judge judges the hits of a session. It is not safe for concurrent use.
type Judge struct {
	now   *current.Message
	plans *planned.Plans
	reach *reach.Tracker

	sent     []sent // a ring buffer
	sentAt   int
	unsent   map[*planned.Rule][]string // the vendors of missing hits of messages that are no longer in sent
	late     []late                     // what has become known since the last call of Late
	fired    []fired
	vendors  map[string]time.Duration // those that received something, and when last
	received map[string]bool          // the IDs that received hits
}

// New returns a judge of the current messages.
func New(now *current.Message, plans *planned.Plans, reach *reach.Tracker) *Judge {
	return &Judge{
		now: now, plans: plans, reach: reach,
		unsent: map[*planned.Rule][]string{}, vendors: map[string]time.Duration{}, received: map[string]bool{},
	}
}

// sentLength is the number of recent messages, whose hits are sent some time later.
const sentLength = 1024

// hitsTake is the time within which a message's hits are sent. GA4 collects events for
// up to five seconds, and waits for as long for a response.
const hitsTake = 15 * time.Second

// sent is an event of a plan and its hits.
type sent struct {
	seq      int
	t        time.Duration
	rule     *planned.Rule
	received []string // the expected vendors that received it, certainly or possibly
	right    []string // those that received it under its name
	rename   []rename // those that received it under a different name
	named    []string // the names under which firing tags deliberately send it

	concluded []rename // what Late has returned about it
}

// Message stores the message for its hits.
func (c *Judge) Message(rule *planned.Rule) {
	if len(c.sent) < sentLength {
		c.sent = append(c.sent, sent{seq: c.now.Push.Seq, t: c.now.Push.T, rule: rule})
		return
	}
	s := &c.sent[c.sentAt] // no more hits are expected of it
	c.unsent[s.rule] = append(c.unsent[s.rule], s.lacking(c.unsent[s.rule])...)
	c.conclude(s)
	*s = sent{c.now.Push.Seq, c.now.Push.T, rule, s.received[:0], s.right[:0], s.rename[:0], s.named[:0], nil}
	c.sentAt = (c.sentAt + 1) % sentLength
}

// sentBy returns the stored message with a number; nil if there is none.
func (c *Judge) sentBy(seq int) *sent {
	n := len(c.sent)
	for i := range c.sent { // latest first
		s := &c.sent[(c.sentAt+n-1-i)%n]
		if s.seq == seq {
			return s
		}
		if s.seq < seq {
			return nil // they are sorted
		}
	}
	return nil
}

// arrived records that an expected vendor received the message, certainly or possibly.
func (s *sent) arrived(vendor string) {
	expected := func(h plan.Hit) bool { return h.Vendor == vendor }
	if slices.ContainsFunc(s.rule.Event.Hits, expected) && !slices.Contains(s.received, vendor) {
		s.received = append(s.received, vendor)
	}
}

// lacking returns the vendors whose expected hits are missing, except known ones.
func (s *sent) lacking(known []string) []string {
	var vendors []string
	for _, h := range s.rule.Event.Hits {
		if !slices.Contains(s.received, h.Vendor) && !slices.Contains(known, h.Vendor) {
			vendors = append(vendors, h.Vendor)
		}
	}
	return vendors
}

// Hit judges a hit and its message, which becomes the current one. It is false if the
// message isn't known.
func (c *Judge) Hit(hit *datalayer.Hit) bool {
	c.take(hit)
	if hit.Cause == nil {
		return false
	}
	c.now.Begin(current.Subject{
		Push: &datalayer.Push{Place: datalayer.Place{Seq: hit.Cause.Push}}, Message: datalayer.Message{Event: hit.Event},
	})
	if s := c.sentBy(hit.Cause.Push); s != nil && hit.Cause.Strength != "weak" {
		c.arrival(s, hit)
	}
	return true
}

// Received reports whether a destination received a hit.
func (c *Judge) Received(id string) bool { return c.received[id] }

// maxReceived bounds the stored destinations.
const maxReceived = 4096

// take records that a vendor received something. If it isn't known what, it may have
// been any message in the time before.
func (c *Judge) take(hit *datalayer.Hit) {
	if len(c.received) < maxReceived {
		c.received[hit.ID], c.received[google.Destination(hit.ID)] = true, true
	}
	if hit.Vendor == "ga4" || hit.Vendor == "google-ads" {
		c.reach.Hit(hit.Page)
	}
	c.vendors[hit.Vendor] = max(c.vendors[hit.Vendor], hit.T)
	may := func(t time.Duration) bool { return t <= hit.T && hit.T-t <= hitsTake }
	c.fired = slices.DeleteFunc(c.fired, func(f fired) bool { return f.vendor == hit.Vendor && may(f.t) })
	c.reach.Later(hit.Page, hit.T)
	if hit.Cause != nil && hit.Cause.Strength != "weak" {
		return
	}
	for i := range c.sent {
		if s := &c.sent[i]; may(s.t) || hit.Cause != nil && hit.Cause.Push == s.seq {
			s.arrived(hit.Vendor)
		}
	}
}

// arrival judges whether a hit was sent under the right name.
func (c *Judge) arrival(from *sent, hit *datalayer.Hit) {
	from.arrived(hit.Vendor)
	event := from.rule.Event
	c.now.Rule, c.now.Event = from.rule, event.Name
	if hit.Error != "" || hit.Status >= 400 {
		form, why := "plain", hit.Error
		if why == "" {
			form, why = "refused", "the server responded with "+strconv.Itoa(hit.Status)
		}
		c.now.Report(rules.HitBlocked, form, rules.Finding{}, nil, "other", hit.Vendor, "actual", why)
	}
	names := event.HitNames(hit.Vendor)
	switch {
	case names == nil || hit.Event == "":
	case slices.Contains(names, hit.Event), hit.Vendor == "ga4" && slices.Contains(from.named, hit.Event):
		if !slices.Contains(from.right, hit.Vendor) {
			from.right = append(from.right, hit.Vendor)
		}
	case hit.Cause.Tag != "" && !event.NamesHit(hit.Vendor): // the tag is set up to send it
	case !slices.Contains(from.named, names[0]) && (event.NamesHit(hit.Vendor) || spelling.Within(names[0], hit.Event)):
		c.reportRename(rename{hit.Vendor, hit.Event, names[0]})
	default:
		if r := (rename{hit.Vendor, hit.Event, names[0]}); len(from.rename) < maxRenames && !slices.Contains(from.rename, r) {
			from.rename = append(from.rename, r)
		}
	}
}

// fired is a tag that fired, or a gtag command, and whose hit hasn't been sent yet.
type fired struct {
	seq         int
	t           time.Duration
	page, event string
	rule        *planned.Rule
	tag, vendor string // tag is empty for a command
}

// sends maps types of tags that send a hit whenever they fire to its vendor.
var sends = map[string]string{"gaawe": "ga4", "awct": "google-ads"}

// Fire stores the tags that certainly fire, except those whose hit may have been sent
// already: a container can be captured later.
func (c *Judge) Fire(outcome gtm.Outcome) {
	c.nameHits(outcome)
	for _, f := range outcome.Tags {
		vendor := sends[f.Tag.Type]
		if vendor == "" || f.Fires != gtm.Yes {
			continue
		}
		if last, any := c.vendors[vendor]; any && last >= c.now.Push.T {
			continue
		}
		mine := func(other fired) bool { return other.seq == c.now.Push.Seq && other.vendor == vendor }
		if !slices.ContainsFunc(c.fired, mine) {
			c.expect(f.Tag.Name, vendor)
		}
	}
}

// Command stores a gtag event that certainly causes a hit: its destination is Google
// Analytics, whose script has sent hits on the page, and nothing denies it. The caller
// has to make sure that no container can hold it back.
func (c *Judge) Command() {
	wrong := func(f rules.Finding) bool { return f.Severity == rules.Error }
	granted, known := c.now.Layer.Consent["analytics_storage"]
	_, sentOthers := c.vendors["ga4"]
	if c.now.Bound == gtm.Yes && c.now.Event != "" && !c.now.Push.Recovered && sentOthers && c.reach.Sent(c.now.Push.Page) &&
		(granted || !known) && !slices.ContainsFunc(c.now.Found(), wrong) {
		c.expect("", "ga4")
	}
}

// expect records that the current message causes a hit.
func (c *Judge) expect(tag, vendor string) {
	c.fired = append(c.fired, fired{c.now.Push.Seq, c.now.Push.T, c.now.Push.Page, c.now.Event, c.now.Rule, tag, vendor})
	if len(c.fired) > 2*sentLength {
		c.fired = slices.Clone(c.fired[len(c.fired)-sentLength:])
	}
}

// nameHits stores the names that a container's tags deliberately give to the event's
// hits, which are correct.
func (c *Judge) nameHits(outcome gtm.Outcome) {
	var names []string
	for _, f := range outcome.Tags {
		name, isEvents := ga4tag.EventName(f.Tag)
		if isEvents {
			name = c.now.Event
		}
		if name != "" && f.Tag.Type == ga4tag.Type && f.Fires != gtm.No && len(names) < maxRenames {
			names = append(names, name)
		}
	}
	if s := c.sentBy(c.now.Push.Seq); s != nil && len(names) > 0 {
		s.named = names
	}
}

// Gap records that something was missed. Hits missing at that time aren't reported.
func (c *Judge) Gap(gap *datalayer.Gap) {
	c.fired = slices.DeleteFunc(c.fired, func(f fired) bool { return f.t <= gap.Until && gap.T <= f.t+hitsTake })
}

// Unsent reports the events whose expected hits were never sent. If there are no hits
// at all, they weren't captured. A tag's hit is only reported if the vendor received
// other hits, and the page was open long enough.
func (c *Judge) Unsent(now time.Duration, onlyGtag bool) {
	if len(c.vendors) == 0 {
		return
	}
	form := "plain"
	if onlyGtag {
		form = "gtag"
	}
	by := c.unsentBy(now)
	for _, rule := range c.plans.Ordered {
		c.now.Subject = current.Subject{Message: datalayer.Message{Event: rule.Event.Name}, Rule: rule}
		for _, vendor := range by[rule] {
			c.now.Report(rules.HitMissing, form, rules.Finding{}, nil, "other", vendor)
		}
	}
	reported := map[[2]string]bool{}
	for _, f := range c.fired {
		_, sentOthers := c.vendors[f.vendor]
		known := f.rule != nil && slices.Contains(by[f.rule], f.vendor)
		if known || reported[[2]string{f.event, f.tag}] || !sentOthers || c.reach.Until(f.page) < f.t+hitsTake {
			continue
		}
		reported[[2]string{f.event, f.tag}] = true
		c.now.Subject = current.Subject{Message: datalayer.Message{Event: f.event}, Rule: f.rule}
		form := "tag"
		if f.tag == "" {
			form = "command"
		}
		c.now.Report(rules.HitMissing, form, rules.Finding{}, nil, "other", f.vendor, "actual", words.Quote(f.tag))
	}
}

// unsentBy returns the vendors whose hits should have been sent by now and weren't.
func (c *Judge) unsentBy(now time.Duration) map[*planned.Rule][]string {
	by := make(map[*planned.Rule][]string, len(c.plans.Ordered))
	for _, rule := range c.plans.Ordered {
		by[rule] = slices.Clip(c.unsent[rule])
	}
	for i := range c.sent {
		if s := &c.sent[i]; s.t <= now-hitsTake {
			by[s.rule] = append(by[s.rule], s.lacking(by[s.rule])...)
		}
	}
	return by
}
