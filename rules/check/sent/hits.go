// Package sent judges whether the hits of messages left, and arrived as they should.
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

// Judge judges the hits of a session. It is not safe for use by several goroutines at once.
type Judge struct {
	now   *current.Message
	plans *planned.Plans
	reach *reach.Tracker

	sent     []sent // a ring
	sentAt   int
	faults   map[*planned.Rule]hitFaults // with the hits of messages that are no longer kept in mind
	fired    []fired
	vendors  map[string]time.Duration // that were sent something, and when they were last
	received map[string]bool          // the IDs that hits went to
}

// New returns a judge of the current messages.
func New(now *current.Message, plans *planned.Plans, reach *reach.Tracker) *Judge {
	return &Judge{
		now: now, plans: plans, reach: reach,
		faults: map[*planned.Rule]hitFaults{}, vendors: map[string]time.Duration{}, received: map[string]bool{},
	}
}

// sentLength is how many messages are kept in mind for their hits, which leave a
// moment after their messages.
const sentLength = 1024

// hitsTake is by when the hits of a message have left. GA4 gathers events for up
// to five seconds, and an answer is waited for as long again.
const hitsTake = 15 * time.Second

// sent is an event of a plan with the hits that came of it.
type sent struct {
	seq      int
	t        time.Duration
	rule     *planned.Rule // nil where there is none yet
	received []string      // the expected vendors that received it, or may have
	right    []string      // those that received it under its name
	rename   []rename      // those that received it under quite another name
	named    []string      // the names under which firing tags send it on purpose
}

// rename is a hit under quite another name. A tag can send one of its own beside
// another tag's that sends the event's.
type rename struct{ vendor, actual, right string }

// maxRenames bounds how many are kept in mind of an event. A page can make up any
// number of names.
const maxRenames = 32

// hitFaults is what is wrong with the hits of an event.
type hitFaults struct {
	unsent  []string // the vendors of expected hits that did not come
	renamed []rename
}

// Message keeps the message in mind for the hits that come of it.
func (c *Judge) Message(rule *planned.Rule) {
	if c.sent == nil {
		c.sent = make([]sent, sentLength)
	}
	s := &c.sent[c.sentAt]
	if s.rule != nil { // no more of its hits come
		c.faults[s.rule] = s.settle(c.faults[s.rule])
	}
	*s = sent{c.now.Push.Seq, c.now.Push.T, rule, s.received[:0], s.right[:0], s.rename[:0], s.named[:0]}
	c.sentAt = (c.sentAt + 1) % sentLength
}

// sentBy is what is kept in mind of the message with a number; nil for none.
func (c *Judge) sentBy(seq int) *sent {
	for i := range c.sent { // the latest first
		s := &c.sent[(c.sentAt+sentLength-1-i)%sentLength]
		if s.rule != nil && s.seq == seq {
			return s
		}
		if s.rule == nil || s.seq < seq {
			return nil // they are in their order
		}
	}
	return nil
}

// arrived notes that a vendor received the message, or may have, where it should.
func (s *sent) arrived(vendor string) {
	expected := func(h plan.Hit) bool { return h.Vendor == vendor }
	if slices.ContainsFunc(s.rule.Event.Hits, expected) && !slices.Contains(s.received, vendor) {
		s.received = append(s.received, vendor)
	}
}

// settle adds what is wrong with the hits of the message to what was before.
func (s *sent) settle(before hitFaults) hitFaults {
	a := hitFaults{append(slices.Clip(before.unsent), s.lacking(before.unsent)...), slices.Clip(before.renamed)}
	for _, r := range s.rename {
		if !slices.Contains(s.right, r.vendor) && !slices.Contains(a.renamed, r) && len(a.renamed) < maxRenames {
			a.renamed = append(a.renamed, r)
		}
	}
	return a
}

// lacking returns the vendors whose expected hits did not come, but for those
// that are known.
func (s *sent) lacking(known []string) []string {
	var vendors []string
	for _, h := range s.rule.Event.Hits {
		if !slices.Contains(s.received, h.Vendor) && !slices.Contains(known, h.Vendor) {
			vendors = append(vendors, h.Vendor)
		}
	}
	return vendors
}

// Hit judges a hit and the message that it came from, which becomes the current one. It is
// false if that isn't known.
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

// Received reports whether a hit went to a destination.
func (c *Judge) Received(id string) bool { return c.received[id] }

// maxReceived bounds how many destinations are kept in mind.
const maxReceived = 4096

// take notes that a vendor received something. What that was is not always known;
// then it may have been any message of the time before.
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
		if s := &c.sent[i]; s.rule != nil && (may(s.t) || hit.Cause != nil && hit.Cause.Push == s.seq) {
			s.arrived(hit.Vendor)
		}
	}
}

