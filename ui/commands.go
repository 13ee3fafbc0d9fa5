package ui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/detail"
	"layertap/ui/help"
	"layertap/ui/prompt"
	"layertap/ui/screen"
	"layertap/ui/status"
)

// command is something that the user can do. A key is only a binding to one; the
// help and the hints at the bottom are made from the same table.
type command struct {
	name  string
	keys  []string
	scope scope
	help  string
	says  func(Model) string // the hint for the current state; nil: always hint
	hint  string             // the hint in the footer; empty: not shown there
	worth func(Model) bool   // reports whether the hint is worth its room; nil: always
	run   func(Model) (Model, tea.Cmd)
	// whyNot returns why the command does nothing now; empty if it works.
	whyNot func(Model) string
	// words describes the arguments that can be typed after the name, and enter runs the
	// command with them; complete returns suggestions.
	words    string
	enter    func(Model, string) (Model, tea.Cmd)
	complete func(Model, string) prompt.Completion
	// picks is set if the command acts on the message under the cursor.
	picks bool
	// answers are the keys that may follow the command's own. If the command does nothing,
	// the next one of them is ignored.
	answers string
}

// scope is the part of the screen on which a command works.
type scope uint8

const (
	everywhere scope = iota
	inList
	inDetail
	inBoard
)

var scopeNames = [...]string{everywhere: "Everywhere", inList: "Messages", inDetail: "Detail", inBoard: "Other screens"}

func (m Model) scope() scope {
	switch {
	case m.screen != screen.Messages:
		return inBoard
	case m.focus == onDetail:
		return inDetail
	}
	return inList
}

// commands is the table of all commands and their keys.
type commands struct{ all []command }

// bound returns the command bound to a key. A binding of the focused pane takes precedence
// over that of the whole screen.
func (c *commands) bound(s scope, key string) (command, bool) {
	for _, where := range []scope{s, everywhere} {
		for _, cmd := range c.all {
			if cmd.scope == where && slices.Contains(cmd.keys, key) {
				return cmd, true
			}
		}
	}
	return command{}, false
}

// named returns the command with the given name.
func (c *commands) named(name string) (command, bool) {
	i := slices.IndexFunc(c.all, func(cmd command) bool { return cmd.name == name })
	if i < 0 {
		return command{}, false
	}
	return c.all[i], true
}

// hinted lists the commands that the footer shows, in display order. If there is too little
// room, those with the higher rank are left out.
var hinted = []ranked{
	{"close", 2}, {"go", 2}, {"export-missing", 3}, {"fold", 5}, {"show", 12}, {"tab-next", 9}, {"filter", 3}, {"filter-toggle", 7}, {"find", 8}, {"find-next", 5},
	{"next-finding", 4}, {"next-error", 8}, {"explain", 7}, {"copy", 4}, {"mark", 5}, {"note", 10}, {"record", 6}, {"pause", 13},
	{"command", 14}, {"help", 0}, {"quit", 1},
}

type ranked struct {
	name string
	rank int
}

var byRank = slices.SortedStableFunc(slices.Values(hinted), func(a, b ranked) int { return a.rank - b.rank })

// keyOf returns the first key of a command in its display form; empty if it has none.
func (c *commands) keyOf(name string) string {
	for _, cmd := range c.all {
		if cmd.name == name && len(cmd.keys) > 0 {
			return help.ShownKey(cmd.keys[0])
		}
	}
	return ""
}

// keyOrName returns how to run a command: its key or, if it has none, its name.
func (c *commands) keyOrName(name string) string { return cmp.Or(c.keyOf(name), ":"+name) }

// hints returns the commands that the footer may show.
func (c *commands) hints(s scope) []command {
	var hints []command
	own := map[string]bool{} // keys that are bound to another command here
	for _, where := range []scope{s, everywhere} {
		for _, cmd := range c.all {
			if cmd.scope != where || len(cmd.keys) == 0 || own[cmd.keys[0]] {
				continue
			}
			own[cmd.keys[0]] = true
			if cmd.hint != "" {
				hints = append(hints, cmd)
			}
		}
	}
	return hints
}

