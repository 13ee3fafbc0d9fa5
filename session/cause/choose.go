package cause

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// option is a message that can have caused a hit.
type option struct {
	*candidate
	rank     rank
	capacity int // the number of such hits that it can have caused
	tag      string
	score    int // how well the values agree
}

// free reports whether the message can have caused more hits than were found for it.
func (o *option) free(h *hit) bool { return o.sent[h.request] < o.capacity }

// byName finds the message that can have caused a hit with this name.
func (f *Finder) byName(doc *document, h *hit) *datalayer.HitCause {
	options := f.options(doc, h)
	if len(options) == 0 {
		return nil
	}
	free := chosen(&f.free, options, func(o *option) bool { return o.free(h) })
	if len(free) == 0 { // something sends it twice
		if pushed := within(options, h); len(pushed) > 0 {
			return doc.conclude(h, pushed[0], "initiator", "likely")
		}
		return doc.conclude(h, options[len(options)-1], "name", "weak")
	}
	rivals := len(free)
	best := agreeing(&f.best, free)
	decided := len(best) < rivals && len(best) == 1
	if pushed := within(best, h); len(pushed) > 0 {
		return doc.conclude(h, doc.next(h, pushed), "initiator", stackStrength(h, pushed, rivals))
	}
	one := doc.next(h, best)
	strength := "weak"
	age, timed := h.age(one.candidate)
	late := timed && age > reach
	switch {
	case one.rank == untagged:
	case late && !doc.consentGiven(h):
	case rivals == 1, decided, inOrder(h):
		strength = "likely"
	case timed && age < time.Second:
		strength = "likely"
	}
	return doc.conclude(h, one, "name", strength)
}

// chosen returns the options for which keep is true, using the memory of an earlier
// result.
func chosen(memory *[]option, options []option, keep func(*option) bool) []option {
	all := (*memory)[:0]
	for i := range options {
		if keep(&options[i]) {
			all = append(all, options[i])
		}
	}
	*memory = all
	return all
}

// options returns the messages before a hit that can have caused it by name, in order,
// and only those with the best rank.
func (f *Finder) options(doc *document, h *hit) []option {
	all := f.all[:0]
	top := unrelated
	for _, c := range doc.messages {
		if !h.before(c, longReach) {
			continue
		}
		f.read(c)
		rank, capacity, tag := c.rank(h)
		if rank == unrelated || rank < top {
			continue
		}
		if rank > top {
			all, top = all[:0], rank
		}
		all = append(all, option{c, rank, capacity, tag, c.agreement(h)})
	}
	f.all = all
	return all
}

// agreeing returns the options whose values agree best.
func agreeing(memory *[]option, options []option) []option {
	best := options[0].score
	for i := range options {
		best = max(best, options[i].score)
	}
	return chosen(memory, options, func(o *option) bool { return o.score == best })
}

// within returns the options among messages that were being pushed.
func within(options []option, h *hit) []option {
	return chosen(new([]option), options, func(o *option) bool { return h.leftDuring(o.candidate) })
}

// leftDuring reports whether a hit may have been sent while a message was being pushed.
func (h *hit) leftDuring(c *candidate) bool {
	return slices.ContainsFunc(h.During, func(ref datalayer.PushRef) bool { return ref.Seq == c.push.Seq })
}

// stackStrength returns how certain it is that a hit was caused by a message with its
// name that was being pushed when it was sent.
func stackStrength(h *hit, pushed []option, rivals int) string {
	if len(pushed) == 1 && rivals == 1 && h.Batch.Of <= 1 && pushed[0].rank >= named {
		return "certain"
	}
	return "likely"
}

// inOrder reports whether a vendor sends events in the order of their messages.
func inOrder(h *hit) bool { return h.Vendor == "ga4" }

