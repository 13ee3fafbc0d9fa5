// Package datalayer holds the words that everything else is written in: the
// entries of a session, the values that a page pushed, and paths into them.
//
// An [Entry] is one thing that was seen in the browser. It is made once, by the
// probe or by the reader of a session file, numbered once, by the session, and
// never changed after that, so it may be read from any goroutine.
package datalayer

import (
	"strings"
	"time"
)

// Entry is one line of a session: a [Page], [Push], [LayerChange], [ScriptError],
// [Action], [Hit], [Container], [Note], [Mark], [Screenshot], [Gap] or [End]. No
// other package can add to them.
type Entry interface{ place() *Place }

// Place says where in its session an entry stands. It is embedded in every
// entry.
type Place struct {
	// Seq counts the entries of a session from 1, without holes. It is 0 until
	// the entry was numbered.
	Seq int
	// T is the time since the session's start.
	T time.Duration
}

func (p *Place) place() *Place { return p }

// At returns the place of e.
func At(e Entry) Place { return *e.place() }

// Stamp gives e its sequence number. Only the owner of a session's log calls
// it, in the order of the entries and before anybody else sees the entry.
func Stamp(e Entry, seq int) {
	e.place().Seq = seq
	if hit, ok := e.(*Hit); ok {
		for i := range hit.During {
			if ref := &hit.During[i]; ref.Push != nil {
				ref.Seq = ref.Push.Seq
			}
		}
	}
}

// Header says of what a session is the record. It is the first line of a
// session file.
type Header struct {
	ID      string    // unique to the session
	Tool    string    // what captured it: "layertap 0.1.0"
	Started time.Time // to the millisecond
	Browser string    // "Chrome/156.0.8078.79"
	URL     string    // what was asked to be opened or attached to
	Redact  string    // the redaction in force; empty for none
	// Setup is how the browser was set up for the visit, in the form of the command
	// line's flags and without what is secret in them: "--mobile=Pixel 7".
	Setup []string
}

// Page is a document, or a new address of the same document (Cause is then
// "history"), in a frame of a tab.
type Page struct {
	Place
	ID       string // "p1"
	Target   string // the tab: "t1"
	Frame    string // "main", or a frame's id
	Parent   string // the frame around it; empty on main
	URL      string
	Referrer string
	Title    string
	Cause    Cause
	Opener   string // the target that opened this one; empty where none did
	Error    string // why it couldn't be opened; empty where it was
	// Worker is the kind of worker that this is and not a page; empty for a page. A
	// worker has a frame of its own within the one that started it. Where nothing tells
	// which of a tab's frames that was, it is the main one.
	Worker Worker
}

// Worker is a kind of worker.
type Worker string

// The kinds of worker.
const (
	DedicatedWorker Worker = "dedicated"
	SharedWorker    Worker = "shared"
	ServiceWorker   Worker = "service"
)

// Cause says how a page came to be the one in its frame.
type Cause string

// The causes of a page.
const (
	CauseLoad      Cause = "load"
	CauseHistory   Cause = "history" // the address changed, the document stayed
	CauseReload    Cause = "reload"
	CauseBFCache   Cause = "bfcache" // restored by back or forward, its state kept
	CauseAttach    Cause = "attach"  // it was there when layertap came
	CausePrerender Cause = "prerender"
)

// Push is one message that the page handed to a data layer, as it landed there.
type Push struct {
	Place
	Page  string // the [Page]'s ID
	Frame string
	Layer string // the variable's name: "dataLayer"
	Kind  MessageKind
	// Event is the event name as Google Tag Manager reads it, as a string;
	// empty where the message carries none.
	Event string
	// Message is the snapshot of the value that landed in the array, which is
	// what Google Tag Manager reads, in the encoding of session files, which
	// [Decode] reads. Where nothing landed it is what the page handed over. It is
	// valid JSON, and shared: do not write to it.
	Message []byte
	// Called is what the page handed to push, encoded as Message is, if something
	// else landed: a wrapper of push may add to a message, rename it or split it.
	// Nil if the two are the same.
	Called []byte
	// NotLanded reports that nothing landed in the array: a wrapper of push
	// dropped the message or keeps it for later.
	NotLanded bool
	// Received reports whether Google Tag Manager took the message: its own push
	// ran with it, or it stamped the object.
	Received Tristate
	Via      Via
	// Call numbers the push calls that carried several arguments, from 1; Arg
	// is this argument's index in its call. Call is 0 for a single argument, and where it
	// is not known.
	Call, Arg int32
	// Recovered says that the message was pushed before the hook was in place:
	// T is then the time of recovery.
	Recovered bool
	Stack     []StackFrame // the page's frames, innermost first; nil where not captured
	Action    *Action      // the user action that probably led to it, or nil
	// Of is the earlier message, one that had not landed, of which this is the
	// late release; nil if it is none.
	Of *Push
}

// Tristate is the answer to a question that cannot always be answered.
type Tristate uint8

// The answers.
const (
	Unknown Tristate = iota
	Yes
	No
)

// MessageKind tells the forms of message that Google Tag Manager tells apart.
type MessageKind string

