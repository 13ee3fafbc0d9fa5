package report

import (
	"encoding/json"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/report/sending"
	"layertap/session"
)

// The additions of --all and --state to the messages of the JSON form. Values of the page
// are encoded as in session files.

type allJSON struct {
	// Skipped is the reason why Google Tag Manager evaluated nothing.
	Skipped string `json:"skipped,omitempty"`
	// Before are the events that Google Tag Manager evaluates before a page's first.
	Before     []syntheticJSON `json:"before,omitempty"`
	NearMisses []nearMissJSON  `json:"nearMisses"`
}

type stateJSON struct {
	State json.RawMessage `json:"state"`
	// Doubt is the reason why the state isn't certain.
	Doubt     string                 `json:"doubt,omitempty"`
	Consent   map[string]consentJSON `json:"consent"` // by type
	Variables []variableJSON         `json:"variables"`
}

// consentJSON is the state of a consent type. What was never set is left out.
type consentJSON struct {
	Default   string         `json:"default,omitempty"`
	Update    string         `json:"update,omitempty"`
	Effective string         `json:"effective"`
	DefaultBy int            `json:"defaultBy,omitempty"` // the message's seq
	UpdateBy  int            `json:"updateBy,omitempty"`
	Regional  []regionalJSON `json:"regional,omitempty"`
	Wait      int            `json:"waitForUpdate,omitempty"` // ms
}

type regionalJSON struct {
	Regions string `json:"regions"`
	Default string `json:"default"`
	By      int    `json:"by"`
}

// variableJSON is a variable of a container at a message.
type variableJSON struct {
	Container string          `json:"container,omitempty"`
	Name      string          `json:"name"`
	Value     json.RawMessage `json:"value,omitempty"`
	Type      string          `json:"type,omitempty"`
	From      string          `json:"from"`
	Seq       int             `json:"seq,omitempty"` // the message that set it, or the value that was read from the page
	Unknown   string          `json:"unknown,omitempty"`
}

func stateOf(why gtm.Explanation) *stateJSON {
	out := &stateJSON{
		State: datalayer.Encode(nil, why.State.V2), Doubt: why.State.Doubt,
		Consent: map[string]consentJSON{}, Variables: []variableJSON{},
	}
	for _, c := range why.State.Consent {
		one := consentJSON{Default: c.Default, Update: c.Update, Effective: c.Effective, DefaultBy: c.DefaultBy, UpdateBy: c.UpdateBy, Wait: c.Wait}
		for _, r := range c.Regional {
			one.Regional = append(one.Regional, regionalJSON{r.Regions, r.Default, r.By})
		}
		out.Consent[c.Type] = one
	}
	for _, r := range why.Variables {
		v := variableJSON{Container: r.Variable.Container.ID, Name: r.Variable.Name, From: r.From.String(), Unknown: r.Reason}
		if r.Known {
			v.Value, v.Type, v.Unknown = datalayer.Encode(nil, r.Value), r.Value.Kind.String(), ""
		}
		if r.From == gtm.FromMessage || r.From == gtm.FromLeftOver || r.From == gtm.FromPage {
			v.Seq = r.SetBy.Seq
		}
		out.Variables = append(out.Variables, v)
	}
	return out
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
	// Actual is left out if it wasn't captured.
	Actual  json.RawMessage `json:"actual,omitempty"`
	Verdict string          `json:"verdict"`
	Reason  string          `json:"reason,omitempty"`
}

type tagWhyJSON struct {
	Type   string      `json:"type"`
	Status string      `json:"status"`
	Why    string      `json:"why"`
	Sends  []sendsJSON `json:"sends"`
	By     []string    `json:"by,omitempty"`
	Blocks []string    `json:"blocks,omitempty"`
}

// sendsJSON is a setting of a tag and its value at a message. If the value isn't known,
// Value is left out and Unknown has the reason.
type sendsJSON struct {
	Name    string          `json:"name"`
	Written string          `json:"written"`
	Value   json.RawMessage `json:"value,omitempty"`
	Type    string          `json:"type,omitempty"`
	Unknown string          `json:"unknown,omitempty"`
	Partial string          `json:"partial,omitempty"` // a text in which the unknown part is as written in the tag
}

func sendsOf(parameters []gtm.Parameter) []sendsJSON {
	all := make([]sendsJSON, 0, len(parameters))
	for _, p := range parameters {
		out := sendsJSON{Name: p.Name, Written: p.Written, Partial: p.Partial}
		if p.Known {
			out.Value, out.Type = datalayer.Encode(nil, p.Value), p.Value.Kind.String()
		} else {
			out.Unknown = p.Unknown()
		}
		all = append(all, out)
	}
	return all
}

// comparedJSON compares what a hit's tag should send with what the hit has, and lists the
// names that only the message or only the hit has.
type comparedJSON struct {
	Parameters []comparedParameterJSON `json:"parameters"`
	NotSent    []string                `json:"notSent"`
	NotPushed  []string                `json:"notPushed"`
}

type comparedParameterJSON struct {
	Name     string `json:"name"`
	Expected string `json:"expected,omitempty"`
	Sent     string `json:"sent,omitempty"`
	Verdict  string `json:"verdict"` // "same", "differs", "not sent", "added", "unknown"
	Unknown  string `json:"unknown,omitempty"`
}

// compared returns the comparison of a hit; nil if its message isn't certain.
func compared(s session.Snapshot, hit *datalayer.Hit) *comparedJSON {
	c, ok := sending.Of(s, hit)
	if !ok {
		return nil
	}
	out := &comparedJSON{Parameters: []comparedParameterJSON{}, NotSent: append([]string{}, c.NotSent...), NotPushed: append([]string{}, c.NotPushed...)}
	for _, p := range c.Parameters {
		out.Parameters = append(out.Parameters, comparedParameterJSON{p.Name, p.Expected, p.Sent, p.Verdict, p.Reason})
	}
	return out
}

// explain replaces the triggers that matched and the tags that fired with all triggers and
// tags.
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

// tagsWhy returns why the tags fire, in firing order, followed by why the others don't.
func tagsWhy(firing []firingJSON, all []gtm.TagVerdict) []firingJSON {
	others := []firingJSON{}
	for _, v := range all {
		out := firingOf(v.Tag, v.Fires)
		why := &tagWhyJSON{Type: v.Tag.Type, Status: v.Status.String(), Why: v.Reason, Sends: sendsOf(v.Sends), By: triggerNames(v.By), Blocks: triggerNames(v.Blocks)}
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
