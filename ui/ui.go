// Package ui is the screen: a session as a person at a terminal sees it.
//
// [Model] is a Bubble Tea model and a value. Update and View do no input or
// output of their own: snapshots come in as messages, and everything that reaches
// outside is a function in [Options] that is called from a command. View depends
// on nothing but the model. Text from pages is stored as it came and made safe in
// one place, where a line is drawn (package ui/text).
//
// Update returns the model to go on with; the one that it was called on must not
// be used any more, because the two share the lists that only ever grow.
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
	"layertap/ui/messages"
	"layertap/ui/picker"
	"layertap/ui/prompt"
	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/style"
)

// Options is what the screen is given. Only Wait must be there; keys whose
// function is missing say that they do nothing here.
type Options struct {
	// Wait returns a snapshot that is newer than the one with the given version,
	// once there is one and a frame's time has passed since it last returned. It
	// returns false when no more will come.
	Wait func(version uint64) (session.Snapshot, bool)
	// Record starts a recording and returns the name of its file.
	Record func() (string, error)
	// StopRecording completes the recording.
	StopRecording func() error
	// Size is the size of a file in bytes; 0 where it has none yet.
	Size func(file string) int64
	// Mark sets a sign on the entry with the given Seq; an empty one takes it
	// off. Note does the same with a text.
	Mark, Note func(on int, text string) error
	// FirstStart says that the user has never seen the screen before.
	FirstStart bool
	// Summary says that the screen begins with the summary of the session.
	Summary bool
	// Layout is how the user arranged the screen the last time. KeepLayout keeps it for
	// the next; nil where nothing can be kept.
	Layout     Layout
	KeepLayout func(Layout)
	// Accept accepts a finding from now on, or no longer; nil where that can't be kept.
	Accept func(e accept.Exception, on bool) error
	// SaveTicket writes the ticket of the message with the given Seq to a file and returns
	// its name; nil where there is no place for files.
	SaveTicket func(seq int, markdown string) (string, error)
	// Suspend stops the program until a shell continues it; nil where there is no
	// such thing. The terminal is as it was before meanwhile.
	Suspend func() error
	// Page is the page that is watched; nil where there is none.
	Page *Page
	// Choose goes on with one of the attachment's choices, by its ID; nil where
	// there are none.
	Choose func(id string)
	// Open opens the recording in a file; nil where none can be.
	Open       func(file string) (Recording, error)
	Containers Containers // what of it is nil can't be asked
	// Files lists what is in a directory, directories with a slash at the end;
	// nil where files cannot be looked for. An empty name is the working directory.
	Files func(dir string) []string
	// History is what was typed on earlier screens, by its kind, the latest first;
	// Remember keeps it for later ones.
	History  map[string][]string
	Remember func(kind, typed string)
	// File is the name of the session file that is shown; empty when live.
	File string
	// Reaction returns after as long as a person takes to see what has changed;
	// nil for a fixed time.
	Reaction func()
	// Keys are the keys of commands by their names, in place of the built-in
	// ones. [CheckKeys] reports whether they can be used.
	Keys map[string][]string
	// NoMouse leaves the mouse to the terminal, which can then select text.
	NoMouse bool
	// Background reports whether the terminal is light or dark; it is asked where
	// that is left open.
	Background Background
	// Filter is the one to begin with; the zero Filter shows all.
	Filter filter.Filter
	// Filters are the user's filters by name, beside the built-in ones.
	Filters filter.Presets
	// Theme is the name of the set of colours; empty for the default one.
	Theme string
	// Themes are the user's sets of colours by name, beside the built-in ones.
	Themes map[string]style.Theme
}

// Layout is how a user arranged the screen: how many steps the border between the panes
// was moved, right or down, and which columns of the messages are hidden.
type Layout struct {
	Split  int
	Hidden messages.Hidden
}

// Background is the brightness of what text stands on.
type Background uint8

// The backgrounds.
const (
	AskTerminal Background = iota
	Dark
	Light
)

// Model is the state of the screen.
type Model struct {
	options       Options
	commands      *commands
	width, height int

	themes  map[string]style.Theme
	theme   style.Theme
	kept    Layout // for the next time
	keeping bool   // a command is out that keeps it
	dark    bool
	profile colorprofile.Profile
	sheet   *style.Sheet

	showing
	behind []showing // the sessions that one comes back to, the last one first
	begun  int       // how many sessions were ever shown

	help    help.Help
	prompt  asking
	history prompt.History
	listing prompt.Listing
	presets filter.Presets
	chooser chooser
	picker  picker.Picker
	status  status.Status
	answers string // keys that could follow the one before, which did nothing
}

// focus is the pane that keys go to.
type focus uint8

const (
	onList focus = iota
	onDetail
)

// New returns the screen of a session that has yet to begin. It assumes a dark
// terminal of 80 by 24 cells until the terminal says otherwise.
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
	if m.messages.Sieve.Filter = options.Filter; !options.Filter.All() {
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

// Init asks the terminal for its background and waits for the first snapshot.
func (m Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.waitFor(0))
}

func (m Model) restyled() Model {
	m.sheet = style.New(m.theme, m.dark, m.profile)
	return m
}
