package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui/prompt"
)

// Page has the functions for the page that is watched.
type Page struct {
	Reload   func() error
	Navigate func(address string) error
	// Screenshot saves a screenshot of the page for the entry with the given Seq, 0 for
	// none, and returns the name of its file.
	Screenshot func(on int) (string, error)
	// Push pushes JSON or a JavaScript object literal into a layer, as a message that is
	// marked as made by hand.
	Push func(layer, message string) error
	// CheckMessage returns what is wrong with the JavaScript of a message, without running
	// it.
	CheckMessage func(message string) error
	// ReadValue reads the value of a variable from the page with the given ID, without
	// changing the page, and adds it to the session.
	ReadValue func(page, variable string, read gtm.PageRead) (datalayer.Value, error)
}

func noPage(m Model) string {
	switch {
	case m.from.File != "":
		return "this is a recording: it has no live page"
	case m.options.Page == nil:
		return "there is no page"
	case m.snapshot.Attachment.Phase != datalayer.Live && m.snapshot.Attachment.Reopens == "":
		return "no page is attached"
	}
	return ""
}

func reloadPage(m Model) (Model, tea.Cmd) {
	reload, info := m.options.Page.Reload, "page reloaded"
	if m.snapshot.Attachment.Reopens != "" {
		info = "opening the page in a new window"
	}
	return m, func() tea.Msg { return done{info: info, err: reload(), kind: "page"} }
}

func askAddress(m Model) (Model, tea.Cmd) {
	m, focus := m.ask("URL", "⏎ opens it · Esc cancels", "", navigate)
	m, more := m.completing("address", completeAddress)
	return m, tea.Batch(focus, more)
}

func navigate(m Model, address string) (Model, tea.Cmd) {
	if address = strings.TrimSpace(address); address == "" {
		return m, nil
	}
	navigate := m.options.Page.Navigate
	return m.remember("address", address), func() tea.Msg { return done{info: "opened " + address, err: navigate(address), kind: "page"} }
}

// completeAddress suggests the page's current URL.
func completeAddress(m Model, typed string) prompt.Completion {
	addresses := []string{m.snapshot.Header.URL}
	if m.seen.Page != nil {
		addresses = append([]string{m.seen.Page.URL}, addresses...)
	}
	return prompt.Completion{Words: prompt.Fitting(prompt.Suggestions(addresses), typed)}
}

func takeScreenshot(m Model) (Model, tea.Cmd) {
	on, screenshot := 0, m.options.Page.Screenshot
	if push := m.messages.Push(m.snapshot); push != nil {
		on = push.Seq
	}
	return m, func() tea.Msg {
		file, err := screenshot(on)
		return done{info: "saved " + file, err: err}
	}
}
