package mcp

import (
	"context"
	"fmt"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session"
)

type stateInput struct {
	recordingInput
	Seq    int    `json:"seq" jsonschema:"the message after which to read the state"`
	Path   string `json:"path,omitempty" jsonschema:"a path such as ecommerce.items.0.item_id; default: the whole data layer"`
	Offset int    `json:"offset,omitempty" jsonschema:"where in the state to begin, in bytes; next of the state before"`
}

type stateAnswer struct {
	Seq       int          `json:"seq"`
	State     *part        `json:"state,omitempty"` // JSON; left out if it is unknown or undefined
	Known     bool         `json:"known"`
	Defined   bool         `json:"defined"`
	Consent   []consentRow `json:"consent"`
	Untrusted struct {
		Doubt   string   `json:"doubt,omitempty"` // why the state isn't known for certain
		Changed []string `json:"changed"`         // the paths that the message changed
	} `json:"untrusted"`
	LeftOut int  `json:"left_out,omitempty"` // of the changed paths
	Cut     bool `json:"cut,omitempty"`
}

type consentRow struct {
	Untrusted struct {
		Type      string `json:"type"`
		Default   string `json:"default,omitempty"`
		Update    string `json:"update,omitempty"`
		Effective string `json:"effective"`
	} `json:"untrusted"`
}

// at returns an open recording and the index of its message with the given number.
func (o *opened) at(recording string, seq int) (session.Snapshot, int, error) {
	_, s, err := o.read(recording)
	if err != nil {
		return session.Snapshot{}, 0, err
	}
	i, _, err := message(s, seq)
	return s, i, err
}

func (o *opened) stateAt(_ context.Context, in stateInput) (any, error) {
	s, i, err := o.at(in.Recording, in.Seq)
	if err != nil {
		return nil, err
	}
	state, ok := s.State(i)
	if !ok {
		return nil, fmt.Errorf("the state after message %d isn't known: it was never evaluated", in.Seq)
	}
	found := datalayer.Lookup{Value: state.V2, Known: true}
	if in.Path != "" {
		found = state.V2.Lookup(in.Path)
	}
	r := newRoom()
	a := stateAnswer{Seq: in.Seq, Known: found.Known, Defined: found.Known && found.Value.Kind != datalayer.Undefined}
	if a.Defined {
		text, err := r.partOf(string(datalayer.Encode(nil, found.Value)), in.Offset)
		if err != nil {
			return nil, err
		}
		a.State = &text
	}
	a.Consent, _ = rows(r, state.Consent, func(c gtm.Consent) consentRow {
		var row consentRow
		u := &row.Untrusted
		u.Type, u.Default, u.Update, u.Effective = r.name(c.Type), r.name(c.Default), r.name(c.Update), r.name(c.Effective)
		return row
	})
	a.Untrusted.Doubt = r.words(state.Doubt)
	a.Untrusted.Changed, a.LeftOut = rows(r, state.Changed, func(c gtm.Change) string { return r.name(c.Path) })
	a.Cut = r.cut
	return a, nil
}

type explainInput struct {
	recordingInput
	page
	Seq     int    `json:"seq" jsonschema:"the message"`
	Trigger string `json:"trigger,omitempty" jsonschema:"part of the names of the triggers to explain; default: all"`
}

type explainAnswer struct {
	Seq        int          `json:"seq"`
	Evaluate   *skipped     `json:"not_evaluated,omitempty"`
	Triggers   []triggerRow `json:"triggers"`
	Next       int          `json:"next,omitempty"` // pass as offset
	NearMisses []nearRow    `json:"near_misses"`    // triggers for an event with almost this name
	Cut        bool         `json:"cut,omitempty"`
}

type triggerRow struct {
	Matched    string         `json:"matched"` // "yes", "no" or "unknown"
	Conditions []conditionRow `json:"conditions"`
	LeftOut    int            `json:"left_out,omitempty"`
	Untrusted  struct {
		Name      string `json:"name"`
		Type      string `json:"type,omitempty"`
		Container string `json:"container,omitempty"`
	} `json:"untrusted"`
}

type conditionRow struct {
	Holds     string `json:"holds"` // "yes", "no" or "unknown"
	Untrusted struct {
		Condition string `json:"condition"` // "Event matches RegEx ^widget_"
		Expected  string `json:"expected"`  // JSON
		Actual    string `json:"actual,omitempty"`
		Reason    string `json:"reason,omitempty"` // why it is unknown
	} `json:"untrusted"`
}

type nearRow struct {
	Distance  int    `json:"distance"` // number of letters that differ
	Kind      string `json:"kind"`
	Untrusted struct {
		Trigger  string `json:"trigger"`
		Expected string `json:"expected"`
	} `json:"untrusted"`
}

func (o *opened) explainTriggers(_ context.Context, in explainInput) (any, error) {
	s, i, err := o.at(in.Recording, in.Seq)
	if err != nil {
		return nil, err
	}
	why, ok := s.Explain(i)
	if !ok {
		return nil, fmt.Errorf("message %d can't be explained: it was never evaluated", in.Seq)
	}
	named := named(why.Triggers, in.Trigger)
	if len(named) == 0 && in.Trigger != "" {
		return nil, fmt.Errorf("of the %d triggers none has %q in its name; leave trigger out to list all", len(why.Triggers), in.Trigger)
	}
	r, a := newRoom(), explainAnswer{Seq: in.Seq}
	if why.Skipped != "" {
		a.Evaluate = &skipped{r.words(why.Skipped)}
	}
	a.NearMisses, _ = rows(r, why.NearMisses, func(n gtm.NearMiss) nearRow {
		row := nearRow{Distance: n.Distance, Kind: n.Kind.String()}
		row.Untrusted.Trigger, row.Untrusted.Expected = r.name(n.Trigger.Name), r.name(n.Expected)
		return row
	})
	a.Triggers, a.Next = paged(r, in.page, named, func(v gtm.TriggerVerdict) triggerRow { return triggerOf(r, v) })
	a.Cut = r.cut
	return a, nil
}

// named returns the triggers with a text in their names, ignoring case.
func named(all []gtm.TriggerVerdict, text string) []gtm.TriggerVerdict {
	var some []gtm.TriggerVerdict
	for _, v := range all {
		if strings.Contains(strings.ToLower(v.Trigger.Name), strings.ToLower(text)) {
			some = append(some, v)
		}
	}
	return some
}

func triggerOf(r *room, v gtm.TriggerVerdict) triggerRow {
	row := triggerRow{Matched: v.Matched.String()}
	u := &row.Untrusted
	u.Name, u.Type = r.name(v.Trigger.Name), r.name(v.Trigger.Type)
	if v.Trigger.Container != nil {
		u.Container = r.name(v.Trigger.Container.ID)
	}
	row.Conditions, row.LeftOut = rows(r, v.Conditions, func(held gtm.ConditionVerdict) conditionRow {
		c := conditionRow{Holds: held.Holds.String()}
		u := &c.Untrusted
		u.Condition, u.Expected, u.Reason = r.words(held.Condition.String()), r.value(held.Expected), r.words(held.Reason)
		if held.Holds != gtm.Unknown || held.Actual.Kind != datalayer.Undefined {
			u.Actual = r.value(held.Actual)
		}
		return c
	})
	return row
}
