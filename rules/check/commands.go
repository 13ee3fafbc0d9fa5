package check

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// command judges the form of a gtag command, or of what was meant as one: Google's
// tags ignore any other than an arguments object with the right arguments, without a
// word.
func (c *Checker) command(v datalayer.Value) {
	switch push := c.now.push; push.Kind {
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
			c.now.layer.spread = push
		}
	}
}

func (c *Checker) ignored(form, command string, pairs ...string) {
	c.reportOn(rules.IgnoredCommand, form, rules.Finding{}, nil, nil, append(pairs, "value", words.Quote(command))...)
}

// isCommandList reports whether v is a list that begins with the name of a command.
func isCommandList(v datalayer.Value) bool {
	return v.Kind == datalayer.Array && len(v.Items) > 1 && v.Items[0].Kind == datalayer.String && google.IsCommand(v.Items[0].Text)
}

// commandInObject finds a command in an object: {0: "event", 1: "purchase"}, or under a
// key such as arguments.
func (c *Checker) commandInObject(v datalayer.Value) {
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
				f.Name == "command" && f.Value.Kind == datalayer.String && google.IsCommand(f.Value.Text) && c.now.message.Event == "":
				c.ignored("object", f.Name)
			}
		}
	}
}

// gtag judges a command and takes in what it says.
func (c *Checker) gtag(arguments []datalayer.Value) {
	first := arguments[0]
	switch {
	case first.Opaque() || first.Kind == datalayer.Function:
		return
	case first.Kind != datalayer.String:
		c.ignored("first", "gtag", "actual", kindWord(first))
		return
	}
	if fault := google.CheckCommand(arguments); fault != nil {
		c.commandFault(first.Text, len(arguments), fault)
		return
	}
	state := c.now.layer
	state.gtag = true
	switch first.Text {
	case "config":
		c.config(arguments)
	case "event":
		c.target()
	case "consent":
		c.consent(arguments[1], arguments[2])
	}
}

func (c *Checker) commandFault(name string, count int, fault *google.CommandFault) {
	switch {
	case fault.Unknown:
		form, meant := "unknown", ""
		if near := spelling.New(google.Commands()).Near(name); len(near) > 0 {
			form, meant = "unknown-near", near[0].Name
		}
		c.reportOn(rules.IgnoredCommand, form, rules.Finding{Suggestion: meant}, nil, nil, "value", words.Quote(name))
	case fault.Argument > 0:
		c.ignored("argument", name, "other", strconv.Itoa(fault.Argument), "expected", fault.Expected)
	default:
		c.ignored("count", name, "actual", strconv.Itoa(count), "expected", fault.Expected)
	}
}

// config takes in which destination a config command sets up.
func (c *Checker) config(arguments []datalayer.Value) {
	id := strings.TrimSpace(arguments[1].Text)
	if strings.HasPrefix(strings.ToUpper(id), "GTM-") {
		c.ignored("container", "config", "other", words.Quote(id))
		return
	}
	state := c.now.layer
	if state.configured == nil {
		state.configured = map[string]bool{}
	}
	if len(state.configured) < maxTargets {
		state.configured[id] = true
	}
	if len(arguments) > 2 {
		groups, _ := arguments[2].Get("groups")
		for _, group := range texts(groups) {
			if state.groups == nil {
				state.groups = map[string][]string{}
			}
			if len(state.groups) < maxTargets && len(state.groups[group]) < maxTargets {
				state.groups[group] = append(state.groups[group], id)
			}
		}
	}
}

// maxTargets bounds how many destinations of a data layer are kept in mind.
const maxTargets = 256

// texts are the texts of a value that may be one or a list of them.
func texts(v datalayer.Value) []string {
	switch v.Kind {
	case datalayer.String:
		return []string{v.Text}
	case datalayer.Array:
		var all []string
		for i := range v.Items {
			if v.Items[i].Kind == datalayer.String {
				all = append(all, v.Items[i].Text)
			}
		}
		return all
	}
	return nil
}

