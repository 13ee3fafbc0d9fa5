package report

import (
	"encoding/json"

	"layertap/datalayer"
	"layertap/gtm"
)

// What --all and --state add to the messages of the JSON form. Values of the page
// are in the encoding of session files.

type allJSON struct {
	// Skipped says why Google Tag Manager evaluated nothing.
	Skipped string `json:"skipped,omitempty"`
	// Before are the events that Google Tag Manager puts before a page's first.
	Before     []syntheticJSON `json:"before,omitempty"`
	NearMisses []nearMissJSON  `json:"nearMisses"`
}

type stateJSON struct {
	State json.RawMessage `json:"state"`
	// Doubt says why the state is not known for certain.
	Doubt string `json:"doubt,omitempty"`
}

type syntheticJSON struct {
	Event    string       `json:"event"`
	Triggers []matchJSON  `json:"triggers"`
	Tags     []firingJSON `json:"tags"`
}

type nearMissJSON struct {
	Trigger  string `json:"trigger"`
	Kind     string `json:"kind"`
	Expected string `json:"expected"`
	Distance int    `json:"distance"`
}

type triggerWhyJSON struct {
	Container  string          `json:"container,omitempty"`
	Type       string          `json:"type,omitempty"`
	Conditions []conditionJSON `json:"conditions"`
}

type conditionJSON struct {
	Text     string          `json:"text"` // "Event matches RegEx ^widget_"
	Variable string          `json:"variable,omitempty"`
	Operator gtm.Operator    `json:"operator"`
	Negated  bool            `json:"negated,omitempty"`
	Expected json.RawMessage `json:"expected"`
	// Actual is left out where it was not captured.
	Actual  json.RawMessage `json:"actual,omitempty"`
	Verdict string          `json:"verdict"`
	Reason  string          `json:"reason,omitempty"`
}

type tagWhyJSON struct {
	Type   string   `json:"type"`
	Status string   `json:"status"`
	Why    string   `json:"why"`
	By     []string `json:"by,omitempty"`
	Blocks []string `json:"blocks,omitempty"`
}

// explain puts every trigger and tag in the place of those that matched and fired.
func (m *messageJSON) explain(why gtm.Explanation) {
	m.allJSON = &allJSON{Skipped: why.Skipped, NearMisses: []nearMissJSON{}}
	for _, s := range why.Before {
		m.Before = append(m.Before, synthetic(s))
	}
	for _, near := range why.NearMisses {
		m.NearMisses = append(m.NearMisses, nearMissJSON{near.Trigger.Name, near.Kind.String(), near.Expected, near.Distance})
	}
	m.Triggers = []matchJSON{}
	for _, v := range why.Triggers {
		m.Triggers = append(m.Triggers, triggerWhy(v))
	}
	m.Tags = tagsWhy(m.Tags, why.Tags)
}

func synthetic(s gtm.Synthetic) syntheticJSON {
	out := syntheticJSON{Event: s.Event, Triggers: []matchJSON{}, Tags: []firingJSON{}}
	for _, match := range s.Triggers {
		out.Triggers = append(out.Triggers, matchJSON{Name: match.Trigger.Name, Matched: match.Matched.String()})
	}
	for _, f := range s.Tags {
		out.Tags = append(out.Tags, firingOf(f.Tag, f.Fires))
	}
	return out
}

func triggerWhy(v gtm.TriggerVerdict) matchJSON {
	why := &triggerWhyJSON{Type: v.Trigger.Type, Conditions: []conditionJSON{}}
	if v.Trigger.Container != nil {
		why.Container = v.Trigger.Container.ID
	}
	for _, held := range v.Conditions {
		c := held.Condition
		out := conditionJSON{
			Text: c.String(), Operator: c.Operator, Negated: c.Negated, Verdict: held.Holds.String(), Reason: held.Reason,
			Expected: datalayer.Encode(nil, held.Expected),
		}
		if held.Holds != gtm.Unknown || held.Actual.Kind != datalayer.Undefined {
			out.Actual = datalayer.Encode(nil, held.Actual)
		}
		if c.Variable != nil {
			out.Variable = c.Variable.Name
		}
		why.Conditions = append(why.Conditions, out)
	}
	return matchJSON{v.Trigger.Name, v.Matched.String(), why}
}

// tagsWhy says why the tags fire, in firing order, and then why the others do not.
func tagsWhy(firing []firingJSON, all []gtm.TagVerdict) []firingJSON {
	others := []firingJSON{}
	for _, v := range all {
		out := firingOf(v.Tag, v.Fires)
		why := &tagWhyJSON{Type: v.Tag.Type, Status: v.Status.String(), Why: v.Reason, By: triggerNames(v.By), Blocks: triggerNames(v.Blocks)}
		fires := false
		for i := range firing {
			if same := firing[i]; same.Container == out.Container && same.Index == out.Index && same.Name == out.Name {
				firing[i].tagWhyJSON, fires = why, true
			}
		}
		if !fires {
			out.tagWhyJSON = why
			others = append(others, out)
		}
	}
	return append(firing, others...)
}

func triggerNames(triggers []*gtm.Trigger) []string {
	var names []string
	for _, t := range triggers {
		names = append(names, t.Name)
	}
	return names
}
