// Package reach tracks whether the messages of a session reach Google Tag Manager: what
// happens to data layers, which scripts stop, and on which pages no tag manager runs.
package reach

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/words"
	"layertap/visible"
)

// Fault is something that keeps messages from Google Tag Manager. It is reported as a
// finding about the session.
type Fault struct {
	Code     rules.Code
	Form     string   // of the code's sentences
	Words    []string // replacements for placeholders: name, value, …
	Messages []int    // the Seqs of the messages that it concerns, at most [MaxMessages]
	Count    int      // their total number

	bypassed *layer // whose push is reported as bypassed
}

const (
	// MaxMessages is the maximum number of messages listed in a finding about the
	// session.
	MaxMessages = 1000
	// bounds of what is stored
	maxPages      = 1 << 16
	maxDropped    = 4096
	maxFaults     = 4096
	maxContainers = 256
	// releaseTakes is how long a message may be held back before it counts as lost, and
	// startTakes how long Google Tag Manager may take to start.
	releaseTakes = 5 * time.Second
	startTakes   = 5 * time.Second
)

// Tracker tracks the data layers of a session. It is not safe for concurrent use.
type Tracker struct {
	pages    map[string]*datalayer.Page
	until    map[string]time.Duration // when a page was last known to be open
	current  map[frameKey]string      // the page in each frame
	layers   map[layerKey]*layer
	ordered  []layerKey
	dropped  []*datalayer.Push
	released map[*datalayer.Push]bool
	hits     map[string]bool // the pages that sent hits to Google
	served   map[string]bool // the pages whose workers did
	loaded   map[string]bool // the containers that pages loaded
	reported map[reportedKey]bool
	faults   []Fault
	latest   time.Duration
}

// frameKey identifies a frame of a tab, layerKey a data layer of a page.
type (
	frameKey    struct{ target, frame string }
	layerKey    struct{ page, layer string }
	reportedKey struct {
		code    rules.Code
		subject string
	}
)

// layer is the state of a page's data layer.
type layer struct {
	found, taken       bool
	overridden         bool // its push may keep messages
	replaced, bypassed bool
	worker             bool
	stamped            bool // a message that seemed to bypass the tag manager was marked by it
	containers         []string
	expected                    // the messages for Google Tag Manager
	objects            expected // those of them that Google tags ignore
	snippets           int      // how often the container snippet ran
	second             int      // the Seq of its second run
}

// expected are messages that something should receive.
type expected struct {
	runs   []run // the first MaxMessages of them
	listed int   // the number of messages in runs
	count  int
	first  time.Duration
}

// run is messages with successive Seqs, because a session can have many pages with many
// messages.
type run struct{ first, last int }

// onlyGoogleTags reports whether Google tags took the layer, and no container of Google
// Tag Manager.
func (l *layer) onlyGoogleTags() bool {
	isContainer := func(id string) bool { return !datalayer.IsGoogleTag(id) }
	return len(l.containers) > 0 && !slices.ContainsFunc(l.containers, isContainer)
}

// New returns a tracker for a session.
func New() *Tracker {
	return &Tracker{
		pages: map[string]*datalayer.Page{}, until: map[string]time.Duration{}, current: map[frameKey]string{},
		layers: map[layerKey]*layer{}, released: map[*datalayer.Push]bool{}, hits: map[string]bool{}, served: map[string]bool{},
		loaded: map[string]bool{}, reported: map[reportedKey]bool{},
	}
}

// Open adds a page.
func (t *Tracker) Open(page *datalayer.Page) {
	if len(t.pages) >= maxPages {
		clear(t.pages)
	}
	t.pages[page.ID] = page
	t.current[frameKey{page.Target, page.Frame}] = page.ID
	t.Later(page.ID, page.T)
}

// Page returns the page with an ID; nil if it isn't known.
func (t *Tracker) Page(id string) *datalayer.Page { return t.pages[id] }

// Later records that a page was still open at a time.
func (t *Tracker) Later(page string, at time.Duration) {
	t.Now(at)
	if at > t.until[page] {
		t.until[page] = at
	}
}

// Now advances the session's time.
func (t *Tracker) Now(at time.Duration) { t.latest = max(t.latest, at) }

// Until returns when a page was last known to be open.
func (t *Tracker) Until(page string) time.Duration { return t.until[page] }

// openUntil returns until when a page was known to be open; the current one in a frame
// still is.
func (t *Tracker) openUntil(page string) time.Duration {
	if p := t.pages[page]; p != nil && t.current[frameKey{p.Target, p.Frame}] == page {
		return t.latest
	}
	return t.until[page]
}