// next returns the option that follows from the order in which the vendor sends: the
// one after the last message that was sent, or the latest if each hit is sent
// immediately.
func (doc *document) next(h *hit, options []option) option {
	if !inOrder(h) {
		return options[len(options)-1]
	}
	last, any := doc.last[account{h.Vendor, h.ID}]
	recent := func(o option) bool { return h.before(o.candidate, reach) }
	for _, fits := range []func(option) bool{
		func(o option) bool { return recent(o) && any && o.index >= last },
		recent,
	} {
		if i := slices.IndexFunc(options, fits); i >= 0 {
			return options[i]
		}
	}
	return options[0]
}

// conclude records the cause of a hit.
func (doc *document) conclude(h *hit, o option, by, strength string) *datalayer.HitCause {
	if o.sent == nil {
		o.sent = map[request]int{}
	}
	o.sent[h.request]++
	if strength != "weak" {
		to := account{h.Vendor, h.ID}
		doc.last[to] = max(doc.last[to], o.index)
	}
	return &datalayer.HitCause{Push: o.push.Seq, By: by, Strength: strength, Tag: o.tag}
}

// consentGiven reports whether a hit was sent while a message that updates the
// visitor's consent was being pushed: waiting hits are sent then.
func (doc *document) consentGiven(h *hit) bool {
	return len(h.During) > 0 && slices.ContainsFunc(doc.messages, func(c *candidate) bool {
		return h.leftDuring(c) && c.push.Read().Effect.ConsentUpdate
	})
}

// byStack finds the message that was being pushed when a hit was sent, if no message
// has the hit's name. Google Analytics also sends waiting events at such times. If
// there are several, those whose names are part of the hit's name are preferred.
func (f *Finder) byStack(doc *document, h *hit) *datalayer.HitCause {
	var pushed []*candidate
	for _, c := range doc.messages {
		if h.leftDuring(c) {
			f.read(c)
			pushed = append(pushed, c)
		}
	}
	if len(pushed) == 0 {
		return nil
	}
	unlike := func(c *candidate) bool { return !c.like(h) }
	if alike := slices.DeleteFunc(slices.Clone(pushed), unlike); len(alike) > 0 {
		pushed = alike
	}
	c := pushed[len(pushed)-1]
	strength := "likely"
	switch {
	case len(pushed) > 1, c.evaluated && len(c.tags) == 0, doc.consentGiven(h):
		strength = "weak"
	case unlike(c) && len(h.During) > 1:
		strength = "weak"
	case inOrder(h) && (unlike(c) || h.Batch.Of > 1):
		strength = "weak"
	}
	if strength == "weak" && h.automatic() {
		return nil
	}
	return doc.conclude(h, option{candidate: c}, "initiator", strength)
}

// byLikeness finds the message whose name is part of the hit's name.
func (f *Finder) byLikeness(doc *document, h *hit) *datalayer.HitCause {
	options := f.all[:0]
	for _, c := range doc.messages {
		if !h.before(c, reach) {
			continue
		}
		if f.read(c); c.like(h) && !(c.evaluated && len(c.tags) == 0) {
			options = append(options, option{candidate: c, capacity: 1, score: c.agreement(h)})
		}
	}
	f.all = options
	free := chosen(&f.free, options, func(o *option) bool { return o.free(h) })
	if len(free) == 0 {
		return nil
	}
	best := agreeing(&f.best, free)
	strength := "weak"
	if len(best) == 1 {
		strength = "likely"
	}
	return doc.conclude(h, doc.next(h, best), "name", strength)
}

// byTime finds the message just before a hit, as a hint, if it may have caused the hit.
// Google Analytics only sends names that it was given, so for its hits there has to be
// a tag whose values aren't known.
func (f *Finder) byTime(doc *document, h *hit) *datalayer.HitCause {
	if h.automatic() {
		return nil
	}
	for _, c := range slices.Backward(doc.messages) {
		if c.push.Recovered || !h.before(c, nearReach) {
			continue
		}
		f.read(c)
		mayHave := func(t Tag) bool { return t.mayHaveSent(h) }
		if c.evaluated && slices.ContainsFunc(c.tags, mayHave) || !c.evaluated && !inOrder(h) {
			return doc.conclude(h, option{candidate: c}, "time", "weak")
		}
	}
	return nil
}
