package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/rules/accept"
	"layertap/ui/detail"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/status"
)

// acceptable returns the exceptions for the row under the cursor; in the list of messages,
// those for the message's findings.
func acceptable(m Model) []pane.Item {
	onMessage := m.screen == screen.Messages
	switch {
	case !onMessage:
		if it, ok := m.board.Current(); ok && it.Exception != nil {
			return []pane.Item{it}
		}
		return nil
	case m.messages.Push(m.snapshot) == nil:
		return nil
	case m.focus == onDetail && m.detail.Tab == detail.Findings && m.detail.List.Cursor < len(m.detail.Items):
		if it := m.detail.Items[m.detail.List.Cursor]; it.Exception != nil {
			return []pane.Item{it}
		}
	}
	return detail.Exceptions(m.snapshot, m.messages.Current())
}

func cannotAccept(m Model) string {
	switch {
	case m.options.Accept == nil:
		return "findings can't be accepted here"
	case len(acceptable(m)) == 0 && m.screen != screen.Messages:
		return m.noFindingInRow()
	case len(acceptable(m)) == 0:
		return notOnFinding
	}
	return ""
}

func (m Model) noFindingInRow() string {
	if m.screen == screen.Summary {
		return "no finding in this row: select one with " + m.commands.KeyOrName("board-up")
	}
	return "no finding in this row: " + m.commands.KeyOrName("summary") + " lists the findings"
}

// askAccept asks how far to accept a finding. If there are several, the worst comes first.
func askAccept(m Model) (Model, tea.Cmd) { return askAcceptOf(m, acceptable(m)) }

func askAcceptOf(m Model, items []pane.Item) (Model, tea.Cmd) {
	it := items[0]
	e := *it.Exception
	if it.Accepted {
		return askRemoveException(m, e)
	}
	everywhere := e.Everywhere()
	c := chooser{label: "accept " + everywhere.String()}
	if everywhere != e {
		c.choices = append(c.choices, choice{"e", "this event", accepts(e, true)})
	}
	c.choices = append(c.choices, choice{"a", "everywhere", accepts(everywhere, true)})
	if len(items) > 1 {
		c.choices = append(c.choices, choice{"n", "next finding", func(m Model) (Model, tea.Cmd) { return askAcceptOf(m, items[1:]) }})
	}
	m.chooser = c
	return m, nil
}

// askRemoveException asks whether to undo an accepted exception. One from a team's file can only
// be undone in that file.
func askRemoveException(m Model, e accept.Exception) (Model, tea.Cmd) {
	if e.From != accept.FromSettings {
		m.status = status.Info("accepted by " + e.From + ": remove it there")
		return m, nil
	}
	m.chooser = chooser{label: "accepted: " + e.String(), choices: []choice{{"t", "take back", accepts(e, false)}}}
	return m, nil
}

func accepts(e accept.Exception, on bool) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		set, info := m.options.Accept, "counts again: "+e.String()
		if on {
			info = "accepted " + e.String()
			if key := m.commands.KeyOf("summary"); key != "" {
				info += ": " + key + " lists what is accepted"
			}
		}
		return m, func() tea.Msg { return done{info: info, err: set(e, on)} }
	}
}
