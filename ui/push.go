package ui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/ui/style"
	"layertap/ui/text"
)

// checked brings what is to be said of a message before it is pushed by hand.
type checked struct {
	layer, typed string
	// message is what was typed, where that is plain data. What has to be worked
	// out is known to nobody but the page.
	message *datalayer.Value
	err     error
}

// askPush asks for a message, shows it, and asks whether it is to be pushed: the
// page and everything that listens to it take it for its own.
func askPush(m Model) (Model, tea.Cmd) { return m.askMessage(m.currentLayer(), "", nil) }

// currentLayer is where a message that is pushed by hand goes.
func (m Model) currentLayer() string {
	if push := m.currentPush(); push != nil {
		return push.Layer
	}
	return "dataLayer"
}

// askMessage asks for a message. What was wrong with the one before stands below.
func (m Model) askMessage(layer, already string, wrong error) (Model, tea.Cmd) {
	m, cmd := m.ask("push", "an object, as JSON or JavaScript · ⏎ checks it · Esc back", already, func(m Model, typed string) (Model, tea.Cmd) {
		return m.checkMessage(layer, typed)
	})
	m.prompt.kind = "push"
	if wrong != nil {
		m.prompt.below = func(Model) [2]text.Line {
			return [2]text.Line{text.Of(style.Bad, " ✗ "+wrong.Error()), text.Of(style.Faint, " nothing was pushed")}
		}
	}
	return m, cmd
}

// checkMessage finds out whether a message can be pushed.
func (m Model) checkMessage(layer, typed string) (Model, tea.Cmd) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return m, nil
	}
	m.status = told("reading the message")
	check := m.options.Page.CheckMessage
	return m, func() tea.Msg {
		c := checked{layer: layer, typed: typed}
		if v, err := parse.Literal(typed); err == nil {
			c.message = &v
		}
		switch {
		case c.message != nil && c.message.Kind != datalayer.Object && c.message.Kind != datalayer.Array:
			c.err = errors.New(`a message is an object, such as {event: "test"}`)
		case check != nil:
			c.err = check(typed)
		}
		return c
	}
}

// confirmPush shows the message that is to be pushed. What the user began to do
// meanwhile comes first.
func (m Model) confirmPush(c checked) (Model, tea.Cmd) {
	m.status = status{}
	if m.prompt.open() || m.chooser.choices != nil || m.help.open {
		return m, nil
	}
	if c.err != nil {
		return m.askMessage(c.layer, c.typed, c.err)
	}
	m = m.remember("push", c.typed)
	push := m.options.Page.Push
	m.chooser = chooser{label: "tags may fire", about: m.messageToPush(c), choices: []choice{
		{"y", "push it", func(m Model) (Model, tea.Cmd) {
			return m, func() tea.Msg { return done{told: "pushed into " + c.layer + " by hand", err: push(c.layer, c.typed)} }
		}},
		{"e", "change it", func(m Model) (Model, tea.Cmd) { return m.askMessage(c.layer, c.typed, nil) }},
	}}
	return m, nil
}

// messageToPush is the message as it will arrive, or else what was typed.
func (m Model) messageToPush(c checked) []item {
	items := []item{{wrap: true, line: text.Of(style.Title, "push this into "+c.layer).With(style.Plain, " of "+m.attachedTo()+"?")}, {}}
	t := tree{findings: map[string]rules.Finding{}}
	if c.message != nil {
		t.members(*c.message, "", 0)
	}
	switch {
	case c.message == nil:
		items = append(items, prose(style.Plain, c.typed), item{}, prose(style.Faint, "it is JavaScript, and worked out in the page when it is pushed"))
	case t.items == nil:
		items = append(items, item{line: inlineValue(*c.message)})
	}
	for _, it := range t.items {
		it.wrap, it.path, it.nested = true, "", false // nothing is folded here, or cut
		items = append(items, it)
	}
	return append(items, item{}, prose(style.Warn, "▲ the page, and everything that listens to it, take it for the page's own: tags may fire"))
}