// arrival judges whether a hit arrived under the right name.
func (c *Judge) arrival(from *sent, hit *datalayer.Hit) {
	from.arrived(hit.Vendor)
	event := from.rule.Event
	c.now.Rule, c.now.Event = from.rule, event.Name
	if hit.Error != "" || hit.Status >= 400 {
		form, why := "plain", hit.Error
		if why == "" {
			form, why = "refused", "the server answered "+strconv.Itoa(hit.Status)
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
	case !slices.Contains(from.named, names[0]) && (event.NamesHit(hit.Vendor) || spelling.Within(names[0], hit.Event)):
		c.now.Report(rules.HitRenamed, "plain", rules.Finding{Suggestion: names[0]}, nil, "other", hit.Vendor, "actual", words.Quote(hit.Event))
	default:
		if r := (rename{hit.Vendor, hit.Event, names[0]}); len(from.rename) < maxRenames && !slices.Contains(from.rename, r) {
			from.rename = append(from.rename, r)
		}
	}
}

// fired is a tag that fired on a message, or a gtag command, and whose hit has not left
// yet.
type fired struct {
	seq         int
	t           time.Duration
	page, event string
	rule        *planned.Rule
	tag, vendor string // the tag is empty for a command
}

// sends are the types of tags that send a hit whenever they fire, and to whom.
var sends = map[string]string{"gaawe": "ga4", "awct": "google-ads"}

// Fire keeps the tags in mind that fire for certain, but for those whose hit may
// have left already: a container can come after it.
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

// Command keeps a gtag event in mind that has a hit sent for certain: it goes to Google
// Analytics, whose script has sent from the page already, and nothing denies it. That no
// container can hold it back is for the caller to know.
func (c *Judge) Command() {
	wrong := func(f rules.Finding) bool { return f.Severity == rules.Error }
	granted, said := c.now.Layer.Consent["analytics_storage"]
	_, sentOthers := c.vendors["ga4"]
	if c.now.Bound == gtm.Yes && c.now.Event != "" && !c.now.Push.Recovered && sentOthers && c.reach.Sent(c.now.Push.Page) &&
		(granted || !said) && !slices.ContainsFunc(c.now.Found(), wrong) {
		c.expect("", "ga4")
	}
}

// expect keeps in mind that the current message has a hit sent.
func (c *Judge) expect(tag, vendor string) {
	c.fired = append(c.fired, fired{c.now.Push.Seq, c.now.Push.T, c.now.Push.Page, c.now.Event, c.now.Rule, tag, vendor})
	if len(c.fired) > 2*sentLength {
		c.fired = slices.Clone(c.fired[len(c.fired)-sentLength:])
	}
}

// nameHits keeps the names in mind that a container's tags give the event's hits on
// purpose: under those it arrives as it should.
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

// Gap takes in that something was missed. Of the hits that did not come about then
// nothing is known.
func (c *Judge) Gap(gap *datalayer.Gap) {
	c.fired = slices.DeleteFunc(c.fired, func(f fired) bool { return f.t <= gap.Until && gap.T <= f.t+hitsTake })
}

// Unsent says of which events a hit was expected that never came. Where no hit
// was seen at all they were not captured. Of a tag's hit that is also said only if
// the vendor was sent others, and the page stayed there long enough.
func (c *Judge) Unsent(now time.Duration, onlyGtag bool) {
	if len(c.vendors) == 0 {
		return
	}
	form := "plain"
	if onlyGtag {
		form = "gtag"
	}
	by := c.hitFaultsBy(now)
	for _, rule := range c.plans.Ordered {
		c.now.Subject = current.Subject{Message: datalayer.Message{Event: rule.Event.Name}, Rule: rule}
		for _, r := range by[rule].renamed {
			c.now.Report(rules.HitRenamed, "plain", rules.Finding{Suggestion: r.right}, nil, "other", r.vendor, "actual", words.Quote(r.actual))
		}
		for _, vendor := range by[rule].unsent {
			c.now.Report(rules.HitMissing, form, rules.Finding{}, nil, "other", vendor)
		}
	}
	said := map[[2]string]bool{}
	for _, f := range c.fired {
		_, sentOthers := c.vendors[f.vendor]
		known := f.rule != nil && slices.Contains(by[f.rule].unsent, f.vendor)
		if known || said[[2]string{f.event, f.tag}] || !sentOthers || c.reach.Until(f.page) < f.t+hitsTake {
			continue
		}
		said[[2]string{f.event, f.tag}] = true
		c.now.Subject = current.Subject{Message: datalayer.Message{Event: f.event}, Rule: f.rule}
		form := "tag"
		if f.tag == "" {
			form = "command"
		}
		c.now.Report(rules.HitMissing, form, rules.Finding{}, nil, "other", f.vendor, "actual", words.Quote(f.tag))
	}
}

// hitFaultsBy returns what is wrong with the hits of the messages that had the time
// to leave by now.
func (c *Judge) hitFaultsBy(now time.Duration) map[*planned.Rule]hitFaults {
	by := make(map[*planned.Rule]hitFaults, len(c.plans.Ordered))
	for _, rule := range c.plans.Ordered {
		by[rule] = c.faults[rule]
	}
	for i := range c.sent {
		if s := &c.sent[i]; s.rule != nil && s.t <= now-hitsTake {
			by[s.rule] = s.settle(by[s.rule])
		}
	}
	return by
}
