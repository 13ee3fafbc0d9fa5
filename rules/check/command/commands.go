// Package command judges gtag commands: their form, the destinations of events, and
// when consent is set.
package command

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/check/current"
	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/reach"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// Judge judges the commands of a session. It is not safe for concurrent use.
type Judge struct {
	now    *current.Message
	causes *causes.Causes
	reach  *reach.Tracker
	// isConsentType reports whether a tag requires a consent type that isn't Google's.
	isConsentType func(string) bool

	targets  []*pendingTarget
	pending  map[targetKey]*pendingTarget
	waiting  map[*current.Layer]int     // the number of destinations waiting in it
	defaults map[string]*datalayer.Push // the first consent default of a page
	speller  *spelling.Speller          // of Google's consent types
}

// New returns a judge of the current messages.
func New(now *current.Message, causes *causes.Causes, reach *reach.Tracker, isConsentType func(string) bool) *Judge {
	return &Judge{
		now: now, causes: causes, reach: reach, isConsentType: isConsentType,
		pending: map[targetKey]*pendingTarget{}, waiting: map[*current.Layer]int{}, defaults: map[string]*datalayer.Push{},
	}
}

// Command judges the form of a gtag command, or of what was meant to be one: Google's
// tags silently ignore anything other than an arguments object with the right
// arguments.
func (c *Judge) Command(v datalayer.Value) {
	switch push := c.now.Push; push.Kind {
	case datalayer.KindGtag:
		if len(v.Items) > 0 {
			c.gtag(v.Items)
		}
	case datalayer.KindCommand:
		if len(v.Items) > 0 && google.IsCommand(v.Items[0].Text) {
			c.ignored("array", v.Items[0].Text)
		}
	case datalayer.KindObject:
		c.commandInObject(v)
	case datalayer.KindOther:
		switch {
		case v.Kind == datalayer.Array && len(v.Items) > 0 && isCommandList(v.Items[0]):
			c.ignored("array", v.Items[0].Items[0].Text)
		case v.Kind == datalayer.String && google.IsCommand(v.Text):
			c.ignored("spread", v.Text)
			c.now.Layer.Spread = push
		}
	}
}

func (c *Judge) ignored(form, command string, pairs ...string) {
	c.now.ReportOn(rules.IgnoredCommand, form, rules.Finding{}, nil, nil, append(pairs, "value", words.Quote(command))...)
}

// isCommandList reports whether v is a list that begins with the name of a command.
func isCommandList(v datalayer.Value) bool {
	return v.Kind == datalayer.Array && len(v.Items) > 1 && v.Items[0].Kind == datalayer.String && google.IsCommand(v.Items[0].Text)
}

// commandInObject finds a command in an object: {0: "event", 1: "purchase"}, or under a
// key such as arguments.
func (c *Judge) commandInObject(v datalayer.Value) {
	for i := range v.Fields {
		f := &v.Fields[i]
		switch f.Name {
		case "0":
			if f.Value.Kind == datalayer.String && google.IsCommand(f.Value.Text) {
				c.ignored("object", f.Value.Text)
			}
		case "arguments", "args", "command", "commands", "gtag", "event", "consent", "config", "set":
			switch {
			case isCommandList(f.Value):
				c.ignored("object", f.Value.Items[0].Text)
			case f.Name == "consent" && f.Value.Kind == datalayer.String && google.IsConsentAction(f.Value.Text),
				f.Name == "command" && f.Value.Kind == datalayer.String && google.IsCommand(f.Value.Text) && c.now.Event == "":
				c.ignored("object", f.Name)
			}
		}
	}
}

// gtag judges a command and records what it sets.
func (c *Judge) gtag(arguments []datalayer.Value) {
	first := arguments[0]
	switch {
	case first.Opaque() || first.Kind == datalayer.Function:
		return
	case first.Kind != datalayer.String:
		c.ignored("first", "gtag", "actual", rules.Article(first.Kind.String()))
		return
	}
	if fault := google.CheckCommand(arguments); fault != nil {
		c.commandFault(first.Text, len(arguments), fault)
		return
	}
	state := c.now.Layer
	state.Gtag = true
	switch first.Text {
	case "config":
		c.config(arguments)
	case "event":
		c.target()
	case "consent":
		c.consent(arguments[1], arguments[2])
	}
}

func (c *Judge) commandFault(name string, count int, fault *google.CommandFault) {
	switch {
	case fault.Unknown:
		form, intended := "unknown", ""
		if near := spelling.New(google.Commands()).Near(name); len(near) > 0 {
			form, intended = "unknown-near", near[0].Name
		}
		c.now.ReportOn(rules.IgnoredCommand, form, rules.Finding{Suggestion: intended}, nil, nil, "value", words.Quote(name))
	case fault.Argument > 0:
		c.ignored("argument", name, "other", strconv.Itoa(fault.Argument), "expected", fault.Expected)
	default:
		c.ignored("count", name, "actual", strconv.Itoa(count), "expected", fault.Expected)
	}
}

