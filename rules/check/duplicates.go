package check

import (
	"fmt"
	"hash/maphash"
	"path"
	"strconv"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
)

// occurrence is an event of a plan that was pushed a moment ago.
type occurrence struct {
	push    *datalayer.Push
	payload uint64
}

// recentLength is how many events are looked back at. More than that do not
// come between the two pushes of one event.
const recentLength = 32

// duplicate says where the same event was pushed with the same parameters a
// moment ago, on the same page and data layer.
func (c *Checker) duplicate(rule *eventRule) {
	push := c.now.push
	if rule.duplicate < 0 || push.Recovered || push.Via == datalayer.ViaAssign {
		return
	}
	payload := c.payload(rule)
	for i := range c.recent {
		earlier := c.recent[i].push
		if earlier == nil || c.recent[i].payload != payload || earlier.Event != push.Event ||
			earlier.Page != push.Page || earlier.Layer != push.Layer {
			continue
		}
		if gap := push.T - earlier.T; gap >= 0 && gap <= rule.duplicate {
			c.report(rules.DuplicateEvent, "plain", rules.Finding{}, nil, "time", shortTime(gap), "origins", origins(earlier, push))
			break
		}
	}
	c.recent[c.recentAt] = occurrence{push, payload}
	c.recentAt = (c.recentAt + 1) % recentLength
}

var payloadSeed = maphash.MakeSeed()

// payload is a digest of the parameters of the current message: all but GTM's
// own keys and the times, in any order.
func (c *Checker) payload(rule *eventRule) uint64 {
	var sum uint64
	for i := range c.now.message.Fields {
		f := &c.now.message.Fields[i]
		if rules.IsOwnKey(f.Name) {
			continue
		}
		if at, ok := rule.level.index[f.Name]; ok && rule.level.slots[at].parameter.Types.Has(plan.TypeTimestamp) {
			continue
		}
		sum += mix(maphash.String(payloadSeed, f.Name), digest(f.Value))
	}
	return sum
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

func shortTime(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
}

// origins says in a sentence's tail which code made the two pushes, as far as
// that is known.
func origins(earlier, later *datalayer.Push) string {
	first, second := origin(earlier), origin(later)
	switch {
	case first == "" && second == "":
		return ""
	case first == second:
		return ", both times from " + first
	case first == "":
		first = "an unknown script"
	case second == "":
		second = "an unknown script"
	}
	return ": once from " + first + ", once from " + second
}

// from says in the middle of a sentence which code pushed, if that is known.
func from(push *datalayer.Push) string {
	if at := origin(push); at != "" {
		return " by " + at
	}
	return ""
}

// origin is the place in the page's code that pushed: "widget.js:41".
func origin(push *datalayer.Push) string {
	if len(push.Stack) == 0 {
		return ""
	}
	frame := push.Stack[0]
	file := path.Base(withoutQuery(frame.URL))
	if file == "." || file == "/" {
		file = frame.URL
	}
	return file + ":" + strconv.Itoa(frame.Line)
}

func withoutQuery(url string) string {
	for i := range len(url) {
		if url[i] == '?' || url[i] == '#' {
			return url[:i]
		}
	}
	return url
}
