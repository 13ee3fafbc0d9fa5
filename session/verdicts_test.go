package session

import (
	"errors"
	"fmt"
	"testing"

	"layertap/gtm"
	"layertap/rules"
)

// Equal verdicts are stored once, and different ones separately.
func TestVerdicts(t *testing.T) {
	trigger, other := &gtm.Trigger{Name: "All"}, &gtm.Trigger{Name: "All"}
	outcome := func(event string, t *gtm.Trigger, m gtm.Truth) gtm.Outcome {
		return gtm.Outcome{Event: event, Triggers: []gtm.Match{{Trigger: t, Matched: m}}}
	}
	finding := func(path string, also ...string) []rules.Finding {
		return []rules.Finding{{Code: rules.EmptyValue, Path: path, Also: also}}
	}
	different := []func() Verdict{
		func() Verdict { return Verdict{Outcome: outcome("a", trigger, gtm.Yes)} },
		func() Verdict { return Verdict{Outcome: outcome("b", trigger, gtm.Yes)} },
		func() Verdict { return Verdict{Outcome: outcome("a", other, gtm.Yes)} },
		func() Verdict { return Verdict{Outcome: outcome("a", trigger, gtm.Unknown)} },
		func() Verdict { return Verdict{Findings: finding("x"), Outcome: outcome("a", trigger, gtm.Yes)} },
		func() Verdict { return Verdict{Accepted: finding("x"), Outcome: outcome("a", trigger, gtm.Yes)} },
		func() Verdict { return Verdict{Findings: finding("y"), Outcome: outcome("a", trigger, gtm.Yes)} },
		func() Verdict { return Verdict{Findings: finding("x", "y"), Outcome: outcome("a", trigger, gtm.Yes)} },
		func() Verdict {
			return Verdict{Outcome: gtm.Outcome{Event: "a", Stale: []gtm.Stale{{SetBy: gtm.Setting{Seq: 1}}}}}
		},
		func() Verdict {
			return Verdict{Outcome: gtm.Outcome{Event: "a", Stale: []gtm.Stale{{SetBy: gtm.Setting{Seq: 2}}}}}
		},
	}
	vs, kept := newVerdicts(), map[*Verdict]bool{}
	for _, verdict := range different {
		one := vs.one(verdict())
		if vs.one(verdict()) != one {
			t.Errorf("%+v is kept twice", *one)
		}
		if want := verdict(); !one.equal(&want) {
			t.Errorf("%+v stands for %+v", *one, want)
		}
		kept[one] = true
	}
	if len(kept) != len(different) {
		t.Errorf("%d verdicts stand for %d", len(kept), len(different))
	}
	if vs.one(Verdict{Findings: []rules.Finding{}}) != nil {
		t.Error("nothing is kept")
	}
	failed := Verdict{Err: errors.New("no")}
	if first, second := vs.one(failed), vs.one(failed); first == second {
		t.Error("two containers that are broken are taken for one")
	}
	for i := range 3 * maxVerdicts {
		vs.one(Verdict{Outcome: gtm.Outcome{Event: fmt.Sprint(i)}})
	}
	if len(vs.known) > maxVerdicts {
		t.Errorf("%d verdicts are kept in mind", len(vs.known))
	}
}
