package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/keymap"
	"layertap/ui/list"
	"layertap/ui/picker"
	"layertap/ui/status"
)

// picking reports whether the picker is shown.
func (m Model) picking() bool { return m.from.File == "" && (m.picker.Open || m.capture().Asked()) }

// typesInPicker reports whether the last line is the picker's filter.
func typesInPicker(m Model) bool {
	return m.picking() && !m.help.Open && m.chooser.choices == nil && !m.status.Error
}

func cannotSwitch(m Model) string {
	switch {
	case m.from.File != "":
		return "this is a recording: it has no tabs"
	case m.options.Choose == nil:
		return "there are no tabs"
	case m.snapshot.Attachment.Choices == nil:
		return "no browser is connected"
	}
	return ""
}

func openPicker(m Model) (Model, tea.Cmd) {
	m.picker = picker.New()
	m.picker.Open = true
	for _, c := range m.snapshot.Attachment.Choices {
		if !c.Watched {
			m.picker.On = c.ID
			break
		}
	}
	return m, nil
}

func pickerKey(m Model, msg tea.KeyPressMsg) (Model, tea.Cmd) {
	p := &m.picker
	rows := list.Rows{Len: len(p.Rows)}
	to := p.List.Cursor
	switch key := keyName(msg); {
	case key == "enter":
		return chooseTab(m)
	case key == "esc" && m.status.Error:
		m.status = status.Status{Dismissed: true}
		return m, nil
	case key == "esc" && p.Typed.Typed() != "":
		p.Typed, p.On = picker.New().Typed, ""
		return m, nil
	case key == "esc", key == "q" && p.Typed.Typed() == "":
		return leavePicker(m)
	case key == "up", key == "ctrl+p":
		to--
	case key == "down", key == "ctrl+n":
		to++
	case key == "pgup":
		to = p.List.Page(rows, -1)
	case key == "pgdown":
		to = p.List.Page(rows, 1)
	default:
		if c, ok := m.commands.Bound(keymap.Everywhere, key); ok && msg.Mod.Contains(tea.ModCtrl) {
			return m.run(c)
		}
		return narrowPicker(m, msg)
	}
	m.picker = p.Moved(to)
	return m, nil
}

// narrowPicker filters the picker by the typed text. The cursor is then on the first match.
func narrowPicker(m Model, msg tea.Msg) (Model, tea.Cmd) {
	before := m.picker.Typed.Typed()
	var cmd tea.Cmd
	m.picker.Typed.Input, cmd = m.picker.Typed.Input.Update(msg)
	if m.picker.Typed.Typed() != before {
		m.picker.On, m.picker.List.Cursor = "", 0
	}
	return m, cmd
}

// leavePicker returns to the panes or, if they have nothing yet, quits.
func leavePicker(m Model) (Model, tea.Cmd) {
	if m.capture().Asked() {
		return quit(m)
	}
	m.picker = picker.New()
	return m, nil
}

func chooseTab(m Model) (Model, tea.Cmd) {
	row := m.picker.List.Cursor
	if row < 0 || row >= len(m.picker.Rows) || m.options.Choose == nil {
		return m, nil
	}
	chosen, choose := m.picker.Rows[row], m.options.Choose
	switch {
	case m.capture().Asked(): // the panes show the reason
	case chosen.Watched:
		m.status = status.Info("already watching " + picker.ChoiceTitle(chosen) + ": reload and other commands now use it")
	default:
		m.status = status.Info("switching to " + picker.ChoiceTitle(chosen))
	}
	m.picker = picker.New()
	return m, func() tea.Msg {
		choose(chosen.ID)
		return nil
	}
}
