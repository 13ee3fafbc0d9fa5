package check

import (
	"hash/maphash"
	"strconv"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/google"
	"layertap/rules/words"
)

// occurrence is an event that was pushed a moment ago.
type occurrence struct {
	push    *datalayer.Push
	payload uint64
	chain   int // how many equal ones came about a second apart, itself included
	actions int // of the user, until then
}

const (
	// recentLength is how many events are looked back at. More than that do not come
	// between the two pushes of one event.
	recentLength = 32
	// unplannedDuplicates is how far apart equal events of no plan may be to be one
	// event pushed twice: several listeners of one action push within it.
	unplannedDuplicates = 300 * time.Millisecond
	// chainGap is how far apart equal events are that one cause pushes repeatedly,
	// and chainLength how many make a chain.
	chainGap    = 1300 * time.Millisecond
	chainLength = 3
)

// duplicate tells where the same event was pushed with the same parameters a moment ago,
// on the same page and data layer, or several times about a second apart without the
// user's doing. The rule is nil for an event that is in no plan.
func (c *Checker) duplicate(rule *eventRule) {
	push, window := c.now.push, c.duplicates
	if rule != nil {
		window = rule.duplicate
	}
	if window < 0 || push.Recovered || push.Via == datalayer.ViaAssign {
		return
	}
	now := occurrence{push, c.payload(rule), 1, c.actions}
	for i := range c.recent {
		before := &c.recent[i]
		earlier := before.push
		if earlier == nil || before.payload != now.payload || earlier.Event != push.Event || earlier.Kind != push.Kind ||
			earlier.Page != push.Page || earlier.Layer != push.Layer {
			continue
		}
		gap := push.T - earlier.T
		if gap < 0 || gap > max(chainGap, window) {
			continue
		}
		if gap <= window {
			c.repeated("plain", earlier, gap)
			break
		}
		if before.actions == c.actions {
			now.chain = max(now.chain, before.chain+1)
		}
	}
	if now.chain == chainLength && rule != nil && !c.isRepeated && !google.Repeats(push.Event) {
		c.repeated("chain", push, 0)
	}
	c.recent[c.recentAt] = now
	c.recentAt = (c.recentAt + 1) % recentLength
}

func (c *Checker) repeated(form string, earlier *datalayer.Push, gap time.Duration) {
	c.isRepeated = true
	c.report(rules.DuplicateEvent, form, rules.Finding{}, nil, "time", words.ShortTime(gap), "origins", words.Origins(earlier, c.now.push), "actual", strconv.Itoa(chainLength))
}

// Act takes in something that the user did, in its order among the messages.
func (c *Checker) Act(*datalayer.Action) { c.actions++ }

var payloadSeed = maphash.MakeSeed()

// payload is a digest of the parameters of the current message: all but GTM's own keys
// and what differs between two pushes of one event, in any order.
func (c *Checker) payload(rule *eventRule) uint64 {
	var sum uint64
	for i := range c.now.message.Fields {
		f := &c.now.message.Fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		at, planned := 0, false
		if rule != nil {
			at, planned = rule.level.index[f.Name]
		}
		if planned && rule.level.slots[at].volatile || !planned && c.isVolatile(f.Name) {
			continue
		}
		sum += mix(maphash.String(payloadSeed, f.Name), digest(f.Value))
	}
	return sum
}

// isVolatile is google.IsVolatile, worked out once for each key.
func (c *Checker) isVolatile(key string) bool {
	volatile, ok := c.volatile[key]
	if !ok {
		if len(c.volatile) >= maxJudged {
			clear(c.volatile)
		}
		volatile = google.IsVolatile(key)
		c.volatile[key] = volatile
	}
	return volatile
}

func mix(a, b uint64) uint64 {
	a ^= b*0x9e3779b97f4a7c15 + a<<6 + a>>2
	return a * 0xff51afd7ed558ccd
}

func digest(v datalayer.Value) uint64 {
	d := mix(uint64(v.Kind)+1, maphash.String(payloadSeed, v.Text))
	if v.Name != "" {
		d = mix(d, maphash.String(payloadSeed, v.Name))
	}
	for i := range v.Items {
		d = mix(d, digest(v.Items[i]))
	}
	var fields uint64
	for i := range v.Fields {
		fields += mix(maphash.String(payloadSeed, v.Fields[i].Name), digest(v.Fields[i].Value))
	}
	return mix(d, fields)
}
