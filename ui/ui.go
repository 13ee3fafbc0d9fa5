// Package ui is the terminal screen, which shows a session.
//
// [Model] is a Bubble Tea model and a value. Update and View do no I/O: snapshots arrive
// as messages, and everything that reaches outside is a function in [Options] that is
// called from a command. View depends only on the model. Text from pages is stored
// unchanged and made safe in one place, when a line is drawn (package ui/text).
//
// Update returns the next model; the model that it was called on must not be used any
// more, because the two share append-only lists.
package ui

import (
	"cmp"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"layertap/filter"
	"layertap/rules/accept"
	"layertap/session"
	"layertap/ui/help"
	"layertap/ui/keymap"
	"layertap/ui/messages"
	"layertap/ui/picker"
	"layertap/ui/prompt"
	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/style"
)

// Options configures the screen. Only Wait is required; commands whose function is missing
// report that they aren't available.
type Options struct {
	// Wait returns a snapshot that is newer than the one with the given version, as soon as
	// there is one and a frame's time has passed since its last return. It returns false if
	// no more will come.
	Wait func(version uint64) (session.Snapshot, bool)
	// Record starts a recording and returns the name of its file.
	Record func() (string, error)
	// StopRecording completes the recording.
	StopRecording func() error
	// Size returns the size of a file in bytes; 0 if it has none yet.
	Size func(file string) int64
	// Mark sets a mark on the entry with the given Seq; an empty text removes it. Note does
	// the same with a note.
	Mark, Note func(on int, text string) error
	// FirstStart is set if the user has never opened the screen before.
	FirstStart bool
	// Summary is set if the screen starts with the summary of the session.
	Summary bool
	// Layout is the user's last layout. KeepLayout saves it for the next start; nil if
	// nothing can be saved.
	Layout     Layout
	KeepLayout func(Layout)
	// Accept adds or removes an exception for a finding; nil if that can't be saved.
	Accept func(e accept.Exception, on bool) error
	// SaveTicket writes the ticket of the message with the given Seq to a file and returns
	// its name; nil if there is no place for files.
	SaveTicket func(seq int, markdown string) (string, error)
	// Suspend stops the program until a shell continues it; nil if not supported. The
	// terminal is restored meanwhile.
	Suspend func() error
	// Page is the page that is watched; nil if there is none.
	Page *Page
	// Choose selects one of the attachment's choices by its ID; nil if there are none.
	Choose func(id string)
	// Open opens the recording in a file; nil if not supported.
	Open       func(file string) (Recording, error)
	Containers Containers // its nil functions aren't available
	// Files lists a directory, with a slash at the end of directories; nil if not
	// supported. An empty name is the working directory.
	Files func(dir string) []string
	// History is what was typed on earlier screens, by kind, the latest first; Remember
	// saves it for later ones.
	History  map[string][]string
	Remember func(kind, typed string)
	// File is the name of the session file that is shown; empty if live.
	File string
	// Reaction returns after the time a user takes to notice a change; nil for a fixed
	// time.
	Reaction func()
	// Keys replaces the keys of commands, by command name. [CheckKeys] reports whether they
	// are valid.
	Keys map[string][]string
	// NoMouse leaves the mouse to the terminal, which can then select text.
	NoMouse bool
	// Background is the brightness of the terminal's background. The terminal is queried if
	// it isn't set.
	Background Background
	// Filter is the initial filter; the zero Filter passes everything.
	Filter filter.Filter
	// Filters are the user's filters by name, in addition to the built-in ones.
	Filters filter.Presets
	// Theme is the name of the theme; empty for the default one.
	Theme string
	// Themes are the user's themes by name, in addition to the built-in ones.
	Themes map[string]style.Theme
}

// Layout is the user's arrangement of the screen: by how many steps the border between the
// panes was moved, right or down, and which columns of the messages are hidden.
type Layout struct {
	Split  int
	Hidden messages.Hidden
}

// Background is the brightness of the terminal's background.
type Background uint8

// The values of Background. AskTerminal asks the terminal which it is.
const (
	AskTerminal Background = iota
	Dark
	Light
)

// Model is the state of the screen.
type Model struct {
	options       Options
	commands      *keymap.Table[Model]
	width, height int

	themes  map[string]style.Theme
	theme   style.Theme
	kept    Layout // for the next start
	keeping bool   // a command is saving it
	dark    bool
	profile colorprofile.Profile
	sheet   *style.Sheet

	showing
	behind []showing // the sessions behind the one shown, the latest first
	begun  int       // the number of sessions ever shown

	help    help.Help
	prompt  asking
	history prompt.History
	listing prompt.Listing
	presets filter.Presets
	chooser chooser
	picker  picker.Picker
	status  status.Status
	answers string // keys that may follow the previous one, which did nothing
}

// focus is the pane that receives keys.
type focus uint8

const (
	onList focus = iota
	onDetail
)

// New returns the screen of a session that hasn't started. It assumes a dark terminal of 80
// by 24 cells until the terminal reports otherwise.
func New(options Options) Model {
	m := Model{
		options:  options,
		commands: newCommands(options.Keys),
		width:    80,
		height:   24,
		themes:   style.Themes(),
		profile:  colorprofile.TrueColor,
		prompt:   asking{Line: prompt.New()},
		picker:   picker.New(),
		history:  prompt.NewHistory(options.History),
		presets:  filter.Builtin().With(options.Filters),
		showing:  newShowing(0, Recording{File: options.File, Wait: options.Wait, Mark: options.Mark, Note: options.Note}),
		begun:    1,
		kept:     options.Layout,
	}
	if options.Summary {
		m.screen = screen.Summary
	}
	if m.messages.RowFilter.Filter = options.Filter; !options.Filter.All() {
		m = m.remember("filter", options.Filter.String())
	}
	if options.FirstStart {
		m.status = firstSteps(m)
	}
	if m.options.Reaction == nil {
		m.options.Reaction = func() { time.Sleep(reaction) }
	}
	maps.Copy(m.themes, options.Themes)
	m.theme = m.themes[cmp.Or(options.Theme, "default")]
	m.dark = options.Background != Light
	return m.restyled().arranged()
}

// Init queries the terminal's background and waits for the first snapshot.
func (m Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.waitFor(0))
}

func (m Model) restyled() Model {
	m.sheet = style.New(m.theme, m.dark, m.profile)
	return m
}