func (t *Tracker) layer(page, name string) *layer {
	key := layerKey{page, name}
	l := t.layers[key]
	if l == nil {
		if len(t.layers) >= maxPages {
			clear(t.layers)
			t.ordered = t.ordered[:0]
		}
		l = &layer{}
		t.layers[key] = l
		t.ordered = append(t.ordered, key)
	}
	return l
}

// Layer adds a change of a data layer.
func (t *Tracker) Layer(change *datalayer.LayerChange) {
	if change.What == datalayer.LayerObject { // it can't contain messages
		return
	}
	t.Later(change.Page, change.T)
	l := t.layer(change.Page, change.Layer)
	where := change.Page + " " + change.Layer
	switch change.What {
	case datalayer.LayerFound:
		l.found = true
	case datalayer.LayerTaken:
		l.found, l.taken, l.replaced, l.bypassed = true, true, false, false
		t.take(l, change)
	case datalayer.LayerReplaced:
		if l.taken && !l.replaced {
			t.fault(rules.LayerReassigned, "taken", where, change)
		}
		l.replaced = l.replaced || l.taken
	case datalayer.LayerBypassed:
		if !l.bypassed {
			t.fault(rules.PushOverridden, "bypassed", where, change)
		}
		l.bypassed = true
	case datalayer.LayerOverridden:
		if l.overridden = true; l.count == 0 {
			l.first = change.T
		}
	case datalayer.LayerLexical:
		t.fault(rules.LookalikeLayer, "lexical", where, change)
	case datalayer.LayerLookalike:
		t.fault(rules.LookalikeLayer, "plain", where, change)
	case datalayer.LayerWorker:
		l.worker = true
	}
}

// take records which container reads a layer. It is a fault if the same one does twice.
func (t *Tracker) take(l *layer, change *datalayer.LayerChange) {
	switch id := change.Container; {
	case id == "":
	case slices.Contains(l.containers, id):
		t.fault(rules.ContainerTwice, "same", change.Page+" "+id, change)
		l.snippets = 1
	case len(l.containers) < maxContainers:
		l.containers = append(l.containers, id)
	}
}

func (t *Tracker) fault(code rules.Code, form, subject string, change *datalayer.LayerChange) {
	f := Fault{Code: code, Form: form, Words: []string{
		"layer", words.Quote(change.Layer), "other", t.address(change.Page), "value", words.Quote(change.Container)}}
	if code == rules.PushOverridden {
		f.bypassed = t.layer(change.Page, change.Layer)
	}
	t.report(subject, f)
}

// report adds a fault, unless one was reported about the same subject.
func (t *Tracker) report(subject string, f Fault) {
	key := reportedKey{f.Code, subject}
	if t.reported[key] || len(t.faults) >= maxFaults {
		return
	}
	t.reported[key] = true
	t.faults = append(t.faults, f)
}

// address returns a page's URL without its query, for a sentence.
func (t *Tracker) address(id string) string {
	page := t.pages[id]
	if page == nil {
		return "the page"
	}
	return words.Quote(words.WithoutQuery(page.URL))
}

// Script adds an error in one of the page's scripts.
func (t *Tracker) Script(e *datalayer.ScriptError) {
	t.Later(e.Page, e.T)
	at := words.File(e.URL)
	if e.Line > 0 {
		at += ":" + strconv.Itoa(e.Line)
	}
	form := "plain"
	switch {
	case strings.Contains(e.Message, "SyntaxError"):
		form = "syntax"
	case strings.Contains(e.Message, "is not defined"):
		form = "undefined"
	}
	t.report(e.Message+" "+at, Fault{Code: rules.PageError, Form: form, Words: []string{"value", words.Quote(e.Message), "other", visible.Text(at)}})
}

// Push adds a message; forGTM is set if it is for Google Tag Manager: its own first
// one, or an event of a plan. It returns the form of the finding if Google Tag Manager
// didn't receive the message, or "". stamped is set if the message has the number that
// Google Tag Manager gives to messages that it receives: a wrapper between it and the
// array can add them to the array later.
func (t *Tracker) Push(push *datalayer.Push, forGTM, stamped bool) string {
	t.Later(push.Page, push.T)
	if push.Of != nil {
		t.released[push.Of] = true
	}
	l := t.layers[layerKey{push.Page, push.Layer}]
	own := push.Own()
	if push.Received == datalayer.Yes || own && push.Event != "gtm.js" {
		l = t.layer(push.Page, push.Layer)
		l.taken = true
	}
	if forGTM {
		l = t.layer(push.Page, push.Layer)
		l.expect(push)
		if push.Kind == datalayer.KindObject {
			l.objects.expect(push)
		}
	}
	// messages that nothing has read yet may be read by a later tag manager
	if push.Received != datalayer.No || own || l == nil || !l.taken {
		return ""
	}
	switch {
	case l.replaced:
		return "replaced"
	case l.bypassed && stamped:
		l.stamped = true
		return ""
	case l.bypassed:
		return "bypassed"
	}
	return "plain"
}

