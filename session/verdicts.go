package session

import (
	"hash/maphash"
	"slices"

	"layertap/gtm"
	"layertap/rules"
)

// verdicts deduplicates recent verdicts. Most messages of a session have one of a few
// events and the same verdict each time, so a session of a million stores about a
// hundred verdicts.
type verdicts struct {
	known map[uint64]*Verdict
	seed  maphash.Seed
}

// maxVerdicts bounds the verdicts in the map. If there are more, they probably differ
// for each message.
const maxVerdicts = 4096

func newVerdicts() *verdicts {
	return &verdicts{map[uint64]*Verdict{}, maphash.MakeSeed()}
}

// one returns a shared verdict equal to v; nil for the zero Verdict. It must not be
// modified.
func (vs *verdicts) one(v Verdict) *Verdict {
	if v.empty() {
		return nil
	}
	hash := v.hash(vs.seed)
	if known := vs.known[hash]; known != nil && known.equal(&v) {
		return known
	}
	if len(vs.known) >= maxVerdicts {
		clear(vs.known)
	}
	kept := v
	vs.known[hash] = &kept
	return &kept
}

func (v *Verdict) empty() bool {
	o := &v.Outcome
	return v.Err == nil && len(v.Findings)+len(v.Accepted) == 0 && o.Event == "" &&
		len(o.Triggers) == 0 && len(o.Tags) == 0 && len(o.NearMisses) == 0 && len(o.Stale) == 0 &&
		len(o.NotFired) == 0 && len(o.FailedTriggers) == 0 && len(o.Undefined) == 0
}

// hash returns the same for equal verdicts, and almost always different values for
// others.
func (v *Verdict) hash(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, v.Outcome.Event)
	for _, m := range v.Outcome.Triggers {
		maphash.WriteComparable(&h, m)
	}
	for _, f := range v.Outcome.Tags {
		maphash.WriteComparable(&h, f)
	}
	for _, s := range v.Outcome.Stale {
		maphash.WriteComparable(&h, s.SetBy.Seq)
	}
	for _, n := range v.Outcome.NotFired {
		maphash.WriteComparable(&h, n.Tag)
	}
	for _, f := range v.Outcome.FailedTriggers {
		maphash.WriteComparable(&h, f)
	}
	for _, findings := range [][]rules.Finding{v.Findings, v.Accepted} {
		for i := range findings {
			f := &findings[i]
			_, _ = h.WriteString(string(f.Code)) // never returns an error
			_, _ = h.WriteString(f.Path)
			_, _ = h.WriteString(f.Message)
		}
	}
	return h.Sum64()
}

func (v *Verdict) equal(w *Verdict) bool {
	return v.Err == nil && w.Err == nil &&
		equalFindings(v.Findings, w.Findings) && equalFindings(v.Accepted, w.Accepted) &&
		equalOutcomes(&v.Outcome, &w.Outcome)
}

func equalFindings(a, b []rules.Finding) bool {
	return slices.EqualFunc(a, b, func(a, b rules.Finding) bool { return a.Equal(&b) })
}

func equalOutcomes(a, b *gtm.Outcome) bool {
	return a.Event == b.Event && slices.Equal(a.Triggers, b.Triggers) && slices.Equal(a.Tags, b.Tags) &&
		slices.Equal(a.NearMisses, b.NearMisses) && slices.Equal(a.Stale, b.Stale) &&
		slices.Equal(a.NotFired, b.NotFired) && slices.Equal(a.FailedTriggers, b.FailedTriggers) && slices.Equal(a.Undefined, b.Undefined)
}
