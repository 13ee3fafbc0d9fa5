package cli

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/rules/plan/plantest"
	"layertap/session"
)

// FreezePlan makes the program use the tests' plan, not the built-in plan widget.
func FreezePlan() { loadPlan = plantest.Load }

// PanicIn makes the program panic at a place: in "update" or "view", when the user
// presses !, in a "command" that this starts, or in the "source" after it has returned
// a message.
func PanicIn(where string) {
	if where == "source" {
		testOnlySource = func(s session.Source) session.Source { return &panickingSource{Source: s} }
		return
	}
	testOnlyModel = func(m tea.Model) tea.Model { return panickingModel{m, where, false} }
}

type panickingModel struct {
	tea.Model
	where   string
	pressed bool
}

func (m panickingModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyPressMsg); ok && key.String() == "!" {
		m.pressed = true
	}
	if m.pressed && m.where == "update" {
		panic("as it was asked, in update")
	}
	var cmd tea.Cmd
	m.Model, cmd = m.Model.Update(msg)
	if m.pressed && m.where == "command" {
		return m, tea.Batch(cmd, func() tea.Msg { panic("as it was asked, in a command") })
	}
	return m, cmd
}

func (m panickingModel) View() tea.View {
	if m.pressed && m.where == "view" {
		panic("as it was asked, in view")
	}
	return m.Model.View()
}

type panickingSource struct {
	session.Source
	seen bool
}

func (s *panickingSource) Next(ctx context.Context) (datalayer.Batch, error) {
	if s.seen {
		panic("as it was asked, in source")
	}
	batch, err := s.Source.Next(ctx)
	for _, e := range batch.Entries {
		if _, ok := e.(*datalayer.Push); ok {
			s.seen = true
		}
	}
	return batch, err
}
