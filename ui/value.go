package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/gtm"
	"layertap/ui/describe"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// readable returns the variable of the row under the cursor that can be read from the page;
// in the views of a message, else the first that isn't known. It is nil if there is none.
func readable(m Model) *gtm.Reading {
	if m.screen != screen.Messages {
		it, _ := m.board.Current()
		return it.Readable
	}
	if at := m.detail.List.Cursor; at >= 0 && at < len(m.detail.Items) && m.detail.Items[at].Readable != nil {
		return m.detail.Items[at].Readable
	}
	for _, it := range m.detail.Items {
		if it.Readable != nil && !it.Readable.Known {
			return it.Readable
		}
	}
	return nil
}

func nothingToRead(m Model) string {
	switch why := noPage(m); {
	case why != "":
		return why
	case readable(m) == nil:
		return "nothing to read here: no unknown variable that the page could provide"
	}
	return ""
}

// askRead asks whether to read a variable from the page. It is asked each time, because code
// of the container may run in the page.
func askRead(m Model) (Model, tea.Cmd) {
	r, page, read := *readable(m), m.messages.Nearest(m.snapshot).Page, m.options.Page.ReadValue
	name := r.Variable.Name
	m.chooser = chooser{label: "read it?", about: valueToRead(m, r), choices: []choice{{"y", "read it", func(m Model) (Model, tea.Cmd) {
		return m, func() tea.Msg {
			value, err := read(page, name, *r.Page)
			if err != nil {
				return done{err: fmt.Errorf("%s stays unknown: %w", name, err)}
			}
			return done{info: name + ": " + describe.Typed(value).String() + ", read from the page and used from now on"}
		}
	}}}}
	return m, nil
}

// valueToRead describes what is read, and what that does in the page.
func valueToRead(m Model, r gtm.Reading) []pane.Item {
	items := []pane.Item{{Wrap: true, Line: text.Of(style.Title, "read "+r.Variable.Name).With(style.Plain, " from the page on "+m.empty().AttachedTo()+"?")}, {}}
	if r.Page.Code {
		items = append(items, pane.Prose(style.Warn, "▲ The variable's code runs once in the page. If it is about to change anything there, Chrome stops it first, and the value stays unknown."), pane.Item{})
		for line := range strings.Lines(r.Page.Shown) {
			items = append(items, pane.Item{Indent: 2, Wrap: true, Line: text.Of(style.Faint, strings.TrimRight(line, "\r\n"))})
		}
	} else {
		what, name, _ := strings.Cut(r.Page.Source, ":")
		items = append(items, pane.Fact("reads", strings.ReplaceAll(what, "-", " ")+" "+name), pane.Fact("changes", "nothing in the page"))
	}
	return append(items, pane.Item{}, pane.Prose(style.Faint, "The value becomes part of the session. It is used for the messages that this page pushes from now on."))
}
