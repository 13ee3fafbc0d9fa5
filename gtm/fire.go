package gtm

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// reason is why a tag fires, or why it does not.
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

// firing is the tags of one container on one event.
type firing struct {
	run  *run
	c    *Container
	p    *progress
	out  *Outcome
	late []Firing // what runs after the other tags of the event
	in   []*Tag   // the tags whose setup tags are being run
}

// fire runs the tags that the triggers added, in their order.
func (r *run) fire(container int, out *Outcome) {
	f := firing{run: r, c: r.containers[container], p: &r.progress[container], out: out}
	slices.Sort(f.p.touched)
	for _, i := range f.p.touched {
		tag := f.c.Tags[i]
		truth, why := f.decide(tag)
		if truth == No {
			r.trace.tag(tag, No, why)
			continue
		}
		f.start(tag, truth, why)
	}
	out.Tags = append(out.Tags, f.late...)
	for _, fired := range out.Tags {
		r.stale(container, fired.Tag, out)
	}
}

// decide says whether a tag that a trigger adds fires.
func (f *firing) decide(t *Tag) (Truth, reason) {
	if t.Paused {
		return No, isPaused
	}
	if f.p.blocked[t.seq] == Yes {
		return No, isBlocked
	}
	if t.Option == OncePerEvent && f.p.ran[t.seq] == f.p.epoch {
		return No, ranAsSetup
	}
	truth, why := f.p.added[t.seq], fires
	lower := func(to Truth, no, maybe reason) {
		if to >= truth {
			return
		}
		truth, why = to, maybe
		if to == No {
			why = no
		}
	}
	if truth == Unknown {
		why = triggerUnknown
	}
	lower(Yes-f.p.blocked[t.seq], isBlocked, blockUnknown)
	if t.Option == OncePerPage {
		lower(Yes-f.p.fired[t.seq], firedBefore, firedBeforeUnknown)
	}
	if t.scheduled {
		lower(Unknown, fires, isScheduled)
	}
	lower(f.allowed(t), isBlocklisted, blocklistUnknown)
	lower(f.consented(t), consentDenied, consentUnknown)
	return truth, why
}

func (f *firing) consented(t *Tag) Truth {
	granted := Yes
	for _, typ := range t.Consent {
		granted = min(granted, f.run.consent.granted(typ))
	}
	if len(t.Consent) > 0 && f.p.templates {
		return Unknown // a template can set the consent without the data layer
	}
	return granted
}

// allowed holds a tag against the lists of what may run that a page can push.
func (f *firing) allowed(t *Tag) Truth {
	listed := func(keys ...string) (list datalayer.Value, given bool) {
		for _, key := range keys {
			found := f.run.state.GetV1(key)
			if !found.Known || found.Value.Kind == datalayer.Array && len(found.Value.Items) > 0 {
				return found.Value, true
			}
		}
		return list, false
	}
	answer := Yes
	if block, given := listed("gtm.blocklist", "gtm.blacklist"); given {
		answer = Yes - inList(block, t.Type)
	}
	if allow, given := listed("gtm.allowlist", "gtm.whitelist"); given {
		answer = min(answer, inList(allow, t.Type))
	}
	return answer
}

// inList says whether a type of tag is in a list of types and of classes of
// types. Only the classes of Custom HTML are known here.
func inList(list datalayer.Value, typ string) Truth {
	const html = "html"
	answer := No
	if list.Kind != datalayer.Array {
		return Unknown
	}
	for _, item := range list.Items {
		switch {
		case item.Text == typ, typ == html && item.Text == "customScripts":
			return Yes
		case strings.ContainsAny(item.Text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") || item.Text == "google" && typ != html:
			answer = Unknown
		}
	}
	return answer
}

// start runs a tag, its setup tags before it and its teardown tags after it. A
// tag whose setup tag had to be run waits for that one's report, which is not
// captured.
func (f *firing) start(t *Tag, truth Truth, why reason) {
	f.in = append(f.in, t)
	waits := false
	for _, setup := range t.Setup {
		waits = f.setup(setup, truth) || waits
	}
	f.in = f.in[:len(f.in)-1]
	if waits {
		truth, why = Unknown, waitsForSetup
		f.late = append(f.late, Firing{t, Unknown})
	} else {
		f.out.Tags = append(f.out.Tags, Firing{t, truth})
	}
	f.mark(t, truth)
	f.run.trace.tag(t, truth, why)
	for _, teardown := range t.Teardown {
		if !slices.Contains(f.in, teardown) {
			f.late = append(f.late, Firing{teardown, Unknown})
			f.mark(teardown, Unknown)
			f.run.trace.tag(teardown, Unknown, followsMain)
		}
	}
}

// setup runs a setup tag, whatever its own triggers say, and reports whether the
// main tag has to wait for it.
func (f *firing) setup(t *Tag, truth Truth) (waits bool) {
	switch {
	case t.Paused, slices.Contains(f.in, t):
		return false
	case t.Option == OncePerPage && f.p.fired[t.seq] == Yes, t.Option == OncePerEvent && f.p.ran[t.seq] == f.p.epoch:
		return false
	case t.Option == OncePerPage && f.p.fired[t.seq] == Unknown:
		truth = Unknown
	}
	truth = min(truth, f.consented(t), f.allowed(t))
	if truth != No {
		f.start(t, truth, runsAsSetup)
	}
	return true
}

func (f *firing) mark(t *Tag, truth Truth) {
	f.p.ran[t.seq] = f.p.epoch
	f.p.fired[t.seq] = max(f.p.fired[t.seq], truth)
	if strings.HasPrefix(t.Type, "cvt_") {
		f.p.templates = true
	}
}

// stale adds the values that a tag reads and that are left over from earlier
// messages.
func (r *run) stale(container int, t *Tag, out *Outcome) {
	if t.Container != r.containers[container] {
		return
	}
	for _, v := range t.Reads {
		if by, stale := r.leftOver(container, v); stale {
			out.Stale = append(out.Stale, Stale{Tag: t, Variable: v, SetBy: by})
		}
	}
}

// leftOver returns the message that set what a data layer variable reads, and
// whether that was not the message at hand.
func (r *run) leftOver(container int, v *Variable) (Setting, bool) {
	if v.DataLayerVersion == 0 || v.index < 0 {
		return Setting{}, false
	}
	last := int(r.progress[container].set[v.index]) - 1
	if last < 0 {
		return Setting{}, false
	}
	push := r.history.pushes[last]
	setting := Setting{Seq: push.Seq, T: push.T, Page: push.Page, Event: push.Event}
	own := strings.HasPrefix(v.Key, "gtm.") || v.Key == "event"
	defined := v.DataLayerVersion == 1 || r.state.Defined(v.Key)
	return setting, last != r.at && !own && defined
}