// newCommands returns the table with the keys of some commands replaced, by command name.
func newCommands(keys map[string][]string) *commands {
	all := slices.Concat(globalCommands(), screenCommands(), viewCommands(), programCommands(), listCommands(), detailCommands(), boardCommands())
	for i, c := range all {
		if changed, ok := keys[c.name]; ok {
			all[i].keys = changed
		}
	}
	return &commands{all}
}

func globalCommands() []command {
	return []command{
		{name: "filter", keys: []string{"f"}, help: "show only messages that match", hint: "filter", run: askFilter,
			words: "FILTER", enter: Model.filtered, complete: completeFilter},
		{name: "filter-toggle", keys: []string{"F"}, help: "clear the filter, or turn it back on", hint: "show all", worth: isFiltered, run: toggleFilter, whyNot: noFilter},
		{name: "filter-named", keys: []string{"@"}, help: "use a named filter", run: askNamedFilter,
			words: "NAME", enter: filterNamed, complete: completeNamed},
		{name: "find", keys: []string{"/"}, help: "find text, also where it is folded or cut off", hint: "find", run: askFind,
			words: "TEXT", enter: sought, complete: completeEvent},
		{name: "find-next", keys: []string{"n"}, help: "next match", hint: "next", run: repeatFind(1), whyNot: noFind},
		{name: "find-previous", keys: []string{"N"}, help: "previous match", run: repeatFind(-1), whyNot: noFind},
		{name: "next-finding", keys: []string{"]"}, help: "next message with a finding, or gap", hint: "finding", run: nextFinding(1, isFinding)},
		{name: "previous-finding", keys: []string{"["}, help: "previous finding or gap", run: nextFinding(-1, isFinding)},
		{name: "next-error", keys: []string{"}"}, help: "next message with an error", hint: "error", worth: hasMoreThanErrors, run: nextFinding(1, hasError), whyNot: noErrors},
		{name: "previous-error", keys: []string{"{"}, help: "previous message with an error", run: nextFinding(-1, hasError), whyNot: noErrors},
		{name: "record", keys: []string{"r"}, help: "start or stop recording", hint: "record", run: toggleRecording, whyNot: noRecording},
		{name: "copy", keys: []string{"y"}, help: "copy the message, a ticket, a value…", hint: "copy", run: chooseCopy, whyNot: noMessage, picks: true, answers: "tfmcvp",
			words: "WHAT", enter: copyWhat, complete: completeCopy},
		{name: "open", keys: []string{"o"}, help: "open a recording; q returns", run: askOpen, whyNot: cannotOpen,
			words: "FILE", enter: openRecording, complete: completeFile(recordings...)},
		{name: "diff", keys: []string{"D"}, help: "compare with a recording", run: askCompare, whyNot: cannotOpen,
			words: "FILE", enter: compareWith, complete: completeFile(recordings...)},
		{name: "mark", keys: []string{"m"}, help: "mark the message, or remove the mark", hint: "mark", run: toggleMark, whyNot: cannotRemark, picks: true},
		{name: "note", keys: []string{"a"}, help: "add a note to the message", hint: "note", run: askNote, whyNot: cannotRemark, picks: true,
			words: "TEXT", enter: func(m Model, typed string) (Model, tea.Cmd) { return noteOn(m, m.messages.Push(m.snapshot).Seq, typed) }},
		{name: "reload", keys: []string{"R"}, help: "reload the page", run: reloadPage, whyNot: noPage},
		{name: "navigate", keys: []string{"u"}, help: "open another URL in the tab", run: askAddress, whyNot: noPage,
			words: "URL", enter: navigate, complete: completeAddress},
		{name: "switch-tab", keys: []string{"t"}, help: "watch another tab", run: openPicker, whyNot: cannotSwitch},
		{name: "screenshot", keys: []string{"S"}, help: "take a screenshot, kept with the message", run: takeScreenshot, whyNot: noPage},
		{name: "push", keys: []string{"P"}, help: "push a message by hand", run: askPush, whyNot: noPage,
			words: "OBJECT", enter: func(m Model, typed string) (Model, tea.Cmd) { return checkMessage(m, currentLayer(m), typed) }},
		{name: "command", keys: []string{":"}, help: "run a command by its name", hint: "command", run: askCommand},
		{name: "fold-noise", keys: []string{"z"}, help: "show or hide gtm.* messages", run: toggleNoise},
		{name: "tab-next", keys: []string{"right", "l"}, help: "next view of the message", hint: "next view", run: turnTab(1)},
		{name: "tab-previous", keys: []string{"left", "h"}, help: "previous view of the message", run: turnTab(-1)},
		{name: "switch-pane", keys: []string{"tab", "shift+tab"}, help: "go to the other pane", run: switchPane, picks: true},
		{name: "pause", keys: []string{"p"}, help: "freeze or unfreeze the screen; capture keeps running", hint: "pause", run: togglePause},
		{name: "what-if", keys: []string{"w"}, help: "try a regular expression, or a draft container", run: askWhatIf,
			words: "PATTERN or FILE", enter: whatIfEntered, complete: completeFile(".json", ".js")},
		{name: "split-right", keys: []string{">"}, help: "move the border between the panes right or down", run: moveSplit(1)},
		{name: "split-left", keys: []string{"<"}, help: "move it left or up", run: moveSplit(-1)},
		{name: "columns", keys: []string{"C"}, help: "hide columns of the messages, or show them again", run: chooseColumns},
		{name: "theme", help: "change the colors", run: askTheme, words: "NAME", enter: themed, complete: completeTheme},
		{name: "accept", keys: []string{"i"}, help: "accept the finding, here or everywhere, or take that back", run: askAccept, whyNot: cannotAccept, answers: "eant"},
		{name: "explain", keys: []string{"e"}, help: "explain the findings", hint: "explain", run: toggleExplain, whyNot: nothingToExplain},
	}
}

