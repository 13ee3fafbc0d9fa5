package cause

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// option is a message that can have sent a hit.
type option struct {
	*candidate
	rank     rank
	capacity int // how many hits of the kind it can have sent
	tag      string
	score    int // how well the values agree
}

// free reports whether fewer hits were found for the message than it can have sent.
func (o *option) free(h *hit) bool { return o.sent[h.request] < o.capacity }

// byName finds the message that can have sent a hit of this name.
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

// chosen returns the options that keep accepts, in the memory of an earlier hit's.
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

// options returns the messages before a hit that can have sent it by its name, in
// their order: only those of the best rank.
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

// leftDuring reports whether a hit may have left while a message was being pushed.
func (h *hit) leftDuring(c *candidate) bool {
	return slices.ContainsFunc(h.During, func(ref datalayer.PushRef) bool { return ref.Seq == c.push.Seq })
}

// stackStrength says how sure it is that a hit came from a message of its name that
// was being pushed when it left.
func stackStrength(h *hit, pushed []option, rivals int) string {
	if len(pushed) == 1 && rivals == 1 && h.Batch.Of <= 1 && pushed[0].rank >= named {
		return "certain"
	}
	return "likely"
}

// inOrder reports whether a vendor sends events in the order of their messages.
func inOrder(h *hit) bool { return h.Vendor == "ga4" }

// next returns the option that a hit is of by the order in which its vendor sends:
// the first one that follows what was sent before, or the latest if each hit leaves
// at once.
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

// conclude notes that a hit came from a message.
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

// consentGiven reports whether a hit left while a message was being pushed that
// updates the visitor's consent: what waited for it leaves then.
func (doc *document) consentGiven(h *hit) bool {
	return len(h.During) > 0 && slices.ContainsFunc(doc.messages, func(c *candidate) bool {
		return h.leftDuring(c) && c.push.Read().Effect.ConsentUpdate
	})
}

// byStack finds the message that was being pushed when a hit left, if no message has
// the hit's name. Google Analytics sends what waits at such times, too. Where several
// may have been, those whose names are in the hit's come first.
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

// byLikeness finds the message whose name has the hit's name in it.
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

// byTime finds the message just before a hit, as a hint: only one that may have sent
// it. Google Analytics sends the names that it is told, so that there a tag has to be
// the reason whose values are not known.
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
