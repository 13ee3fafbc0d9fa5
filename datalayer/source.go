package datalayer

import "time"

// Batch is what a source returns at once.
type Batch struct {
	Entries []Entry
	// Messages are those of the pushes among Entries, in their order, as [Push.Read]
	// reads them. Nil if the source didn't read them.
	Messages []Message
	// Complete says that no container comes after Entries.
	Complete bool
	// Now is the session time until which a source has watched; zero if only the times of
	// its entries are known, as for a file.
	Now time.Duration
	// Attachment is the new state of the source; nil if it hasn't changed.
	Attachment *Attachment
}

// ReadMessages reads the messages of the batch.
func (b *Batch) ReadMessages() {
	b.Messages = make([]Message, 0, len(b.Entries))
	for _, e := range b.Entries {
		if push, ok := e.(*Push); ok {
			b.Messages = append(b.Messages, push.Read())
		}
	}
}

// Attachment is the current state of a source: a browser tab or a file. Unlike entries,
// it isn't recorded.
type Attachment struct {
	Phase Phase
	// Detail is a short description of what is happening or what went wrong, and what
	// the user can do.
	Detail  string
	Browser string // "Chrome/156.0.8078.79"; empty until it is known
	// Percent is how much of a recording was read, from 1 to 99; 0 if that isn't known.
	Percent int
	// Notices are shown to the user permanently, such as a flag that makes the browser
	// less secure.
	Notices []string
	// Held is what the page is waiting for and what the user can do: a dialog, a login,
	// a page that couldn't be opened. Empty if it isn't waiting.
	Held string
	// Reopens is the URL that is opened again on request: the window that showed it was
	// closed. Empty if none was.
	Reopens string
	Since   time.Time // when Live was last entered; zero if never
	// Ahead is how far the browser's clock is ahead of this machine's, for which all
	// times have been corrected; zero if no difference could be measured.
	Ahead time.Duration
	// Frames are the frames of all captured tabs, each tab's main frame first. Nil if
	// they aren't known yet, or if nothing is captured.
	Frames []Frame
	// Choices are what the source can be attached to: browsers in the phase
	// ChoosingBrowser, otherwise the browser's tabs. Nil if not known. They must not be
	// modified.
	Choices []Choice
}

// Choice is a browser or a tab that can be attached to.
type Choice struct {
	ID    string // as used by its source
	Title string
	URL   string // of a browser: where it was found
	// Watched is set if it is being captured.
	Watched bool
}

// Frame is the current state of a frame of a tab, with or without the hook.
type Frame struct {
	Target string // the tab: "t1"
	Depth  int    // 0 for the main frame, 1 for its child frames
	URL    string
	Worker Worker // the kind of worker, if it isn't a frame; empty for a frame
	Hooked bool   // its hook has responded
	Empty  bool   // it contains nothing that could push
	// Remark explains which of its messages aren't captured, or why it is Empty; may be
	// empty.
	Remark string
	Silent time.Time // since when its hook hasn't responded; zero if it has
	Layers []Layer
}

// Layer is a data layer of a document, and the state of the hook on it.
type Layer struct {
	Name      string
	Hook      Hook
	Lexical   bool // declared with let or const, so that tag managers can't access it
	Displaced int  // how often the page removed the hook
	Rested    int  // how often the hook was inactive because nothing was being captured
}

// Hook is the state of the hook on a data layer.
type Hook string

// The states of the hook on a layer.
const (
	HookAwaited Hook = "awaited" // the variable doesn't exist yet
	HookHeld    Hook = "held"    // every message is captured
	HookObject  Hook = "object"  // it isn't an array: what is pushed to it isn't captured
	HookFrozen  Hook = "frozen"  // the page froze it, so the hook can't be installed
	HookNone    Hook = "none"    // it has no push method
)

// Phase is the phase of a source.
type Phase uint8

// The phases of a source.
const (
	Starting        Phase = iota // the browser is being started or connected to
	ChoosingBrowser              // the user has to choose a browser
	ChoosingTab                  // the user has to choose a tab
	Live                         // attached, with the hook installed
	Lost                         // it was live; reconnecting
	Over                         // no more entries will follow
)
