package engine

import (
	"slices"
	"strings"

	"layertap/gtm"
)

// reason is why a tag fires or doesn't.
type reason uint8

const (
	fires reason = iota
	notTriggered
	triggerUnknown
	isPaused
	isBlocked
	blockUnknown
	consentDenied
	consentUnknown
	isBlocklisted
	blocklistUnknown
	firedBefore
	firedBeforeUnknown
	isScheduled
	waitsForSetup
	followsMain
	runsAsSetup
	ranAsSetup
)

// firing is the state of firing the tags of one container for one event.
type firing struct {
	run  *run
	c    *gtm.Container
	p    *progress
	out  *gtm.Outcome
	late []gtm.Firing // what runs after the event's other tags
	in   []*gtm.Tag   // the tags whose setup tags are running
}

// fire runs the tags of the matching triggers, in their order.
func (r *run) fire(container int, out *gtm.Outcome) {
	f := firing{run: r, c: r.containers[container], p: &r.progress[container], out: out}
	slices.Sort(f.p.touched)
	for _, i := range f.p.touched {
		tag := f.c.Tags[i]
		truth, why := f.decide(tag)
		if truth == gtm.No {
			r.trace.tag(tag, gtm.No, why, f.denied(tag, why))
			if !r.again {
				f.notFired(tag, why)
			}
			continue
		}
		f.start(tag, truth, why)
	}
	out.Tags = append(out.Tags, f.late...)
	if r.again {
		return
	}
	for _, fired := range out.Tags {
		r.stale(container, fired.Tag, out)
	}
}

// notFired records a tag that was triggered but doesn't fire.
func (f *firing) notFired(t *gtm.Tag, why reason) {
	if why == ranAsSetup {
		return
	}
	n := gtm.NotFired{Tag: t, Status: why.status(gtm.No), Consent: strings.Join(f.denied(t, why), ", ")}
	var matched, blocks []*gtm.Trigger
	for _, m := range f.out.Triggers {
		if slices.Contains(m.Trigger.Fires, t) {
			matched = append(matched, m.Trigger)
		}
		if slices.Contains(m.Trigger.Blocks, t) {
			blocks = append(blocks, m.Trigger)
		}
	}
	if len(matched) > 0 {
		n.Trigger = matched[0]
	}
	if why == isBlocked && len(blocks) > 0 {
		n.Block = blocks[0]
	}
	n.Why = why.text(gtm.TagVerdict{Tag: t, By: matched, Blocks: blocks, Denied: f.denied(t, why)})
	f.out.NotFired = append(f.out.NotFired, n)
	if n.Status == gtm.StatusHeldBack {
		push := f.run.history.at(f.run.at)
		f.run.usage.heldBack(t, push.Page, n.Consent, push.Seq)
	}
}

// denied returns the consent types that hold a tag back.
func (f *firing) denied(t *gtm.Tag, why reason) []string {
	if why != consentDenied {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Consent), func(typ string) bool { return f.run.consent.granted(typ) != gtm.No })
}

// status returns the tag's status for a reason.
func (why reason) status(fires gtm.Truth) gtm.Status {
	switch fires {
	case gtm.Yes:
		return gtm.StatusFired
	case gtm.Unknown:
		return gtm.StatusUnknown
	}
	switch why {
	case isPaused:
		return gtm.StatusPaused
	case isBlocked, isBlocklisted:
		return gtm.StatusBlocked
	case consentDenied:
		return gtm.StatusHeldBack
	}
	return gtm.StatusNotTriggered
}