func (e *expected) expect(push *datalayer.Push) {
	if e.count == 0 {
		e.first = push.T
	}
	e.count++
	if e.listed == MaxMessages {
		return
	}
	e.listed++
	if n := len(e.runs); n > 0 && e.runs[n-1].last+1 == push.Seq {
		e.runs[n-1].last++
	} else {
		e.runs = append(e.runs, run{push.Seq, push.Seq})
	}
}

// messages returns the Seqs of the messages.
func (e *expected) messages() []int {
	seqs := make([]int, 0, e.listed)
	for _, r := range e.runs {
		for seq := r.first; seq <= r.last; seq++ {
			seqs = append(seqs, seq)
		}
	}
	return seqs
}

// Drop adds a message that a wrapper of push didn't pass on.
func (t *Tracker) Drop(push *datalayer.Push, forGTM bool) {
	t.Later(push.Page, push.T)
	if len(t.dropped) < maxDropped {
		t.dropped = append(t.dropped, push)
	}
	if forGTM {
		l := t.layer(push.Page, push.Layer)
		l.found = true // the push is known, so a tag manager would be too
		l.expect(push)
	}
}

// Snippet records that the container snippet ran.
func (t *Tracker) Snippet(push *datalayer.Push) {
	l := t.layer(push.Page, push.Layer)
	if l.snippets++; l.snippets == 2 {
		l.second = push.Seq
	}
}

// Hit records that a page sent a hit to Google. If it is a worker, a tag manager may run in
// it for the page that started it.
func (t *Tracker) Hit(page string) {
	t.hits[page] = true
	if p := t.pages[page]; p != nil && p.Worker != "" {
		t.served[t.current[frameKey{p.Target, p.Parent}]] = true
	}
}

// Sent reports whether a page has sent a hit to Google.
func (t *Tracker) Sent(page string) bool { return t.hits[page] }

// Container adds a container that a page loaded.
func (t *Tracker) Container(c *datalayer.Container) {
	if c.Source == "page" && len(t.loaded) < maxContainers {
		t.loaded[c.ID] = true
	}
}

// Faults returns the current faults.
func (t *Tracker) Faults() []Fault {
	var faults []Fault
	for _, f := range t.faults {
		if f.bypassed == nil || !f.bypassed.stamped {
			faults = append(faults, f)
		}
	}
	if lost := t.lost(); lost.Count > 0 {
		faults = append(faults, lost)
	}
	running, twice := map[string]bool{}, map[string]bool{}
	for _, key := range t.ordered {
		l, at := t.layers[key], t.address(key.page)
		if (l.count > 0 || l.overridden) && !l.taken && (l.found || l.worker) && !t.hits[key.page] && !t.served[key.page] && !running[at] && t.openUntil(key.page)-l.first >= startTakes {
			running[at] = true
			faults = append(faults, l.notRunning(key.layer, at))
		}
		if l.objects.count > 0 && l.onlyGoogleTags() && !running[at] && t.openUntil(key.page)-l.objects.first >= startTakes {
			running[at] = true
			faults = append(faults, l.objects.notRunning("gtag", key.layer, at, l.containers[0]))
		}
		if l.snippets > max(len(l.containers), len(t.loaded), 1) && !twice[at] {
			twice[at] = true
			faults = append(faults, Fault{Code: rules.ContainerTwice, Form: "snippet", Messages: []int{l.second}, Count: 1,
				Words: []string{"actual", strconv.Itoa(l.snippets), "other", at}})
		}
	}
	return faults
}

func (l *layer) notRunning(name, at string) Fault {
	form := "plain"
	switch {
	case l.worker:
		form = "worker"
	case l.count == 0:
		form = "overridden"
	}
	return l.expected.notRunning(form, name, at, "")
}

func (e *expected) notRunning(form, layer, at, tag string) Fault {
	return Fault{Code: rules.GTMNotRunning, Form: form, Messages: e.messages(), Count: e.count,
		Words: []string{"layer", words.Quote(layer), "other", at, "value", words.Quote(tag)}}
}

// lost returns the messages that were never passed on although there was a tag manager.
func (t *Tracker) lost() Fault {
	f := Fault{Code: rules.NotReceived, Form: "dropped"}
	for _, push := range t.dropped {
		l := t.layers[layerKey{push.Page, push.Layer}]
		if t.released[push] || t.openUntil(push.Page)-push.T < releaseTakes || l == nil || !l.taken {
			continue
		}
		f.Words = []string{"layer", words.Quote(push.Layer)}
		f.Count++
		if len(f.Messages) < MaxMessages {
			f.Messages = append(f.Messages, push.Seq)
		}
	}
	return f
}