// The kinds of message.
const (
	KindObject   MessageKind = "object"
	KindGtag     MessageKind = "gtag"     // an arguments object
	KindCommand  MessageKind = "command"  // an array that begins with a string
	KindFunction MessageKind = "function" // called with the state by GTM
	KindOther    MessageKind = "other"
)

// Via says how a message reached its data layer.
type Via string

// The ways into a data layer.
const (
	ViaPush    Via = "push"
	ViaInitial Via = "initial" // it was in the array before the hook
	ViaAssign  Via = "assign"  // it came with an array that was assigned later
	ViaUnshift Via = "unshift"
	ViaSplice  Via = "splice"
	ViaIndex   Via = "index"
)

// StackFrame is one call on the page's stack. Line and Col count from 1.
type StackFrame struct {
	Func string
	URL  string
	Line int
	Col  int
}

// LayerChange is something that happened to a data layer.
type LayerChange struct {
	Place
	Page      string
	Frame     string
	Layer     string // the variable's name: "dataLayer"
	What      LayerEvent
	Container string // the ID of the container that took the layer; empty otherwise
}

// LayerEvent is a kind of [LayerChange]. A session file may have others.
type LayerEvent string

// What can happen to a data layer.
const (
	LayerFound    LayerEvent = "found"    // of another manager than Google's, or four seconds old and not taken
	LayerReplaced LayerEvent = "replaced" // the page assigned another array
	LayerTaken    LayerEvent = "taken"    // a container took it
	LayerBypassed LayerEvent = "bypassed" // push goes around the container that took it
	// LayerOverridden says that it has a push of the page's own that may keep messages.
	LayerOverridden LayerEvent = "overridden"
	LayerLexical    LayerEvent = "lexical"   // declared with let or const, so that no container sees it
	LayerLookalike  LayerEvent = "lookalike" // its name is almost that of a data layer
	LayerWorker     LayerEvent = "worker"    // it is in a worker
)

// ScriptError is an uncaught error of one of the page's scripts that is about a
// data layer, or that stopped a script which would have pushed.
type ScriptError struct {
	Place
	Page    string
	Frame   string
	Message string
	URL     string // of the script; empty if it is not known
	// Line and Col count from 1; 0 if they are not known.
	Line, Col int
}

// Action is something that the user did. What was typed is never part of it.
type Action struct {
	Place
	Page     string
	Action   string // "click", "submit", "change", "key" or "navigate"
	Selector string
	Text     string // at most 80 characters
	Href     string
}

// Element is the part of the selector that is about the element itself, and not
// about where it stands.
func (a *Action) Element() string {
	const within = " > " // a name has it only with backslashes
	if i := strings.LastIndex(a.Selector, within); i >= 0 {
		return a.Selector[i+len(within):]
	}
	return a.Selector
}

// Hit is an outgoing measurement request.
type Hit struct {
	Place
	Page     string
	Vendor   string // "ga4", "meta", …
	ID       string // the measurement, pixel or conversion id
	Event    string
	Params   []byte // a JSON object; nil for none
	Method   string
	URL      string
	Status   int // 0: never answered
	Error    string
	KeyEvent bool
	Debug    bool
	Consent  string
	// Batch is the index of this hit in its request and how many the request
	// carried; Of is 0 where it carried one.
	Batch struct{ Index, Of int }
	// During is the messages that were being pushed, as the stack shows, when the
	// request left; of several it is not known which.
	During []PushRef
	// Cause is worked out by the session.
	Cause *HitCause
}

// PushRef refers to a message: by its number, and by itself as long as that has none.
type PushRef struct {
	Seq  int
	Push *Push // nil if it was read from a file
}

// HitCause names the push that a hit came from, and how sure that is.
type HitCause struct {
	Push     int    // a Seq
	By       string // "initiator", "name" or "time"
	Strength string // "certain", "likely" or "weak"
	Tag      string // the name of the tag that sent it; empty if that is not known
}

// Container is a Google Tag Manager container that the page loaded or the user
// named. One of Resource and Export is set.
type Container struct {
	Place
	ID       string // "GTM-ABC123"
	Version  string
	Layer    string
	Source   string // "page" or "file"
	SHA256   string
	Resource []byte // the published container's own object, as JSON
	Export   []byte // the admin export's containerVersion, as JSON
}

// Note is the user's text on an entry. The last one on an entry wins.
type Note struct {
	Place
	On   int // a Seq
	Text string
}

// Mark is a sign that the user set on an entry; an empty one takes it off.
type Mark struct {
	Place
	On   int // a Seq
	Mark string
}

// Screenshot is a screenshot of the page, kept in a file next to the session.
type Screenshot struct {
	Place
	On   int // a Seq
	File string
}

// Gap is a stretch in which messages were missed, or may have been. It begins
// at its T.
type Gap struct {
	Place
	Why   string
	Until time.Duration // since the session's start
	Lost  int           // messages; -1 where nobody knows
}

// End closes a session that was left in good order. Its counts are over the
// whole session.
type End struct {
	Place
	Pushes int
	Hits   int
	Lost   int
}
