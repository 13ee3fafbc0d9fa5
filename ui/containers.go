package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/gtm"
	"layertap/rules"
	"layertap/ui/overview"
	"layertap/ui/status"
)

// Containers has the functions for containers.
type Containers struct {
	// Read reads the container in a file.
	Read func(path string) (*gtm.Container, error)
	// Check returns what is wrong with a container and, if planned is set, also with how it
	// handles the events of the plans.
	Check func(c *gtm.Container, planned bool) ([]rules.Finding, error)
	// Export writes a variable for a key, or a trigger for an event, to a file that can be
	// imported, and returns the file's name. The names in it don't clash with those in the
	// containers.
	Export func(kind, name string, containers []*gtm.Container) (file string, err error)
}

// audit checks the containers if the screen shows findings about them. One command runs at
// a time.
func (m Model) audit() (Model, tea.Cmd) {
	check := m.options.Containers.Check
	if check == nil || !m.screen.Audits || m.auditing {
		return m, nil
	}
	snapshot, of := m.snapshot, overview.AuditOfSession(m.snapshot)
	if of.Containers == 0 || m.audited != nil && m.audited.Of == of {
		return m, nil
	}
	m.auditing = true
	return m, m.own(func() tea.Msg { return overview.Audit(snapshot, of, check) })
}

func afterAudit(m Model, msg overview.Audited) Model {
	m.auditing, m.audited = false, &msg
	if msg.Err != nil {
		m.status = status.Failed(msg.Err)
	}
	return m
}

func nothingToExport(m Model) string {
	it, ok := m.board.Current()
	switch {
	case m.options.Containers.Export == nil:
		return "parts of containers can't be exported here"
	case !ok || it.Missing == nil:
		return "no variable or trigger is missing in this row"
	}
	return ""
}

// exportMissing writes what a container lacks for the row under the cursor to a file.
func exportMissing(m Model) (Model, tea.Cmd) {
	it, _ := m.board.Current()
	export, piece, snapshot := m.options.Containers.Export, *it.Missing, m.snapshot
	return m, func() tea.Msg {
		file, err := export(string(piece.Kind), piece.Name, overview.Containers(snapshot))
		return done{info: "saved " + file + ": import it into GTM with Merge", err: err}
	}
}
