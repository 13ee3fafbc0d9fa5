// Package history judges messages by earlier ones: repetitions, the order of events,
// and values that must not change.
package history

import (
	"hash/maphash"
	"strconv"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/check/planned"
	"layertap/rules/google"
	"layertap/rules/words"
)

// Judge judges the messages of a session by earlier ones. It is not safe for concurrent
// use.
type Judge struct {
	now   *current.Message
	plans *planned.Plans

	recent       [recentLength]occurrence
	recentAt     int
	actions      int  // of the user so far
	isRepeated   bool // the current message is a duplicate
	volatile     map[string]bool
	tracked      map[trackedKey]datalayer.Value // their last values
	onces        map[onceKey]*datalayer.Push
	transactions map[string]*datalayer.Push
}

// New returns a judge of the current messages.
func New(now *current.Message, plans *planned.Plans) *Judge {
	return &Judge{
		now: now, plans: plans, volatile: map[string]bool{}, tracked: map[trackedKey]datalayer.Value{},
		onces: map[onceKey]*datalayer.Push{}, transactions: map[string]*datalayer.Push{},
	}
}

// Begin starts judging another message.
func (c *Judge) Begin() { c.isRepeated = false }

// occurrence is a recently pushed event.
type occurrence struct {
	push    *datalayer.Push
	payload uint64
	chain   int // how many equal events about a second apart, including this one
	actions int // of the user, up to then
}

const (
	// recentLength is the number of recent events. Fewer than that occur between the
	// two pushes of one event.
	recentLength = 32
	// unplannedDuplicates is the maximum time between equal events that aren't in a
	// plan and are considered one event pushed twice: several listeners for one action
	// push within it.
	unplannedDuplicates = 300 * time.Millisecond
	// chainGap is the maximum time between equal events that one cause pushes
	// repeatedly, and chainLength the minimum number of them.
	chainGap    = 1300 * time.Millisecond
	chainLength = 3
)

// Duplicate reports an event that was pushed recently with the same parameters on the
// same page and data layer, or several times about a second apart without an action of
// the user. rule is nil for an event that isn't in a plan.
func (c *Judge) Duplicate(rule *planned.Rule) {
	push, window := c.now.Push, unplannedDuplicates
	if rule != nil {
		window = rule.Duplicate
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

func (c *Judge) repeated(form string, earlier *datalayer.Push, gap time.Duration) {
	c.isRepeated = true
	c.now.Report(rules.DuplicateEvent, form, rules.Finding{}, nil, "time", words.ShortTime(gap), "origins", words.Origins(earlier, c.now.Push), "actual", strconv.Itoa(chainLength))
}

// Act records an action of the user.
func (c *Judge) Act() { c.actions++ }

var payloadSeed = maphash.MakeSeed()

// payload returns a digest of the current message's parameters, in any order, without
// GTM's own keys and those that differ between two pushes of one event.
func (c *Judge) payload(rule *planned.Rule) uint64 {
	var sum uint64
	for i := range c.now.Fields {
		f := &c.now.Fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		at, planned := 0, false
		if rule != nil {
			at, planned = rule.Level.Index[f.Name]
		}
		if planned && rule.Level.Slots[at].Volatile || !planned && c.isVolatile(f.Name) {
			continue
		}
		sum += mix(maphash.String(payloadSeed, f.Name), digest(f.Value))
	}
	return sum
}

// maxVolatile bounds the cached keys.
const maxVolatile = 4096

// isVolatile is google.IsVolatile with a cache.
func (c *Judge) isVolatile(key string) bool {
	volatile, ok := c.volatile[key]
	if !ok {
		if len(c.volatile) >= maxVolatile {
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
