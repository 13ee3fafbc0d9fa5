package outcome

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/check/current"
	"layertap/rules/google"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// noTag reports a message that triggers match but on which no tag fires, and the plan's
// tags that don't fire.
func (c *Judge) noTag(outcome gtm.Outcome) {
	reported := false
	if c.now.Rule != nil {
		reported = c.expectedTags(outcome)
	}
	trigger := matchedTrigger(outcome)
	if reported || trigger == nil || slices.ContainsFunc(outcome.Tags, func(f gtm.Firing) bool { return f.Tag.Container.Real() && f.Fires != gtm.No }) {
		return
	}
	held := 0
	for _, n := range outcome.NotFired {
		switch n.Status {
		case gtm.StatusNotTriggered, gtm.StatusUnknown:
			return // it fired before, or may fire
		case gtm.StatusHeldBack:
			held++
		default:
			c.now.Report(rules.NoTag, "kept", rules.Finding{}, nil,
				"other", words.Quote(n.Trigger.Name), "actual", words.Quote(n.Tag.Name), "expected", whyNot(n))
			return
		}
	}
	if held > 0 || len(trigger.Fires) > 0 || hasGroups(trigger.Container) {
		return // consent is reported when it is granted; a trigger group waits for others
	}
	c.now.Report(rules.NoTag, "unused", rules.Finding{}, nil, "other", words.Quote(trigger.Name))
}

// whyNot describes why a tag didn't fire, for a sentence.
func whyNot(n gtm.NotFired) string {
	switch {
	case n.Block != nil:
		return "the blocking trigger " + words.Quote(n.Block.Name) + " matches, too"
	case n.Status == gtm.StatusPaused:
		return "it is paused"
	}
	return n.Why
}

func hasGroups(container *gtm.Container) bool {
	return container != nil && slices.ContainsFunc(container.Triggers, func(t *gtm.Trigger) bool { return t.Type == "Trigger Group" })
}

// matchedTrigger returns the first trigger of a container that certainly matched,
// ignoring those that only block.
func matchedTrigger(outcome gtm.Outcome) *gtm.Trigger {
	for _, m := range outcome.Triggers {
		if m.Matched == gtm.Yes && m.Trigger.Container.Real() && !m.Trigger.OnlyBlocks() {
			return m.Trigger
		}
	}
	return nil
}

// anyMatch reports whether a trigger matches, certainly or possibly, ignoring those
// that only block.
func anyMatch(outcome gtm.Outcome) bool {
	return slices.ContainsFunc(outcome.Triggers, func(m gtm.Match) bool { return !m.Trigger.OnlyBlocks() })
}

// expectedTags reports the tags that the plan expects on the event and that don't fire.
// Without a container, tags aren't known.
func (c *Judge) expectedTags(outcome gtm.Outcome) (reported bool) {
	for _, name := range c.now.Rule.Event.Tags {
		fires := func(f gtm.Firing) bool { return f.Tag.Name == name }
		if slices.ContainsFunc(outcome.Tags, fires) || len(outcome.Tags) == 0 && !c.real {
			continue
		}
		form, why := "expected", ""
		for _, n := range outcome.NotFired {
			if n.Tag.Name == name {
				form, why = "expected-kept", cmp.Or(whyNot(n), n.Why)
			}
		}
		c.now.Report(rules.NoTag, form, rules.Finding{}, nil, "actual", words.Quote(name), "expected", why)
		reported = true
	}
	return reported
}

// failedCondition reports the condition because of which a trigger for the event didn't
// match.
func (c *Judge) failedCondition(outcome gtm.Outcome) bool {
	if anyMatch(outcome) {
		return false
	}
	for _, failed := range outcome.FailedTriggers {
		if !failed.Trigger.Container.Real() || failed.Trigger.OnlyBlocks() {
			continue
		}
		f, form := rules.Finding{}, "plain"
		if v := failed.Condition.Variable; v != nil && v.Key != "" {
			if near := c.nearKey(v.Key); near != "" {
				f, form = rules.Finding{Path: v.Key, Suggestion: near}, "misread"
			}
		}
		c.now.Report(rules.TriggerCondition, form, f, nil, "other", words.Quote(failed.Trigger.Name),
			"actual", words.Quote(failed.Actual), "expected", words.Quote(failed.Condition.String()), "value", words.Quote(f.Path), "suggestion", words.Quote(f.Suggestion))
		return true
	}
	return false
}

