package ui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/ui/describe"
	"layertap/ui/pane"
	"layertap/ui/status"
	"layertap/ui/style"
	"layertap/ui/text"
)

// checked is the result of checking a message before it is pushed by hand.
type checked struct {
	layer, typed string
	// message is the parsed text if it is plain data. Only the page can evaluate other
	// JavaScript.
	message *datalayer.Value
	err     error
}

// askPush asks for a message, shows it, and asks for confirmation: the page and everything
// that listens to it treat it as their own.
func askPush(m Model) (Model, tea.Cmd) { return askMessage(m, currentLayer(m), "", nil) }

// currentLayer returns the data layer for a message that is pushed by hand.
func currentLayer(m Model) string {
	if push := m.messages.Push(m.snapshot); push != nil {
		return push.Layer
	}
	return "dataLayer"
}

// askMessage asks for a message, with the error of the previous one below.
func askMessage(m Model, layer, already string, wrong error) (Model, tea.Cmd) {
	m, cmd := m.ask("push", "an object, as JSON or JavaScript · ⏎ checks it · Esc cancels", already, func(m Model, typed string) (Model, tea.Cmd) {
		return checkMessage(m, layer, typed)
	})
	m.prompt.Kind = "push"
	if wrong != nil {
		m.prompt.below = func(Model) [2]text.Line {
			return [2]text.Line{text.Of(style.Bad, " ✗ "+wrong.Error()), text.Of(style.Faint, " nothing was pushed")}
		}
	}
	return m, cmd
}

// checkMessage checks whether a message can be pushed.
func checkMessage(m Model, layer, typed string) (Model, tea.Cmd) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return m, nil
	}
	m.status = status.Info("checking the message")
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

// confirmPush shows the message and asks for confirmation, unless the user has started
// something else meanwhile.
func confirmPush(m Model, c checked) (Model, tea.Cmd) {
	m.status = status.Status{}
	if m.prompt.Open() || m.chooser.choices != nil || m.help.Open {
		return m, nil
	}
	if c.err != nil {
		return askMessage(m, c.layer, c.typed, c.err)
	}
	m = m.remember("push", c.typed)
	push := m.options.Page.Push
	m.chooser = chooser{label: "tags may fire", about: messageToPush(m, c), choices: []choice{
		{"y", "push it", func(m Model) (Model, tea.Cmd) {
			return m, func() tea.Msg { return done{info: "pushed to " + c.layer + " by hand", err: push(c.layer, c.typed)} }
		}},
		{"e", "edit it", func(m Model) (Model, tea.Cmd) { return askMessage(m, c.layer, c.typed, nil) }},
	}}
	return m, nil
}

// messageToPush returns the rows of the message as it will arrive, or else of the typed
// text.
func messageToPush(m Model, c checked) []pane.Item {
	items := []pane.Item{{Wrap: true, Line: text.Of(style.Title, "push this to "+c.layer).With(style.Plain, " on "+m.empty().AttachedTo()+"?")}, {}}
	t := describe.Tree{Findings: map[string]rules.Finding{}}
	if c.message != nil {
		t.Members(*c.message, "", 0)
	}
	switch {
	case c.message == nil:
		items = append(items, pane.Prose(style.Plain, c.typed), pane.Item{}, pane.Prose(style.Faint, "this is JavaScript: the page evaluates it when it is pushed"))
	case t.Items == nil:
		items = append(items, pane.Item{Line: describe.InlineValue(*c.message)})
	}
	for _, it := range t.Items {
		it.Wrap, it.Path, it.Nested = true, "", false // nothing is folded or cut here
		items = append(items, it)
	}
	return append(items, pane.Item{}, pane.Prose(style.Warn, "▲ the page and its tags can't tell it from a real message: tags may fire"))
}
