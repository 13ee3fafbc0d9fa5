package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/prompt"
	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/text"
	"layertap/ui/ticket"
)

// copyChoices lists what can be copied of a message. The terminal sets the clipboard (OSC
// 52), so it works over SSH; there is no reply if it fails.
var copyChoices = []choice{
	{"t", "ticket", copies("ticket", ticketOf)},
	{"f", "ticket file", saveTicket},
	{"m", "message", copies("message", func(m Model) string { return ticket.JSON(ticketSource(m).Push) })},
	{"c", "console", copies("console snippet", func(m Model) string { return ticket.Snippet(ticketSource(m).Push) })},
	{"v", "value", copies("value", func(m Model) string { return ticket.Value(m.messages.Push(m.snapshot), m.detail.PathUnderCursor()) })},
	{"p", "path", copies("path", func(m Model) string { return m.detail.PathUnderCursor() })},
}

func ticketOf(m Model) string { return ticket.Markdown(ticketSource(m)) }

// saveTicket writes the ticket to a file, for terminals that have no clipboard.
func saveTicket(m Model) (Model, tea.Cmd) {
	save := m.options.SaveTicket
	if save == nil {
		m.status = status.Info("tickets can't be saved here")
		return m, nil
	}
	seq, markdown := m.messages.Push(m.snapshot).Seq, ticketOf(m)
	return m, func() tea.Msg {
		file, err := save(seq, markdown)
		return done{info: "saved " + file, err: err}
	}
}

func chooseCopy(m Model) (Model, tea.Cmd) {
	m.chooser = chooser{label: "copy", choices: copyChoices}
	return m, nil
}

// copyWhat copies the choice with the given name.
func copyWhat(m Model, what string) (Model, tea.Cmd) {
	for _, c := range copyChoices {
		if what == c.name || what == c.key {
			return c.run(m)
		}
	}
	m.status = status.Failed(fmt.Errorf("can't copy %q: must be one of %s", what, strings.Join(choiceNames(copyChoices), ", ")))
	return m, nil
}

func completeCopy(_ Model, typed string) prompt.Completion {
	return prompt.Completion{Words: prompt.Fitting(prompt.Suggestions(choiceNames(copyChoices)), typed)}
}

func choiceNames(choices []choice) []string {
	var names []string
	for _, c := range choices {
		names = append(names, c.name)
	}
	return names
}

// notOnMessage is the reason why a command for messages does nothing on other rows.
const notOnMessage = "select a message first"

// notOnFinding is the reason why a command for findings does nothing on other rows.
const notOnFinding = "select a message with a finding first"

func noMessage(m Model) string {
	if m.messages.Push(m.snapshot) == nil || m.screen != screen.Messages {
		return notOnMessage
	}
	return ""
}

func copies(what string, of func(Model) string) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		s := of(m)
		if s == "" {
			m.status = status.Info("no " + what + " here: go to the payload with " + m.commands.KeyOf("tab-next") + ", then into it with " + m.commands.KeyOf("switch-pane"))
			return m, nil
		}
		m.status = status.Info(what + ": sent " + text.Thousands(len(s)) + " bytes to the terminal's clipboard")
		return m, tea.SetClipboard(s)
	}
}

// ticketSource returns the source of a ticket for the message under the cursor.
func ticketSource(m Model) ticket.Source {
	return ticket.Source{Snapshot: m.snapshot, Seen: m.seen, Push: m.messages.Push(m.snapshot)}
}
