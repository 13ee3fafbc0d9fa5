package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/detail"
	"layertap/ui/keymap"
	"layertap/ui/screen"
	"layertap/ui/status"
)

// command is an entry of the table of commands.
type command = keymap.Command[Model]

func (m Model) scope() keymap.Scope {
	switch {
	case m.screen != screen.Messages:
		return keymap.InBoard
	case m.focus == onDetail:
		return keymap.InDetail
	}
	return keymap.InList
}

// newCommands returns the table with the keys of some commands replaced, by command name.
func newCommands(keys map[string][]string) *keymap.Table[Model] {
	return keymap.New(slices.Concat(globalCommands(), screenCommands(), viewCommands(), programCommands(), listCommands(), detailCommands(), boardCommands()), keys)
}

func globalCommands() []command {
	return []command{
		{Name: "filter", Keys: []string{"f"}, Help: "show only messages that match", Hint: "filter", Run: askFilter,
			Words: "FILTER", Enter: Model.filtered, Complete: completeFilter},
		{Name: "filter-toggle", Keys: []string{"F"}, Help: "clear the filter, or turn it back on", Hint: "show all", Worth: isFiltered, Run: toggleFilter, WhyNot: noFilter},
		{Name: "filter-named", Keys: []string{"@"}, Help: "use a named filter", Run: askNamedFilter,
			Words: "NAME", Enter: filterNamed, Complete: completeNamed},
		{Name: "find", Keys: []string{"/"}, Help: "find text, also where it is folded or cut off", Hint: "find", Run: askFind,
			Words: "TEXT", Enter: findTyped, Complete: completeEvent},
		{Name: "find-next", Keys: []string{"n"}, Help: "next match", Hint: "next", Run: repeatFind(1), WhyNot: noFind},
		{Name: "find-previous", Keys: []string{"N"}, Help: "previous match", Run: repeatFind(-1), WhyNot: noFind},
		{Name: "next-finding", Keys: []string{"]"}, Help: "next message with a finding, or gap", Hint: "finding", Run: nextFinding(1, isFinding)},
		{Name: "previous-finding", Keys: []string{"["}, Help: "previous finding or gap", Run: nextFinding(-1, isFinding)},
		{Name: "next-error", Keys: []string{"}"}, Help: "next message with an error", Hint: "error", Worth: hasMoreThanErrors, Run: nextFinding(1, hasError), WhyNot: noErrors},
		{Name: "previous-error", Keys: []string{"{"}, Help: "previous message with an error", Run: nextFinding(-1, hasError), WhyNot: noErrors},
		{Name: "record", Keys: []string{"r"}, Help: "start or stop recording", Hint: "record", Run: toggleRecording, WhyNot: noRecording},
		{Name: "copy", Keys: []string{"y"}, Help: "copy the message, a ticket, a value…", Hint: "copy", Run: chooseCopy, WhyNot: noMessage, Picks: true, Answers: "tfmcvp",
			Words: "WHAT", Enter: copyWhat, Complete: completeCopy},
		{Name: "open", Keys: []string{"o"}, Help: "open a recording; q returns", Run: askOpen, WhyNot: cannotOpen,
			Words: "FILE", Enter: openRecording, Complete: completeFile(recordings...)},
		{Name: "diff", Keys: []string{"D"}, Help: "compare with a recording", Run: askCompare, WhyNot: cannotOpen,
			Words: "FILE", Enter: compareWith, Complete: completeFile(recordings...)},
		{Name: "mark", Keys: []string{"m"}, Help: "mark the message, or remove the mark", Hint: "mark", Run: toggleMark, WhyNot: cannotRemark, Picks: true},
		{Name: "note", Keys: []string{"a"}, Help: "add a note to the message", Hint: "note", Run: askNote, WhyNot: cannotRemark, Picks: true,
			Words: "TEXT", Enter: func(m Model, typed string) (Model, tea.Cmd) { return noteOn(m, m.messages.Push(m.snapshot).Seq, typed) }},
		{Name: "reload", Keys: []string{"R"}, Help: "reload the page", Run: reloadPage, WhyNot: noPage},
		{Name: "navigate", Keys: []string{"u"}, Help: "open another URL in the tab", Run: askAddress, WhyNot: noPage,
			Words: "URL", Enter: navigate, Complete: completeAddress},
		{Name: "switch-tab", Keys: []string{"t"}, Help: "watch another tab", Run: openPicker, WhyNot: cannotSwitch},
		{Name: "screenshot", Keys: []string{"S"}, Help: "take a screenshot, kept with the message", Run: takeScreenshot, WhyNot: noPage},
		{Name: "push", Keys: []string{"P"}, Help: "push a message by hand", Run: askPush, WhyNot: noPage,
			Words: "OBJECT", Enter: func(m Model, typed string) (Model, tea.Cmd) { return checkMessage(m, currentLayer(m), typed) }},
		{Name: "value-from-page", Keys: []string{"V"}, Help: "read the value of an unknown variable from the page", Hint: "read from page", Run: askRead, WhyNot: nothingToRead, Answers: "y"},
		{Name: "command", Keys: []string{":"}, Help: "run a command by its name", Hint: "command", Run: askCommand},
		{Name: "fold-noise", Keys: []string{"z"}, Help: "show or hide gtm.* messages", Run: toggleNoise},
		{Name: "next-message", Keys: []string{"J"}, Help: "next message, skipping other rows", Run: nextMessage(1)},
		{Name: "previous-message", Keys: []string{"K"}, Help: "previous message, skipping other rows", Run: nextMessage(-1)},
		{Name: "tab-next", Keys: []string{"right", "l"}, Help: "next view of the message", Hint: "next view", Run: turnTab(1)},
		{Name: "tab-previous", Keys: []string{"left", "h"}, Help: "previous view of the message", Run: turnTab(-1)},
		{Name: "switch-pane", Keys: []string{"tab", "shift+tab"}, Help: "go to the other pane", Run: switchPane, Picks: true},
		{Name: "pause", Keys: []string{"p"}, Help: "freeze or unfreeze the screen; capture keeps running", Hint: "pause", Run: togglePause},
		{Name: "what-if", Keys: []string{"w"}, Help: "try a regular expression, or a draft container", Run: askWhatIf,
			Words: "PATTERN or FILE", Enter: whatIfEntered, Complete: completeFile(".json", ".js")},
		{Name: "split-right", Keys: []string{">"}, Help: "move the border between the panes right or down", Run: moveSplit(1)},
		{Name: "split-left", Keys: []string{"<"}, Help: "move it left or up", Run: moveSplit(-1)},
		{Name: "columns", Keys: []string{"C"}, Help: "hide columns of the messages, or show them again", Run: chooseColumns},
		{Name: "theme", Help: "change the colors", Run: askTheme, Words: "NAME", Enter: themed, Complete: completeTheme},
		{Name: "accept", Keys: []string{"i"}, Help: "accept the finding, here or everywhere, or take that back", Run: askAccept, WhyNot: cannotAccept, Answers: "eant"},
		{Name: "explain", Keys: []string{"e"}, Help: "explain the findings", Hint: "explain", Run: toggleExplain, WhyNot: nothingToExplain},
	}
}