// sendTo are the destinations that the current message names.
func (c *Checker) sendTo() []string {
	for i := range c.now.message.Fields {
		if f := &c.now.message.Fields[i]; f.Name == "send_to" {
			return texts(f.Value)
		}
	}
	return nil
}

// toGA4 reports whether a gtag event goes to Google Analytics 4, as far as its send_to
// and the config commands before tell.
func (c *Checker) toGA4() gtm.Truth {
	if !c.isGtag() {
		return gtm.Unknown
	}
	state := c.now.layer
	ids := make([]string, 0, 4)
	for _, target := range c.sendTo() {
		id := google.Destination(target)
		if !google.IsID(id) {
			members := state.groups[id]
			if len(members) == 0 { // a group that something else set up
				for configured := range state.configured {
					members = append(members, configured)
				}
			}
			ids = append(ids, members...)
			continue
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		for id := range state.configured {
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

// elsewhereBound reports whether an event of a plan goes to other destinations alone,
// Google Ads for example, so that the plan says nothing about it.
func (c *Checker) elsewhereBound(event *plan.Event) bool {
	return c.isGtag() && event.Plan.GA4 && c.toGA4() == gtm.No
}

// target keeps in mind where a gtag event goes, until it is known whether that was ever
// configured.
func (c *Checker) target() {
	targets := c.sendTo()
	for _, target := range targets {
		if id := google.Destination(target); google.IsID(id) {
			c.pending(id)
		}
	}
	if len(targets) == 0 {
		c.pending("")
	}
}

// pendingTarget is a destination that events were sent to; "" for whatever is
// configured.
type pendingTarget struct {
	id       string
	state    *layerState
	page     string
	messages []int
	count    int
}

// maxPending bounds how many destinations wait for their config command.
const maxPending = 4096

func (c *Checker) pending(id string) {
	state := c.now.layer
	if state.configured[id] {
		return
	}
	for _, p := range state.pending {
		if p.id == id {
			p.add(c.now.push.Seq)
			return
		}
	}
	if len(c.targets) >= maxPending || len(state.pending) >= maxTargets {
		return
	}
	p := &pendingTarget{id: id, state: state, page: c.now.push.Page}
	p.add(c.now.push.Seq)
	state.pending = append(state.pending, p)
	c.targets = append(c.targets, p)
}

func (p *pendingTarget) add(seq int) {
	p.count++
	if len(p.messages) < causes.MaxMessages {
		p.messages = append(p.messages, seq)
	}
}

// unconfigured reports the destinations that no config command ever set up. Where
// Google Tag Manager is on the page its container can have set up any, so that an event
// without a destination says nothing there.
func (c *Checker) unconfigured() {
	told := map[string]int{} // where in found, by the ID: the same on each page is one cause
	for _, p := range c.targets {
		state := p.state
		configured := state.configured[p.id] || c.received[p.id] || c.tagged[p.id]
		if p.id == "" {
			configured = len(state.configured) > 0 || state.snippet || c.real || !state.gtag
		} else if len(state.configured) == 0 && (state.snippet || c.real) {
			configured = true
		}
		if configured {
			continue
		}
		form := "target"
		if p.id == "" {
			form = "none"
		}
		at, known := told[p.id]
		if !known {
			f, ok := c.finding(rules.UnconfiguredTarget, form, rules.Finding{}, nil, nil, "value", words.Quote(p.id))
			if !ok {
				return
			}
			at, c.found = len(c.found), append(c.found, f)
			told[p.id] = at
		}
		f := &c.found[at]
		f.Count += p.count
		f.Messages = append(f.Messages, p.messages[:min(len(p.messages), causes.MaxMessages-len(f.Messages))]...)
		slices.Sort(f.Messages)
	}
}

// isGtag reports whether the current message is a call of gtag().
func (c *Checker) isGtag() bool { return c.now.message.Kind == datalayer.KindGtag }
