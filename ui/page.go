package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
)

// Page is what can be asked of the page that is watched.
type Page struct {
	Reload   func() error
	Navigate func(address string) error
	// Screenshot keeps a picture of the page for the entry with the given Seq, 0
	// for none, and returns the name of its file.
	Screenshot func(on int) (string, error)
	// Push pushes JSON or a JavaScript object literal into a layer, as a message
	// that says that it was made by hand.
	Push func(layer, message string) error
	// CheckMessage says what is wrong with the JavaScript of a message, of which it
	// runs nothing.
	CheckMessage func(message string) error
}

func noPage(m Model) string {
	switch {
	case m.from.File != "":
		return "this is a recording: there is no page behind it"
	case m.options.Page == nil:
		return "there is no page here"
	case m.snapshot.Attachment.Phase != datalayer.Live:
		return "no page is attached yet, or no longer"
	}
	return ""
}

func reloadPage(m Model) (Model, tea.Cmd) {
	reload := m.options.Page.Reload
	return m, func() tea.Msg { return done{told: "reloaded the page", err: reload()} }
}

func askAddress(m Model) (Model, tea.Cmd) {
	m, focus := m.ask("go to", "an address · ⏎ opens it · Esc back", "", Model.navigate)
	m, more := m.completing("address", Model.completeAddress)
	return m, tea.Batch(focus, more)
}

func (m Model) navigate(address string) (Model, tea.Cmd) {
	if address = strings.TrimSpace(address); address == "" {
		return m, nil
	}
	navigate := m.options.Page.Navigate
	return m.remember("address", address), func() tea.Msg { return done{told: "opened " + address, err: navigate(address)} }
}

// completeAddress begins with where the page is.
func (m Model) completeAddress(typed string) completion {
	addresses := []string{m.snapshot.Header.URL}
	if m.seen.page != nil {
		addresses = append([]string{m.seen.page.URL}, addresses...)
	}
	return completion{words: fitting(suggestions(addresses), typed)}
}

func takeScreenshot(m Model) (Model, tea.Cmd) {
	on, screenshot := 0, m.options.Page.Screenshot
	if push := m.currentPush(); push != nil {
		on = push.Seq
	}
	return m, func() tea.Msg {
		file, err := screenshot(on)
		return done{told: "saved " + file, err: err}
	}
}