// programCommands returns the commands for the program as a whole.
func programCommands() []command {
	return []command{
		{Name: "redraw", Keys: []string{"ctrl+l"}, Help: "redraw the screen", Run: func(m Model) (Model, tea.Cmd) { return m, tea.ClearScreen }},
		{Name: "help", Keys: []string{"?", "f1"}, Help: "this help", Hint: "help", Run: openHelp},
		{Name: "back", Keys: []string{"esc"}, Help: "back: close the detail, filter, error or recording", Run: back},
		{Name: "suspend", Keys: []string{"ctrl+z"}, Help: "suspend to the shell; fg returns", Run: suspend, WhyNot: cannotSuspend},
		{Name: "quit", Keys: []string{"q"}, Help: "quit, or close the detail or the recording; ctrl+c quits without asking", Hint: "quit", StateHint: backOrQuit, Worth: func(m Model) bool { return len(m.behind) == 0 || m.rowZoomed() }, Run: quit},
	}
}

// screenCommands returns the commands that switch screens.
func screenCommands() []command {
	var all []command
	for _, s := range screen.All() {
		all = append(all, command{Name: s.Command, Keys: []string{s.Key}, Help: s.Help, Run: goToScreen(s), WhyNot: func(m Model) string {
			if s.WhyNot == nil {
				return ""
			}
			return s.WhyNot(m.data())
		}})
	}
	return all
}

// viewCommands returns the commands for those views of a message that have keys.
func viewCommands() []command {
	var all []command
	for _, v := range detail.Views() {
		if v.Key == "" {
			continue
		}
		all = append(all, command{Name: "view-" + strings.ToLower(v.Name), Keys: []string{v.Key}, Help: "show the message's " + strings.ToLower(v.Name), Run: showView(v)})
	}
	return all
}

// showView shows a view of the message under the cursor.
func showView(v *detail.View) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		if m.screen != screen.Messages {
			m, _ = goToScreen(screen.Messages)(m)
		}
		m.detail.Tab = v
		return m, nil
	}
}