// nearKey returns the key of the current message that a variable was probably meant to
// read; empty if the message has the variable's key, or none that is similar.
func (c *Judge) nearKey(key string) string {
	fields := c.now.Fields
	if current.Has(fields, key) {
		return ""
	}
	names := make([]string, 0, len(fields))
	for i := range fields {
		names = append(names, fields[i].Name)
	}
	if near := spelling.New(names).Near(key); len(near) > 0 {
		return near[0].Name
	}
	return ""
}

// heldKey is a tag on a page.
type heldKey struct {
	tag  *gtm.Tag
	page string
}

// held is a tag that consent held back.
type held struct {
	tag      *gtm.Tag
	state    *current.Layer
	types    []string
	messages []int
	granted  bool
}

// maxHeld bounds the stored tags.
const maxHeld = 4096

// consentHeld stores the tags that consent held back. They are reported if consent is
// granted later on the page and they don't fire after that: Google Tag Manager doesn't
// fire them again by itself.
func (c *Judge) consentHeld(outcome gtm.Outcome) {
	for _, f := range outcome.Tags {
		if len(c.held) > 0 && f.Fires != gtm.No {
			delete(c.held, heldKey{f.Tag, c.now.Push.Page})
		}
	}
	for _, n := range outcome.NotFired {
		if n.Status != gtm.StatusHeldBack || n.Consent == "" || c.now.Layer == nil {
			continue
		}
		key := heldKey{n.Tag, c.now.Push.Page}
		h := c.held[key]
		if h == nil {
			if len(c.held) >= maxHeld {
				continue
			}
			h = &held{tag: n.Tag, state: c.now.Layer, types: strings.Split(n.Consent, ", ")}
			if c.held == nil {
				c.held = map[heldKey]*held{}
			}
			c.held[key] = h
			c.heldOrder = append(c.heldOrder, key)
		}
		if len(h.messages) < causes.MaxMessages && !slices.Contains(h.messages, c.now.Push.Seq) {
			h.messages = append(h.messages, c.now.Push.Seq)
		}
	}
}

// Granted marks the tags whose consent is now granted.
func (c *Judge) Granted() {
	for _, h := range c.held {
		if h.state == c.now.Layer && !slices.ContainsFunc(h.types, func(t string) bool { return !h.state.Consent[t] }) {
			h.granted = true
		}
	}
}

// NeverFired reports the tags that consent held back and that didn't fire when it was
// granted.
func (c *Judge) NeverFired() {
	reported := map[*gtm.Tag]bool{}
	for _, key := range c.heldOrder {
		h := c.held[key]
		if h == nil || !h.granted || reported[h.tag] {
			continue
		}
		reported[h.tag] = true
		if f, ok := c.now.Finding(rules.NoTag, "held", rules.Finding{Messages: slices.Clip(h.messages), Count: len(h.messages)}, nil, nil,
			"actual", words.Quote(h.tag.Name), "expected", strings.Join(h.types, ", "), "other", words.Number(h.messages[0])); ok {
			c.now.Add(f)
		}
	}
}

// leftOver reports the values that firing tags read and that are left over from an
// earlier message, once for each tag and variable.
func (c *Judge) leftOver(outcome gtm.Outcome) {
	for _, s := range outcome.Stale {
		if !c.isStale(s) {
			continue
		}
		severity := c.staleSeverity(s)
		c.causes.Concerns(rules.StaleVariable, staleSubject(s), c.now.Push.Seq, func() (rules.Finding, bool) {
			form, path := "plain", s.Variable.Key
			if s.Path != "" {
				form, path = "part", datalayer.Member(s.Variable.Key, s.Path)
				if strings.HasPrefix(s.Path, "[") {
					path = s.Variable.Key + s.Path
				}
			}
			f, ok := c.now.Finding(rules.StaleVariable, form, rules.Finding{Path: path}, nil, nil, "actual", words.Quote(s.Tag.Name),
				"other", words.Number(s.SetBy.Seq)+" ("+words.Quote(s.SetBy.Event)+", "+words.ShortTime(c.now.Push.T-s.SetBy.T)+" earlier)", "value", words.Number(c.now.Push.Seq))
			f.Severity = min(f.Severity, severity)
			return f, ok
		})
		if severity > rules.Info {
			c.causes.Raise(rules.StaleVariable, staleSubject(s), min(severity, c.plans.Severity(rules.StaleVariable, nil)))
		}
	}
}

func staleSubject(s gtm.Stale) string {
	return s.Tag.Name + "\x00" + s.Variable.Key + "\x00" + strings.Trim(s.Path, "[]0123456789.")
}

// isStale reports whether a left-over value is worth reporting. A value set without an
// event, or by an event that isn't in a plan, may have been meant for the whole page; a
// part left over in a list or an object never is.
func (c *Judge) isStale(s gtm.Stale) bool {
	return s.Path != "" || c.plans.Event(s.SetBy.Event) != nil
}

