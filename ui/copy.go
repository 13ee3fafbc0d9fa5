package ui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
)

// copyChoices are what of a message can go to the clipboard. The terminal puts it
// there (OSC 52), so it works over SSH.
var copyChoices = []choice{
	{"t", "ticket", copies("ticket", Model.ticket)},
	{"m", "message", copies("message", messageJSON)},
	{"c", "console snippet", copies("console snippet", snippet)},
	{"v", "value", copies("value", valueUnderCursor)},
	{"p", "path", copies("path", pathUnderCursor)},
}

func chooseCopy(m Model) (Model, tea.Cmd) {
	m.chooser = chooser{label: "copy", choices: copyChoices}
	return m, nil
}

// copied copies what a word names.
func (m Model) copied(what string) (Model, tea.Cmd) {
	for _, c := range copyChoices {
		if what == c.name || what == c.key {
			return c.run(m)
		}
	}
	m.status = failed(fmt.Errorf("there is no %s to copy, but %s", what, strings.Join(choiceNames(copyChoices), ", ")))
	return m, nil
}

func completeCopy(_ Model, typed string) completion {
	return completion{words: fitting(suggestions(choiceNames(copyChoices)), typed)}
}

func choiceNames(choices []choice) []string {
	var names []string
	for _, c := range choices {
		names = append(names, c.name)
	}
	return names
}

// notOnMessage is why what is about a message does nothing on other rows.
const notOnMessage = "put the cursor on a message first"

// notOnFinding is why what is about a finding does nothing on other rows.
const notOnFinding = "put the cursor on a message with a finding first"

func noMessage(m Model) string {
	if m.currentPush() == nil || m.screen != onMessages {
		return notOnMessage
	}
	return ""
}

func copies(what string, of func(Model) string) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		s := of(m)
		if s == "" {
			m.status = told("there is no " + what + " here: " + shownKeyOf(m.commands, "tab-next") + " leads to the payload, and " + shownKeyOf(m.commands, "switch-pane") + " into it")
			return m, nil
		}
		m.status = told("copied " + what + ", " + strconv.Itoa(len(s)) + " bytes")
		return m, tea.SetClipboard(s)
	}
}

func messageJSON(m Model) string { return script(m.currentPush().Value(), "", false) }

// snippet pushes the message again when it is pasted into the browser's console.
func snippet(m Model) string {
	push := m.currentPush()
	message := m.currentPush().Value()
	if push.Kind == datalayer.KindGtag {
		message.Kind = datalayer.Array
		call := script(message, "", true)
		return "gtag(" + call[1:len(call)-1] + ");"
	}
	return "window." + push.Layer + ".push(" + script(message, "", true) + ");"
}

// pathUnderCursor is the path of the value under the cursor in the payload.
func pathUnderCursor(m Model) string {
	d := m.detail
	if d.tab != payloadTab || d.list.Cursor < 0 || d.list.Cursor >= len(d.items) {
		return ""
	}
	return d.items[d.list.Cursor].path
}

func valueUnderCursor(m Model) string {
	path := pathUnderCursor(m)
	if path == "" {
		return ""
	}
	v, ok := at(m.currentPush().Value(), "", path)
	switch {
	case !ok:
		return ""
	case len(v.Fields) > 0 || len(v.Items) > 0:
		return script(v, "", false)
	}
	return v.Text
}

// at returns the member of v, which stands at path, that a longer path leads to.
func at(v datalayer.Value, path, to string) (datalayer.Value, bool) {
	if path == to {
		return v, true
	}
	for _, f := range v.Fields {
		if found, ok := at(f.Value, datalayer.Member(path, f.Name), to); ok {
			return found, true
		}
	}
	for i, item := range v.Items {
		if found, ok := at(item, datalayer.Item(path, i), to); ok {
			return found, true
		}
	}
	return datalayer.Value{}, false
}
