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
	if len(free) == 0 {
		return doc.surplus(h, options)
	}
	all := len(free)
	if !doc.maySendWaiting(h) {
		free = recent(free, h)
	}
	rivals := len(free)
	best := agreeing(&f.best, free)
	pushed := within(best, h)
	if len(pushed) > 0 && (h.Batch.Of <= 1 || pushed[0].candidate == best[0].candidate) { // earlier ones of a batch come first
		return doc.conclude(h, doc.next(h, pushed), "initiator", stackStrength(h, pushed, all))
	}
	one := doc.next(h, best)
	if h.bySelf(one.score) && len(h.values) > 0 {
		return nil
	}
	return doc.conclude(h, one, "name", doc.nameStrength(h, one, best, rivals))
}

// surplus returns the cause of a hit if enough hits were found for each message that can
// have caused it: something sends it twice.
func (doc *document) surplus(h *hit, options []option) *datalayer.HitCause {
	if pushed := within(options, h); len(pushed) > 0 {
		strength := "likely"
		if h.Batch.Of > 1 {
			strength = "weak"
		}
		return doc.conclude(h, pushed[0], "initiator", strength)
	}
	if h.automatic() {
		return nil
	}
	return doc.conclude(h, options[len(options)-1], "name", "weak")
}

// nameStrength returns how certain it is that a hit was caused by one of the best options,
// of rivals that can have caused it.
func (doc *document) nameStrength(h *hit, one option, best []option, rivals int) string {
	age, timed := h.age(one.candidate)
	decided := len(best) == 1 && rivals > 1 // by the values
	switch {
	case one.rank == untagged:
	case timed && age > reach && !doc.consentGiven(h):
	case h.bySelf(one.score):
	case rivals == 1, decided:
		return "likely"
	case inOrder(h):
		if one.rank == sender || h.Batch.Of-h.Batch.Index >= rivals {
			return "likely"
		}
	case doc.immediate(h, best) >= 0:
		return "likely"
	}
	return "weak"
}

// bySelf reports whether the vendor may have sent a hit by itself, because its values don't
// agree with those of the message.
func (h *hit) bySelf(score int) bool { return h.automatic() && !h.initial() && score <= 0 }

// maySendWaiting reports whether a hit may be one that was waiting: for the visitor's
// consent, or for the vendor's script.
func (doc *document) maySendWaiting(h *hit) bool {
	_, loaded := doc.loaded[h.Vendor]
	return !loaded || doc.consentGiven(h)
}

// recent returns the options from which a hit is expected that nothing holds back; all if
// there are none.
func recent(options []option, h *hit) []option {
	if some := chosen(new([]option), options, func(o *option) bool { return h.before(o.candidate, reach) }); len(some) > 0 {
		return some
	}
	return options
}

// immediate returns the index of the option that caused a hit if it was sent at once: the
// only message of the last second, pushed when the vendor's script had been loaded. It is
// -1 if there are none or several.
func (doc *document) immediate(h *hit, options []option) int {
	at := -1
	loaded, ok := doc.loaded[h.Vendor]
	for i := range options {
		if age, timed := h.age(options[i].candidate); !ok || !timed || age >= time.Second || options[i].push.T < loaded {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	return at
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

// inOrder reports whether a hit is sent in the order of the messages: Google Analytics
// collects events, and so do all that send several in one request.
func inOrder(h *hit) bool { return h.Vendor == "ga4" || h.Batch.Of > 1 }

// next returns the option that follows from the order in which the vendor sends: the one
// after the last message that was sent. If each hit is sent immediately, it is the one that
// was just pushed, but while the vendor's script is loading, its calls wait in order.
func (doc *document) next(h *hit, options []option) option {
	if !inOrder(h) {
		return options[max(doc.immediate(h, options), 0)]
	}
	last, any := doc.last[h.account()]
	if i := slices.IndexFunc(options, func(o option) bool { return any && o.index >= last }); i >= 0 {
		return options[i]
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
		doc.last[h.account()] = max(doc.last[h.account()], o.index)
	}
	return &datalayer.HitCause{Push: o.push.Seq, By: by, Strength: strength, Tag: o.tag}
}

// consentGiven reports whether a hit was sent while a message about the visitor's consent
// was being pushed: waiting hits are sent then.
func (doc *document) consentGiven(h *hit) bool {
	return len(h.During) > 0 && slices.ContainsFunc(doc.messages, func(c *candidate) bool {
		if !h.leftDuring(c) {
			return false
		}
		message := c.push.Read()
		return message.Effect.ConsentUpdate || isAboutConsent(message.Event)
	})
}

// byStack finds the message that was being pushed when a hit was sent, if no message
// has the hit's name. Waiting events are also sent at such times: by Google Analytics, and
// by all vendors when a message is about consent. If there are several, those whose names
// are part of the hit's name are preferred.
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
	mayHave := func(t Tag) bool { return t.mayHaveSent(h) }
	switch {
	case len(pushed) > 1, c.evaluated && len(c.tags) == 0, doc.consentGiven(h):
		strength = "weak"
	case c.evaluated && unlike(c) && !slices.ContainsFunc(c.tags, mayHave):
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
		if f.read(c); !h.automatic() && c.like(h) && !(c.evaluated && len(c.tags) == 0) {
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
