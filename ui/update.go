package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/session"
	"layertap/ui/status"
	"layertap/ui/text"
)

// Update processes a message. The order is fixed: what is on top of the screen first, then
// the focused pane, then global commands.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	before := m.status
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		if m.options.Background == AskTerminal {
			m.dark = msg.IsDark()
			m = m.restyled()
		}
	case tea.ColorProfileMsg:
		m.profile = msg.Profile
		m = m.restyled()
	case toSession:
		m, cmd = m.deliver(msg)
	case listed:
		m, cmd = afterListing(m, msg)
	case opened:
		m, cmd = afterOpening(m, msg)
	case done:
		m = afterDone(m, msg)
	case keptLayout:
		m.keeping, m.options.Layout = false, msg.layout
	case checked:
		m, cmd = confirmPush(m, msg)
	case tea.KeyPressMsg:
		m, cmd = m.pressed(msg)
	case tea.PasteMsg:
		m, cmd = m.pasted(msg)
	case tea.MouseWheelMsg:
		m = wheel(m, msg.Mouse())
	case tea.MouseClickMsg:
		m, cmd = click(m, msg.Mouse())
	}
	m.status = before.Then(m.status)
	m, unfold := goToWanted(m)
	m, ask := m.arranged().explain()
	m, audit := m.audit()
	m, again := compareAgain(m)
	m, settle := m.settle()
	m, keep := m.keep()
	m, arranged := m.keepLayout()
	return m, tea.Batch(cmd, unfold, ask, audit, again, settle, keep, arranged)
}

// show applies a newer snapshot and waits for the next one.
func (m Model) show(msg snapshotMsg) (Model, tea.Cmd) {
	next := m.waitFor(msg.snapshot.Version)
	if before := m.newest(); msg.snapshot.Recording.Err != nil && before.Recording.Err == nil {
		m.broke = before.Counts.Messages
	}
	if m.paused {
		m.held = &msg.snapshot
		return m, next
	}
	m, scan := m.take(msg.snapshot)
	return m, tea.Batch(scan, next)
}

func (m Model) take(snapshot session.Snapshot) (Model, tea.Cmd) {
	m.snapshot = snapshot
	m.seen.Extend(snapshot)
	counts := snapshot.Counts
	total := counts.Errors + counts.Warnings + counts.Infos
	if (total != m.seen.Findings || m.seen.Annotations != m.messages.SeenAnnotations) && !m.messages.Scanning {
		m.seen.Findings, m.messages.SeenAnnotations = total, m.seen.Annotations // there are new facts about earlier messages
		if m.messages.RowFilter.Filter.Late() {
			return m.changeRowFilter(m.messages.RowFilter)
		}
	}
	var scan tea.Cmd
	m.messages, scan = m.messages.Advance(snapshot)
	return m, m.own(scan)
}

func (m Model) pressed(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	switch {
	case msg.String() == "ctrl+c":
		return m, tea.Quit
	case !m.fits(): // the effect of a key wouldn't be visible
		if quit, _ := m.commands.Named("quit"); slices.Contains(quit.Keys, keyName(msg)) {
			m.zoomed = false
			return m.run(quit)
		}
		return m, nil
	case m.prompt.Open():
		return promptKey(m, msg)
	case m.chooser.choices != nil:
		return chooserKey(m, msg)
	case m.help.Open:
		return helpKey(m, msg)
	case m.picking():
		return pickerKey(m, msg)
	}
	answers := m.answers
	if m.answers = ""; msg.Text != "" && strings.Contains(answers, msg.Text) {
		return m, nil // it belongs to a command that did nothing, whose reason is shown
	}
	m.status = m.status.Read()
	c, ok := m.commands.Bound(m.scope(), keyName(msg))
	if !ok {
		if msg.Text != "" {
			m.status = status.Info(text.Cut(msg.Text, 8) + " does nothing here: " + m.commands.KeyOrName("help") + " lists the keys")
		}
		return m, nil
	}
	return m.run(c)
}

// run runs a command, or shows why it does nothing.
func (m Model) run(c command) (Model, tea.Cmd) {
	if c.Picks {
		m = m.onTarget()
	}
	if why := c.Refusal(m); why != "" {
		m.status, m.answers = status.Info(why), c.Answers
		return m, nil
	}
	return c.Run(m)
}

func (m Model) pasted(msg tea.PasteMsg) (Model, tea.Cmd) {
	switch {
	case m.prompt.Open():
		return m.typed(msg)
	case m.help.Open:
		var cmd tea.Cmd
		m.help, cmd = fittedHelp(m).Narrowed(msg)
		return m, cmd
	case m.picking():
		return narrowPicker(m, msg)
	}
	return m, nil
}

// keyName returns the key's name in the table of commands. A terminal that reports keys
// instead of characters sends the question mark as the keys that produce it.
func keyName(msg tea.KeyPressMsg) string {
	if s := msg.String(); s != "shift+/" {
		return s
	}
	return "?"
}
