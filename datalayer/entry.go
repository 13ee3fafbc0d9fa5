// Package datalayer defines the basic types: the entries of a session, the values that
// a page pushed, and paths into them.
//
// An [Entry] is something observed in the browser. It is created by the probe or read
// from a session file, numbered once by the session, and immutable after that, so it is
// safe for concurrent use.
package datalayer

import (
	"strings"
	"time"
)

// Entry is a line of a session: a [Page], [Push], [LayerChange], [ScriptError],
// [Action], [Hit], [TabClosed], [Container], [GoogleTag], [PageValue], [Note], [Mark],
// [Screenshot], [Gap] or [End]. Other packages can't define more.
type Entry interface{ place() *Place }

// Place is an entry's position in its session. It is embedded in every entry.
type Place struct {
	// Seq numbers the entries of a session from 1, without gaps. It is 0 until the
	// entry has been numbered.
	Seq int
	// T is the time since the session's start.
	T time.Duration
}

func (p *Place) place() *Place { return p }

// At returns the place of e.
func At(e Entry) Place { return *e.place() }

// PageOf returns the ID of the page that e belongs to; empty if e belongs to none.
func PageOf(e Entry) string {
	switch e := e.(type) {
	case *Page:
		return e.ID
	case *Push:
		return e.Page
	case *Action:
		return e.Page
	case *Hit:
		return e.Page
	case *LayerChange:
		return e.Page
	case *ScriptError:
		return e.Page
	case *PageValue:
		return e.Page
	case *TabClosed:
		return e.Page
	}
	return ""
}

// Stamp sets e's sequence number. Only the owner of a session's log may call it, in the
// order of the entries and before passing them on.
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

// Header describes a session. It is the first line of a session file.
type Header struct {
	ID      string    // unique to the session
	Tool    string    // what recorded it: "layertap 0.1.0"
	Started time.Time // to the millisecond
	Browser string    // "Chrome/156.0.8078.79"
	URL     string    // the URL that was opened or attached to
	Redact  string    // the kind of redaction; empty if there is none
	// Setup is how the browser was configured, as flags of the command line without
	// secrets: "--mobile=Pixel 7".
	Setup []string
}

// Page is a document in a frame of a tab, or a new URL of the same document (then Cause
// is "history").
type Page struct {
	Place
	ID       string // "p1"
	Target   string // the tab: "t1"
	Frame    string // "main", or a frame's ID
	Parent   string // the parent frame; empty for main
	URL      string
	Referrer string
	Title    string
	Cause    Cause
	Opener   string // the target that opened this one; empty if there is none
	Error    string // why it couldn't be opened; empty if it was
	// Status is the status of the response if it is that of an error, from 400 to 599;
	// otherwise 0. Such a page has the server's message, not the page that was wanted.
	Status int
	// Worker is set if this is a worker and not a page. A worker has a frame of its own
	// below the frame that started it; if that isn't known, below the tab's main frame.
	Worker Worker
	// UserAgent and Language are what the page's scripts read of the browser, as
	// navigator.userAgent and navigator.language; empty where that isn't known.
	UserAgent, Language string
}

// Worker is a kind of worker.
type Worker string

// The kinds of worker.
const (
	DedicatedWorker Worker = "dedicated"
	SharedWorker    Worker = "shared"
	ServiceWorker   Worker = "service"
)

// Cause is how a page became the current one in its frame.
type Cause string

// The causes of a page.
const (
	CauseLoad      Cause = "load"
	CauseHistory   Cause = "history" // the URL changed, the document did not
	CauseReload    Cause = "reload"
	CauseBFCache   Cause = "bfcache" // restored by back or forward, with its state
	CauseAttach    Cause = "attach"  // it was open when layertap attached
	CausePrerender Cause = "prerender"
)

