package check

import (
	"slices"
	"strconv"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/ga4tag"
	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

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
	rule     *eventRule // nil where there is none yet
	received []string   // the expected vendors that received it, or may have
	right    []string   // those that received it under its name
	rename   []rename   // those that received it under quite another name
	named    []string   // the names under which firing tags send it on purpose
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

// send keeps the message in mind for the hits that come of it.
func (c *Checker) send(rule *eventRule) {
	if c.sent == nil {
		c.sent = make([]sent, sentLength)
	}
	s := &c.sent[c.sentAt]
	if s.rule != nil { // no more of its hits come
		s.rule.hitFaults = s.settle(s.rule.hitFaults)
	}
	*s = sent{c.now.push.Seq, c.now.push.T, rule, s.received[:0], s.right[:0], s.rename[:0], s.named[:0]}
	c.sentAt = (c.sentAt + 1) % sentLength
}

// sentBy is what is kept in mind of the message with a number; nil for none.
func (c *Checker) sentBy(seq int) *sent {
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
	if slices.ContainsFunc(s.rule.event.Hits, expected) && !slices.Contains(s.received, vendor) {
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
	for _, h := range s.rule.event.Hits {
		if !slices.Contains(s.received, h.Vendor) && !slices.Contains(known, h.Vendor) {
			vendors = append(vendors, h.Vendor)
		}
	}
	return vendors
}

// Hit returns the findings about a hit and the message that it came from, the
// worst first; nil for none, and where that message is not known.
func (c *Checker) Hit(hit *datalayer.Hit) []rules.Finding {
	c.receivedBy(hit)
	if hit.Cause == nil {
		return nil
	}
	c.now = current{push: &datalayer.Push{Place: datalayer.Place{Seq: hit.Cause.Push}}, message: datalayer.Message{Event: hit.Event}}
	c.path, c.found = c.path[:0], c.found[:0]
	if s := c.sentBy(hit.Cause.Push); s != nil && hit.Cause.Strength != "weak" {
		c.arrival(s, hit)
	}
	c.personalHit(hit)
	return c.sorted()
}

// receivedBy notes that a vendor received something. What that was is not always known;
// then it may have been any message of the time before.
func (c *Checker) receivedBy(hit *datalayer.Hit) {
	if len(c.received) < maxPending {
		c.received[hit.ID], c.received[google.Destination(hit.ID)] = true, true
	}
	if hit.Vendor == "ga4" || hit.Vendor == "google-ads" {
		c.reach.Hit(hit.Page)
		if set := c.defaults[hit.Page]; set != nil && hit.T < set.T { // it was answered later
			c.lateDefault(set, hitBefore)
		}
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
func (c *Checker) arrival(from *sent, hit *datalayer.Hit) {
	from.arrived(hit.Vendor)
	event := from.rule.event
	c.now.rule, c.now.message.Event = from.rule, event.Name
	if hit.Error != "" || hit.Status >= 400 {
		form, why := "plain", hit.Error
		if why == "" {
			form, why = "refused", "the server answered "+strconv.Itoa(hit.Status)
		}
		c.report(rules.HitBlocked, form, rules.Finding{}, nil, "other", hit.Vendor, "actual", why)
	}
	names := event.HitNames(hit.Vendor)
	switch {
	case names == nil || hit.Event == "":
	case slices.Contains(names, hit.Event), hit.Vendor == "ga4" && slices.Contains(from.named, hit.Event):
		if !slices.Contains(from.right, hit.Vendor) {
			from.right = append(from.right, hit.Vendor)
		}
	case !slices.Contains(from.named, names[0]) && (event.NamesHit(hit.Vendor) || spelling.Within(names[0], hit.Event)):
		c.report(rules.HitRenamed, "plain", rules.Finding{Suggestion: names[0]}, nil, "other", hit.Vendor, "actual", words.Quote(hit.Event))
	default:
		if r := (rename{hit.Vendor, hit.Event, names[0]}); len(from.rename) < maxRenames && !slices.Contains(from.rename, r) {
			from.rename = append(from.rename, r)
		}
	}
}

// fired is a tag that fired on a message and whose hit has not left yet.
type fired struct {
	seq         int
	t           time.Duration
	page, event string
	rule        *eventRule
	tag, vendor string
}

// sends are the types of tags that send a hit whenever they fire, and to whom.
var sends = map[string]string{"gaawe": "ga4", "awct": "google-ads"}

// fire keeps the tags in mind that fire for certain, but for those whose hit may
// have left already: a container can come after it.
func (c *Checker) fire(outcome gtm.Outcome) {
	c.nameHits(outcome)
	for _, f := range outcome.Tags {
		vendor := sends[f.Tag.Type]
		if vendor == "" || f.Fires != gtm.Yes {
			continue
		}
		if last, any := c.vendors[vendor]; any && last >= c.now.push.T {
			continue
		}
		mine := func(other fired) bool { return other.seq == c.now.push.Seq && other.vendor == vendor }
		if !slices.ContainsFunc(c.fired, mine) {
			c.fired = append(c.fired, fired{c.now.push.Seq, c.now.push.T, c.now.push.Page, c.now.message.Event, c.now.rule, f.Tag.Name, vendor})
		}
	}
	if len(c.fired) > 2*sentLength {
		c.fired = slices.Clone(c.fired[len(c.fired)-sentLength:])
	}
}

// nameHits keeps the names in mind that a container's tags give the event's hits on
// purpose: under those it arrives as it should.
func (c *Checker) nameHits(outcome gtm.Outcome) {
	var names []string
	for _, f := range outcome.Tags {
		name, isEvents := ga4tag.EventName(f.Tag)
		if isEvents {
			name = c.now.message.Event
		}
		if name != "" && f.Tag.Type == ga4tag.Type && f.Fires != gtm.No && len(names) < maxRenames {
			names = append(names, name)
		}
	}
	if s := c.sentBy(c.now.push.Seq); s != nil && len(names) > 0 {
		s.named = names
	}
}

// Gap tells that something was missed. Of the hits that did not come about then
// nothing is known.
func (c *Checker) Gap(gap *datalayer.Gap) {
	c.fired = slices.DeleteFunc(c.fired, func(f fired) bool { return f.t <= gap.Until && gap.T <= f.t+hitsTake })
}

// Overdue returns the findings about hits that should have left by a time of the
// session and did not, the worst first; nil for none. [Checker.Finish] returns them,
// too, but for those whose hit comes after all.
func (c *Checker) Overdue(now time.Duration) []rules.Finding {
	c.path, c.found = c.path[:0], c.found[:0]
	c.reach.Now(now)
	c.unsent(now)
	c.ofSession()
	return c.sorted()
}

// unsent says of which events a hit was expected that never came. Where no hit
// was seen at all they were not captured. Of a tag's hit that is also said only if
// the vendor was sent others, and the page stayed there long enough.
func (c *Checker) unsent(now time.Duration) {
	if len(c.vendors) == 0 {
		return
	}
	form := "plain"
	if c.onlyGtag() {
		form = "gtag"
	}
	by := c.hitFaultsBy(now)
	for _, rule := range c.ordered {
		c.now = current{message: datalayer.Message{Event: rule.event.Name}, rule: rule}
		for _, r := range by[rule].renamed {
			c.report(rules.HitRenamed, "plain", rules.Finding{Suggestion: r.right}, nil, "other", r.vendor, "actual", words.Quote(r.actual))
		}
		for _, vendor := range by[rule].unsent {
			c.report(rules.HitMissing, form, rules.Finding{}, nil, "other", vendor)
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
		c.now = current{message: datalayer.Message{Event: f.event}, rule: f.rule}
		c.report(rules.HitMissing, "tag", rules.Finding{}, nil, "other", f.vendor, "actual", words.Quote(f.tag))
	}
}

// hitFaultsBy returns what is wrong with the hits of the messages that had the time
// to leave by now.
func (c *Checker) hitFaultsBy(now time.Duration) map[*eventRule]hitFaults {
	by := make(map[*eventRule]hitFaults, len(c.ordered))
	for _, rule := range c.ordered {
		by[rule] = rule.hitFaults
	}
	for i := range c.sent {
		if s := &c.sent[i]; s.rule != nil && s.t <= now-hitsTake {
			by[s.rule] = s.settle(by[s.rule])
		}
	}
	return by
}