func listCommands() []command {
	return []command{
		{Name: "up", Scope: keymap.InList, Keys: []string{"up", "k"}, Help: "up", Run: moveList(-1)},
		{Name: "down", Scope: keymap.InList, Keys: []string{"down", "j"}, Help: "down", Run: moveList(1)},
		{Name: "page-up", Scope: keymap.InList, Keys: []string{"pgup", "ctrl+b", "ctrl+u"}, Help: "page up", Run: pageList(-1)},
		{Name: "page-down", Scope: keymap.InList, Keys: []string{"pgdown", "ctrl+f", "ctrl+d", "space"}, Help: "page down", Run: pageList(1)},
		{Name: "end", Scope: keymap.InList, Keys: []string{"G", "end"}, Help: "jump to the latest message, and follow", Run: toEnd},
		{Name: "start", Scope: keymap.InList, Keys: []string{"g", "home"}, Help: "jump to the first message", Run: toStart},
		{Name: "show", Scope: keymap.InList, Keys: []string{"enter"}, Help: "show the message full screen", Hint: "full screen", Run: openDetail, Picks: true},
	}
}

func detailCommands() []command {
	return []command{
		{Name: "detail-up", Scope: keymap.InDetail, Keys: []string{"up", "k"}, Help: "up", Run: moveDetail(-1)},
		{Name: "detail-down", Scope: keymap.InDetail, Keys: []string{"down", "j"}, Help: "down", Run: moveDetail(1)},
		{Name: "detail-page-up", Scope: keymap.InDetail, Keys: []string{"pgup", "ctrl+b", "ctrl+u"}, Help: "page up", Run: pageDetail(-1)},
		{Name: "detail-page-down", Scope: keymap.InDetail, Keys: []string{"pgdown", "ctrl+f", "ctrl+d"}, Help: "page down", Run: pageDetail(1)},
		{Name: "detail-end", Scope: keymap.InDetail, Keys: []string{"G", "end"}, Help: "jump to the end", Run: toEnd},
		{Name: "detail-start", Scope: keymap.InDetail, Keys: []string{"g", "home"}, Help: "jump to the start", Run: detailStart},
		{Name: "fold", Scope: keymap.InDetail, Keys: []string{"enter", "space"}, Help: "fold or unfold; show all of a long value", Hint: "fold", Run: toggleFold, WhyNot: nothingToFold},
		{Name: "close", Scope: keymap.InDetail, Keys: []string{"q"}, Help: "back to the list", Hint: "back", Run: func(m Model) (Model, tea.Cmd) { return leaveDetail(m), nil }},
	}
}

func boardCommands() []command {
	return []command{
		{Name: "board-up", Scope: keymap.InBoard, Keys: []string{"up", "k"}, Help: "up", Run: moveBoard(-1)},
		{Name: "board-down", Scope: keymap.InBoard, Keys: []string{"down", "j"}, Help: "down", Run: moveBoard(1)},
		{Name: "board-page-up", Scope: keymap.InBoard, Keys: []string{"pgup", "ctrl+b", "ctrl+u"}, Help: "page up", Run: pageBoard(-1)},
		{Name: "board-page-down", Scope: keymap.InBoard, Keys: []string{"pgdown", "ctrl+f", "ctrl+d", "space"}, Help: "page down", Run: pageBoard(1)},
		{Name: "board-start", Scope: keymap.InBoard, Keys: []string{"g", "home"}, Help: "jump to the start", Run: boardStart},
		{Name: "board-end", Scope: keymap.InBoard, Keys: []string{"G", "end"}, Help: "jump to the end", Run: boardEnd},
		{Name: "unfold", Scope: keymap.InBoard, Keys: []string{"right", "l"}, Help: "show what a hit sent", Run: unfoldHit(true)},
		{Name: "fold-away", Scope: keymap.InBoard, Keys: []string{"left", "h"}, Help: "hide it again", Run: unfoldHit(false)},
		{Name: "export-missing", Scope: keymap.InBoard, Keys: []string{"x"}, Help: "export the missing variable or trigger, to import into GTM", Hint: "export", Run: exportMissing, WhyNot: nothingToExport},
		{Name: "beside-down", Scope: keymap.InBoard, Keys: []string{"J"}, Help: "scroll the side pane down", Run: scrollBeside(1), WhyNot: nothingBeside},
		{Name: "beside-up", Scope: keymap.InBoard, Keys: []string{"K"}, Help: "scroll the side pane up", Run: scrollBeside(-1), WhyNot: nothingBeside},
		{Name: "go", Scope: keymap.InBoard, Keys: []string{"enter"}, Help: "more of this row; its messages", Hint: "messages", StateHint: moreOrMessages, Run: followItem, WhyNot: nothingBehind},
	}
}

func repeatFind(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) { return m.seek(direction) }
}

func noFind(m Model) string {
	if m.find.word == "" {
		return "no search yet: press / to find text"
	}
	return ""
}

func toggleNoise(m Model) (Model, tea.Cmd) {
	s := m.messages.RowFilter
	s.Noise = !s.Noise
	if s.Noise {
		m.status = status.Info("gtm.* messages are shown")
	}
	return m.changeRowFilter(s)
}