// staleSeverity is a warning if the value belongs to something else than the message,
// and an info if it was probably meant to stay: an ID, a platform, or what doesn't
// change according to the plan.
func (c *Judge) staleSeverity(s gtm.Stale) rules.Severity {
	if s.Path != "" {
		return rules.Warning
	}
	rule := c.plans.Event(s.SetBy.Event)
	if rule != nil {
		if talk := rule.Event.Plan.Conversation; talk.ID == s.Variable.Key && talk.ID != "" {
			if c.now.Layer != nil && c.now.Layer.Begun {
				return rules.Warning // of a conversation that has ended
			}
			return rules.Info
		}
	}
	parts := spelling.Split(s.Variable.Key).Parts
	if len(parts) == 0 || google.Persists(string(parts[len(parts)-1])) {
		return rules.Info
	}
	return rules.Warning
}

// undefined reports the variables that a firing tag reads and that no message has set
// yet, if the tag is only for this event, or if a message sets them later or under a
// similar name.
func (c *Judge) undefined(outcome gtm.Outcome) {
	for _, u := range outcome.Undefined {
		subject := u.Tag.Name + "\x00" + u.Variable.Key
		if near := c.nearKey(u.Variable.Key); near != "" {
			c.undefinedVariable(u, subject, "near", near)
			continue
		}
		if c.isOptional(u.Variable.Key) {
			continue
		}
		if isForEvent(u.Tag, c.now.Push.Event) {
			c.undefinedVariable(u, subject, "plain", "")
			continue
		}
		c.await(u)
	}
}

func (c *Judge) undefinedVariable(u gtm.Undefined, subject, form, near string, pairs ...string) {
	c.causes.Concerns(rules.UndefinedVariable, subject, c.now.Push.Seq, func() (rules.Finding, bool) {
		return c.now.Finding(rules.UndefinedVariable, form, rules.Finding{Path: u.Variable.Key, Suggestion: near}, nil, nil,
			append(pairs, "actual", words.Quote(u.Tag.Name), "other", words.Quote(u.Variable.Name), "value", words.Quote(u.Variable.Key), "suggestion", words.Quote(near))...)
	})
}

// isOptional reports whether the event is in the plan and a key isn't required in it.
func (c *Judge) isOptional(key string) bool {
	if c.now.Rule == nil {
		return false
	}
	head, _, _ := strings.Cut(key, ".")
	at, ok := c.now.Rule.Level.Index[head]
	return !ok && head != c.now.Rule.Event.Within || ok && !c.now.Rule.Level.Slots[at].Parameter.Required
}

// isForEvent reports whether a tag fires on that event only: each of its triggers has a
// condition on its name.
func isForEvent(tag *gtm.Tag, event string) bool {
	for _, t := range tag.Firing {
		if !slices.ContainsFunc(t.Conditions, func(condition *gtm.Condition) bool {
			return condition.Predicate != nil && condition.Predicate.OnEvent && condition.Operator == gtm.Equals && !condition.Negated && condition.Expected == event
		}) {
			return false
		}
	}
	return len(tag.Firing) > 0
}

// awaited is a variable that wasn't set when a tag read it.
type awaited struct {
	tag      *gtm.Tag
	variable *gtm.Variable
	push     *datalayer.Push
}

const (
	// maxAwaited bounds the stored variables, and setSoon is the maximum time after the
	// event of a message that was probably meant for it.
	maxAwaited = 1024
	setSoon    = 5 * time.Second
)

func (c *Judge) await(u gtm.Undefined) {
	if len(c.awaited) >= maxAwaited {
		return
	}
	if c.awaited == nil {
		c.awaited = map[string][]awaited{}
	}
	c.awaited[u.Variable.Key] = append(c.awaited[u.Variable.Key][:0:0], awaited{u.Tag, u.Variable, c.now.Push})
}

// SetLater reports variables that a tag read and that this message, which has no event,
// sets shortly afterwards.
func (c *Judge) SetLater() {
	if len(c.awaited) == 0 || c.now.Event != "" {
		return
	}
	for i := range c.now.Fields {
		key := c.now.Fields[i].Name
		for _, a := range c.awaited[key] {
			if a.push.Page != c.now.Push.Page || c.now.Push.T-a.push.T > setSoon {
				continue
			}
			now := c.now.Push
			c.now.Push = a.push
			c.undefinedVariable(gtm.Undefined{Tag: a.tag, Variable: a.variable}, a.tag.Name+"\x00"+key, "later", "", "expected", words.Number(now.Seq))
			c.now.Push = now
		}
		delete(c.awaited, key)
	}
}