// Push is a message that the page pushed to a data layer.
type Push struct {
	Place
	Page  string // the ID of the [Page]
	Frame string
	Layer string // the variable's name: "dataLayer"
	Kind  MessageKind
	// Event is the event name as Google Tag Manager reads it, as a string; empty if
	// there is none.
	Event string
	// Message is a snapshot of the value in the array, which is what Google Tag Manager
	// reads, encoded for [Decode]. If NotLanded is set, it is what the page passed to
	// push. It is valid JSON and shared; don't modify it.
	Message []byte
	// Called is what the page passed to push, encoded like Message, if it differs: a
	// wrapper of push may add to a message, rename it or split it. Nil if they are
	// equal.
	Called []byte
	// NotLanded is set if nothing was added to the array: a wrapper of push dropped the
	// message or keeps it for later.
	NotLanded bool
	// Received reports whether Google Tag Manager received the message: its own push
	// was called with it, or it marked the object.
	Received Tristate
	Via      Via
	// Call numbers the push calls with several arguments from 1, and Arg is the
	// argument's index in its call. Call is 0 for a single argument, and if it isn't
	// known.
	Call, Arg int32
	// Recovered is set if the message was pushed before the hook was installed. T is
	// then the time of recovery.
	Recovered bool
	Stack     []StackFrame // the page's calls, innermost first; nil if not captured
	Action    *Action      // the user action that probably caused it, or nil
	// Of is an earlier message that had not landed and that this one repeats later; nil
	// if there is none.
	Of *Push
}

// Tristate is the answer to a question that can't always be answered.
type Tristate uint8

// The answers of a [Tristate].
const (
	Unknown Tristate = iota
	Yes
	No
)

// MessageKind is a form of message that Google Tag Manager distinguishes.
type MessageKind string

// The kinds of message.
const (
	KindObject   MessageKind = "object"
	KindGtag     MessageKind = "gtag"     // an arguments object
	KindCommand  MessageKind = "command"  // an array that begins with a string
	KindFunction MessageKind = "function" // Google Tag Manager calls it with the state
	KindOther    MessageKind = "other"
)

// Via is how a message got into its data layer.
type Via string

// The ways of a message into its data layer.
const (
	ViaPush    Via = "push"
	ViaInitial Via = "initial" // it was in the array when the hook found that
	ViaAssign  Via = "assign"  // it was in an array that was assigned later
	ViaUnshift Via = "unshift"
	ViaSplice  Via = "splice"
	ViaIndex   Via = "index"
)

// StackFrame is a call on the page's stack. Line and Col start at 1.
type StackFrame struct {
	Func string
	URL  string
	Line int
	Col  int
}

// LayerChange is an event in the life of a data layer.
type LayerChange struct {
	Place
	Page      string
	Frame     string
	Layer     string // the variable's name: "dataLayer"
	What      LayerEvent
	Container string // the ID of the container that reads the layer; otherwise empty
}

// LayerEvent is the kind of a [LayerChange]. A session file may contain others.
type LayerEvent string

// The kinds of a [LayerChange].
const (
	LayerFound    LayerEvent = "found"    // of a different tag manager than Google's, or not read by any after four seconds
	LayerReplaced LayerEvent = "replaced" // the page assigned a different array
	LayerTaken    LayerEvent = "taken"    // a container or a Google tag reads it
	LayerBypassed LayerEvent = "bypassed" // push bypasses the container that reads it
	// LayerOverridden means that the page replaced push by a function that may keep
	// messages.
	LayerOverridden LayerEvent = "overridden"
	LayerLexical    LayerEvent = "lexical"   // declared with let or const, so that no container can access it
	LayerLookalike  LayerEvent = "lookalike" // its name is similar to that of a data layer
	LayerWorker     LayerEvent = "worker"    // it is in a worker
	LayerObject     LayerEvent = "object"    // it is an object of a different tag manager: messages aren't pushed into it
)

// ScriptError is an uncaught error of a page's script that concerns a data layer, or
// that stopped a script that contains a push.
type ScriptError struct {
	Place
	Page    string
	Frame   string
	Message string
	URL     string // of the script; empty if not known
	// Line and Col start at 1; 0 if not known.
	Line, Col int
}