// decide reports whether a triggered tag fires.
func (f *firing) decide(t *gtm.Tag) (gtm.Truth, reason) {
	if t.Paused {
		return gtm.No, isPaused
	}
	if f.p.blocked[t.Place] == gtm.Yes {
		return gtm.No, isBlocked
	}
	if t.Option == gtm.OncePerEvent && f.p.ran[t.Place] == f.p.epoch {
		return gtm.No, ranAsSetup
	}
	truth, why := f.p.added[t.Place], fires
	lower := func(to gtm.Truth, no, maybe reason) {
		if to >= truth {
			return
		}
		truth, why = to, maybe
		if to == gtm.No {
			why = no
		}
	}
	if truth == gtm.Unknown {
		why = triggerUnknown
	}
	lower(gtm.Yes-f.p.blocked[t.Place], isBlocked, blockUnknown)
	if t.Option == gtm.OncePerPage {
		lower(gtm.Yes-f.p.fired[t.Place], firedBefore, firedBeforeUnknown)
	}
	if t.Scheduled {
		lower(gtm.Unknown, fires, isScheduled)
	}
	lower(f.allowed(t), isBlocklisted, blocklistUnknown)
	lower(f.consented(t), consentDenied, consentUnknown)
	return truth, why
}

func (f *firing) consented(t *gtm.Tag) gtm.Truth {
	granted := gtm.Yes
	for _, typ := range t.Consent {
		granted = min(granted, f.run.consent.granted(typ))
	}
	if len(t.Consent) > 0 && f.p.templates {
		return gtm.Unknown // a template can set consent without a message
	}
	return granted
}

// allowed reports whether a tag may run according to the lists that the page can push,
// such as gtm.blocklist.
func (f *firing) allowed(t *gtm.Tag) gtm.Truth { return f.run.restrictions.Allow(t.Type, t.Class) }

// maxStarts bounds the tags that run for one message: setup tags with setup tags of
// their own can cause any number of runs.
const maxStarts = 20_000

// start runs a tag, with its setup tags before it and its teardown tags after it. If a
// setup tag had to run, the tag waits for its result, which isn't captured.
func (f *firing) start(t *gtm.Tag, truth gtm.Truth, why reason) {
	if f.p.starts++; f.p.starts > maxStarts {
		return
	}
	f.in = append(f.in, t)
	waits := false
	for _, setup := range t.Setup {
		waits = f.setup(setup, truth) || waits
	}
	f.in = f.in[:len(f.in)-1]
	if waits {
		truth, why = gtm.Unknown, waitsForSetup
		f.late = append(f.late, gtm.Firing{Tag: t, Fires: gtm.Unknown})
	} else {
		f.out.Tags = append(f.out.Tags, gtm.Firing{Tag: t, Fires: truth})
	}
	f.mark(t, truth)
	if truth == gtm.Yes {
		f.run.usage.fired(t, f.run.history.at(f.run.at).Seq)
	}
	f.run.trace.tag(t, truth, why, nil)
	for _, teardown := range t.Teardown {
		if !slices.Contains(f.in, teardown) && len(f.late) < maxStarts {
			f.late = append(f.late, gtm.Firing{Tag: teardown, Fires: gtm.Unknown})
			f.mark(teardown, gtm.Unknown)
			f.run.trace.tag(teardown, gtm.Unknown, followsMain, nil)
		}
	}
}

// setup runs a setup tag, regardless of its own triggers, and reports whether the main
// tag has to wait for it.
func (f *firing) setup(t *gtm.Tag, truth gtm.Truth) (waits bool) {
	switch {
	case t.Paused, slices.Contains(f.in, t):
		return false
	case t.Option == gtm.OncePerPage && f.p.fired[t.Place] == gtm.Yes, t.Option == gtm.OncePerEvent && f.p.ran[t.Place] == f.p.epoch:
		return false
	case t.Option == gtm.OncePerPage && f.p.fired[t.Place] == gtm.Unknown:
		truth = gtm.Unknown
	}
	truth = min(truth, f.consented(t), f.allowed(t))
	if truth != gtm.No {
		f.start(t, truth, runsAsSetup)
	}
	return true
}

func (f *firing) mark(t *gtm.Tag, truth gtm.Truth) {
	f.p.ran[t.Place] = f.p.epoch
	f.p.fired[t.Place] = max(f.p.fired[t.Place], truth)
	if strings.HasPrefix(t.Type, "cvt_") {
		f.p.templates = true
	}
}
