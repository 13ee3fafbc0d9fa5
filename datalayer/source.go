package datalayer

import "time"

// Batch is what a source of entries hands on at once.
type Batch struct {
	Entries []Entry
	// Messages are those of the pushes among Entries, in their order, as [Push.Read]
	// reads them. Nil if the source didn't read them.
	Messages []Message
	// Attachment is the state of the source from here on; nil where it is as
	// before.
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

// Attachment is what is known of the other end: a browser's tab, or a file.
// Unlike an entry it is of the moment and is not recorded.
type Attachment struct {
	Phase Phase
	// Detail says in a few words what is going on or what went wrong, and what
	// the user can do.
	Detail  string
	Browser string // "Chrome/156.0.8078.79"; empty until it answered
	// Notices are what the user should see at all times, such as a switch
	// that makes the browser less safe.
	Notices []string
	// Held says what the page waits for and what the user can do: a dialog, a login, a
	// page that could not be opened. Empty where it runs.
	Held  string
	Since time.Time // when it came to be Live, the last time; zero where it never was
	// Ahead is how far the browser's clock is ahead of this machine's, by which all
	// times have been corrected; zero where it is right as far as can be told.
	Ahead time.Duration
	// Frames are those of all tabs that are watched, each tab's main frame before
	// the others. Nil until they are known, and where there are none to watch.
	Frames []Frame
	// Choices are what the source could be attached to: browsers in the phase
	// ChoosingBrowser, the browser's tabs in all others. Nil where that is not
	// known. They must not be written to.
	Choices []Choice
}

// Choice is a browser or a tab that can be attached to.
type Choice struct {
	ID    string // what its source knows it by
	Title string
	URL   string // of a browser: where it was found
	// Watched says that what happens there is part of the session.
	Watched bool
}

// Frame is a frame of a tab as it is at the moment, be the hook in it or not.
type Frame struct {
	Target string // the tab: "t1"
	Depth  int    // 0 for the main frame, 1 for the frames in that
	URL    string
	Worker Worker // the kind of worker that it is and not a frame; empty for a frame
	Hooked bool   // its hook has answered
	Empty  bool   // nothing is in it that could push
	// Remark says which of its messages are not seen and why, or why it is Empty;
	// there may be nothing to say.
	Remark string
	Silent time.Time // since when its hook does not answer; zero while it does
	Layers []Layer
}

// Layer is a data layer of a document, and how the hook stands on it.
type Layer struct {
	Name      string
	Hook      Hook
	Lexical   bool // declared with let or const, so that no tag manager sees it
	Displaced int  // how often the page took the hook off
	Rested    int  // how often the hook had stepped aside because nobody asked for it
}

// Hook says how the hook stands on a data layer.
type Hook string

// The ways in which the hook stands on a layer.
const (
	HookAwaited Hook = "awaited" // there is no such variable yet
	HookHeld    Hook = "held"    // every message is seen
	HookObject  Hook = "object"  // it isn't an array: what is pushed into it isn't seen
	HookFrozen  Hook = "frozen"  // the page froze it, so the hook cannot be put on
	HookNone    Hook = "none"    // it has no push to put a hook on
)

// Phase is a stage in the life of a source.
type Phase uint8

// The phases of a source.
const (
	Starting        Phase = iota // the browser is being started or reached
	ChoosingBrowser              // the user is to say which browser
	ChoosingTab                  // the user is to say which tab
	Live                         // attached, hook in place
	Lost                         // it was live; it is being tried again
	Over                         // no more entries come
)