// programCommands returns the commands for the program as a whole.
func programCommands() []command {
	return []command{
		{name: "redraw", keys: []string{"ctrl+l"}, help: "redraw the screen", run: func(m Model) (Model, tea.Cmd) { return m, tea.ClearScreen }},
		{name: "help", keys: []string{"?", "f1"}, help: "this help", hint: "help", run: openHelp},
		{name: "back", keys: []string{"esc"}, help: "back: close the detail, filter, error or recording", run: back},
		{name: "suspend", keys: []string{"ctrl+z"}, help: "suspend to the shell; fg returns", run: suspend, whyNot: cannotSuspend},
		{name: "quit", keys: []string{"q"}, help: "quit, or close the detail or the recording; ctrl+c quits without asking", hint: "quit", says: backOrQuit, worth: func(m Model) bool { return len(m.behind) == 0 || m.rowZoomed() }, run: quit},
	}
}

// screenCommands returns the commands that switch screens.
func screenCommands() []command {
	var all []command
	for _, s := range screen.All() {
		all = append(all, command{name: s.Command, keys: []string{s.Key}, help: s.Help, run: goToScreen(s), whyNot: func(m Model) string {
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
		all = append(all, command{name: "view-" + strings.ToLower(v.Name), keys: []string{v.Key}, help: "show the message's " + strings.ToLower(v.Name), run: showView(v)})
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
		{name: "up", scope: inList, keys: []string{"up", "k"}, help: "up", run: moveList(-1)},
		{name: "down", scope: inList, keys: []string{"down", "j"}, help: "down", run: moveList(1)},
		{name: "page-up", scope: inList, keys: []string{"pgup", "ctrl+b", "ctrl+u"}, help: "page up", run: pageList(-1)},
		{name: "page-down", scope: inList, keys: []string{"pgdown", "ctrl+f", "ctrl+d", "space"}, help: "page down", run: pageList(1)},
		{name: "end", scope: inList, keys: []string{"G", "end"}, help: "jump to the latest message, and follow", run: toEnd},
		{name: "start", scope: inList, keys: []string{"g", "home"}, help: "jump to the first message", run: toStart},
		{name: "show", scope: inList, keys: []string{"enter"}, help: "show the message full screen", hint: "full screen", run: openDetail, picks: true},
	}
}

func detailCommands() []command {
	return []command{
		{name: "detail-up", scope: inDetail, keys: []string{"up", "k"}, help: "up", run: moveDetail(-1)},
		{name: "detail-down", scope: inDetail, keys: []string{"down", "j"}, help: "down", run: moveDetail(1)},
		{name: "detail-page-up", scope: inDetail, keys: []string{"pgup", "ctrl+b", "ctrl+u"}, help: "page up", run: pageDetail(-1)},
		{name: "detail-page-down", scope: inDetail, keys: []string{"pgdown", "ctrl+f", "ctrl+d"}, help: "page down", run: pageDetail(1)},
		{name: "detail-end", scope: inDetail, keys: []string{"G", "end"}, help: "jump to the end", run: toEnd},
		{name: "detail-start", scope: inDetail, keys: []string{"g", "home"}, help: "jump to the start", run: detailStart},
		{name: "fold", scope: inDetail, keys: []string{"enter", "space"}, help: "fold or unfold; show all of a long value", hint: "fold", run: toggleFold, whyNot: nothingToFold},
		{name: "close", scope: inDetail, keys: []string{"q"}, help: "back to the list", hint: "back", run: func(m Model) (Model, tea.Cmd) { return leaveDetail(m), nil }},
		{name: "next-message", scope: inDetail, keys: []string{"J"}, help: "next message", run: moveList(1)},
		{name: "previous-message", scope: inDetail, keys: []string{"K"}, help: "previous message", run: moveList(-1)},
	}
}

func boardCommands() []command {
	return []command{
		{name: "board-up", scope: inBoard, keys: []string{"up", "k"}, help: "up", run: moveBoard(-1)},
		{name: "board-down", scope: inBoard, keys: []string{"down", "j"}, help: "down", run: moveBoard(1)},
		{name: "board-page-up", scope: inBoard, keys: []string{"pgup", "ctrl+b", "ctrl+u"}, help: "page up", run: pageBoard(-1)},
		{name: "board-page-down", scope: inBoard, keys: []string{"pgdown", "ctrl+f", "ctrl+d", "space"}, help: "page down", run: pageBoard(1)},
		{name: "board-start", scope: inBoard, keys: []string{"g", "home"}, help: "jump to the start", run: boardStart},
		{name: "board-end", scope: inBoard, keys: []string{"G", "end"}, help: "jump to the end", run: boardEnd},
		{name: "unfold", scope: inBoard, keys: []string{"right", "l"}, help: "show what a hit sent", run: unfoldHit(true)},
		{name: "fold-away", scope: inBoard, keys: []string{"left", "h"}, help: "hide it again", run: unfoldHit(false)},
		{name: "export-missing", scope: inBoard, keys: []string{"x"}, help: "export the missing variable or trigger, to import into GTM", hint: "export", run: exportMissing, whyNot: nothingToExport},
		{name: "beside-down", scope: inBoard, keys: []string{"J"}, help: "scroll the side pane down", run: scrollBeside(1), whyNot: nothingBeside},
		{name: "beside-up", scope: inBoard, keys: []string{"K"}, help: "scroll the side pane up", run: scrollBeside(-1), whyNot: nothingBeside},
		{name: "go", scope: inBoard, keys: []string{"enter"}, help: "more of this row; its messages", hint: "messages", says: moreOrMessages, run: followItem, whyNot: nothingBehind},
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
	s := m.messages.Sieve
	s.Noise = !s.Noise
	if s.Noise {
		m.status = status.Told("gtm.* messages are shown")
	}
	return m.sift(s)
}

// shownKeyOf returns the first key of a command; empty if it has none.
func shownKeyOf(c *commands, name string) string {
	if cmd, ok := c.named(name); ok && len(cmd.keys) > 0 {
		return help.ShownKey(cmd.keys[0])
	}
	return ""
}