// Action is something that the user did. It never contains what was typed.
type Action struct {
	Place
	Page     string
	Action   string // "click", "submit", "change", "key" or "navigate"
	Selector string
	Text     string // at most 80 characters
	Href     string
}

// Element returns the part of the selector for the element itself, without its
// ancestors.
func (a *Action) Element() string {
	const within = " > " // within a name it would be escaped
	if i := strings.LastIndex(a.Selector, within); i >= 0 {
		return a.Selector[i+len(within):]
	}
	return a.Selector
}

// TabClosed reports that a tab was closed, by the user, a page or a program.
type TabClosed struct {
	Place
	Page   string // the last one in its main frame
	Target string // the tab: "t1"
}

// Hit is a measurement request of the page.
type Hit struct {
	Place
	Page     string
	Vendor   string // "ga4", "meta", …
	ID       string // the measurement, pixel or conversion ID
	Event    string
	Params   []byte // a JSON object; nil if there is none
	Method   string
	URL      string
	Status   int // 0: no response
	Error    string
	KeyEvent bool
	Debug    bool
	Consent  string
	// Batch is the index of this hit in its request, and the number of hits in the
	// request; Of is 0 for a single hit.
	Batch struct{ Index, Of int }
	// During are the messages that were being pushed, according to the stack, when the
	// request was sent. If there are several, it isn't known which one caused it.
	During []PushRef
	// Cause is computed by the session.
	Cause *HitCause
}

// PushRef refers to a message by number or, as long as the message has none, by
// pointer.
type PushRef struct {
	Seq  int
	Push *Push // nil if read from a file
}

// HitCause is the push that caused a hit, and how certain that is.
type HitCause struct {
	Push     int    // a Seq
	By       string // "initiator", "name" or "time"
	Strength string // "certain", "likely" or "weak"
	Tag      string // the name of the tag that sent it; empty if not known
}

// Container is a Google Tag Manager container that the page loaded or the user passed.
// Either Resource or Export is set.
type Container struct {
	Place
	ID       string // "GTM-ABC123"
	Version  string
	Layer    string
	Source   string // "page" or "file"
	SHA256   string
	Resource []byte // the published container's resource, as JSON
	Export   []byte // the admin export's containerVersion, as JSON
}

// GoogleTag is a Google tag whose script (gtag.js) the page loaded. It isn't a container of
// Google Tag Manager: its triggers are Google's own, and its settings are made in Google
// Analytics or Google Ads.
type GoogleTag struct {
	Place
	ID       string // "G-ABC1234567", "GT-ABC123", "AW-123456789", "DC-1234567"
	Version  string
	Layer    string
	SHA256   string
	Resource []byte // the script's resource, as JSON
}

// PageValue is the value of a container's variable that was read from a page because the
// user asked for it. It is what the variable was at T, in the page's document.
type PageValue struct {
	Place
	Page     string // the ID of the [Page]
	Variable string // the variable's name
	// Source identifies what was read, such as "cookie:consent". It is the same for all
	// variables that read it, in any container.
	Source string
	Value  []byte // encoded for [Decode]
}

// Note is the user's text on an entry. The last one on an entry applies.
type Note struct {
	Place
	On   int // a Seq
	Text string
}

// Mark is a mark that the user set on an entry; an empty one removes it.
type Mark struct {
	Place
	On   int // a Seq
	Mark string
}

// Screenshot is a screenshot of the page, stored in a file next to the session file.
type Screenshot struct {
	Place
	On   int // a Seq
	File string
}

// Gap is a period in which messages were missed, certainly or possibly. It begins at T.
type Gap struct {
	Place
	Why   string
	Until time.Duration // since the session's start
	Lost  int           // messages; -1 if not known
}

// End is the last entry of a session that was closed properly. Its counts are totals of
// the session.
type End struct {
	Place
	Pushes int
	Hits   int
	Lost   int
}