// config records the destination that a config command configures.
func (c *Judge) config(arguments []datalayer.Value) {
	id := strings.TrimSpace(arguments[1].Text)
	if strings.HasPrefix(strings.ToUpper(id), "GTM-") {
		c.ignored("container", "config", "other", words.Quote(id))
		return
	}
	state := c.now.Layer
	if state.Configured == nil {
		state.Configured = map[string]bool{}
	}
	if len(state.Configured) < maxTargets {
		state.Configured[id] = true
	}
	if len(arguments) > 2 {
		groups, _ := arguments[2].Get("groups")
		for _, group := range current.Texts(groups) {
			if state.Groups == nil {
				state.Groups = map[string][]string{}
			}
			if len(state.Groups) < maxTargets && len(state.Groups[group]) < maxTargets {
				state.Groups[group] = append(state.Groups[group], id)
			}
		}
	}
}

// maxTargets bounds the stored destinations of a data layer.
const maxTargets = 256

// ToGA4 reports whether a gtag event is sent to Google Analytics 4, according to its
// send_to and earlier config commands.
func (c *Judge) ToGA4() gtm.Truth {
	if !c.now.IsGtag() {
		return gtm.Unknown
	}
	state := c.now.Layer
	ids := make([]string, 0, 4)
	for _, target := range c.now.SendTo() {
		id := google.Destination(target)
		if !google.IsID(id) {
			members := state.Groups[id]
			if len(members) == 0 { // a group that was configured in another way
				for configured := range state.Configured {
					members = append(members, configured)
				}
			}
			ids = append(ids, members...)
			continue
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		for id := range state.Configured {
			ids = append(ids, id)
		}
	}
	switch {
	case len(ids) == 0:
		return gtm.Unknown
	case slices.ContainsFunc(ids, google.IsGA4):
		return gtm.Yes
	}
	return gtm.No
}

// ElsewhereBound reports whether an event of a plan is only sent to other destinations,
// such as Google Ads, so that the plan doesn't apply to it.
func (c *Judge) ElsewhereBound(event *plan.Event) bool {
	return c.now.IsGtag() && event.Plan.GA4 && c.ToGA4() == gtm.No
}

// target stores the destination of a gtag event until it is known whether it was
// configured.
func (c *Judge) target() {
	targets := c.now.SendTo()
	for _, target := range targets {
		if id := google.Destination(target); google.IsID(id) {
			c.await(id)
		}
	}
	if len(targets) == 0 {
		c.await("")
	}
}

// pendingTarget is a destination of events; "" for any that is configured.
type pendingTarget struct {
	id       string
	state    *current.Layer
	messages []int
	count    int
}

// maxPending bounds the destinations that wait for their config command.
const maxPending = 4096

// targetKey is a destination in a data layer.
type targetKey struct {
	state *current.Layer
	id    string
}

func (c *Judge) await(id string) {
	state := c.now.Layer
	if state.Configured[id] {
		return
	}
	key := targetKey{state, id}
	if p := c.pending[key]; p != nil {
		p.add(c.now.Push.Seq)
		return
	}
	if len(c.targets) >= maxPending || c.waiting[state] >= maxTargets {
		return
	}
	p := &pendingTarget{id: id, state: state}
	p.add(c.now.Push.Seq)
	c.pending[key] = p
	c.waiting[state]++
	c.targets = append(c.targets, p)
}

func (p *pendingTarget) add(seq int) {
	p.count++
	if len(p.messages) < causes.MaxMessages {
		p.messages = append(p.messages, seq)
	}
}

// Unconfigured reports the destinations that were never configured by a config command
// nor, according to known, in another way. If Google Tag Manager is on the page (real
// is set if its container is known), it can configure any, so events without a
// destination aren't reported.
func (c *Judge) Unconfigured(known func(id string) bool, real bool) {
	reported := map[string]int{} // indexes in the findings by ID: the same ID on several pages is one cause
	for _, p := range c.targets {
		if p.isConfigured(known, real) {
			continue
		}
		form := "target"
		if p.id == "" {
			form = "none"
		}
		at, again := reported[p.id]
		if !again {
			f, ok := c.now.Finding(rules.UnconfiguredTarget, form, rules.Finding{}, nil, nil, "value", words.Quote(p.id))
			if !ok {
				return
			}
			at = len(c.now.Found())
			c.now.Add(f)
			reported[p.id] = at
		}
		f := &c.now.Found()[at]
		f.Count += p.count
		f.Messages = append(f.Messages, p.messages[:min(len(p.messages), causes.MaxMessages-len(f.Messages))]...)
		slices.Sort(f.Messages)
	}
}

func (p *pendingTarget) isConfigured(known func(id string) bool, real bool) bool {
	state := p.state
	if p.id == "" {
		return len(state.Configured) > 0 || state.Snippet || real || !state.Gtag
	}
	return state.Configured[p.id] || known(p.id) || len(state.Configured) == 0 && (state.Snippet || real)
}
