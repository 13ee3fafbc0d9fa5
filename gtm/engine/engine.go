// Package engine evaluates Google Tag Manager containers over the messages of a
// session.
//
// The rules were observed in the published engine of 2026. An answer that depends on
// something that isn't in the session is [gtm.Unknown].
package engine

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/gtm/variable"
)

// Engine evaluates containers over the messages of a session, message by message,
// separately for each page and each of its data layers. It is safe for concurrent use.
type Engine struct {
	mu        sync.Mutex
	scoped    []*scoped
	indexes   *indexes
	documents []*document
	frames    map[frame]*document // the current one
	pages     map[string]visit
	stopping  atomic.Bool
	scripts   variable.Scripts
	explained atomic.Pointer[explained]
}

// Stop makes the engine finish quickly because the command is ending: evaluations get
// the small budget of a page whose container exceeded its own, and no more containers
// are loaded.
func (e *Engine) Stop() {
	e.stopping.Store(true)
	e.scripts.Stop()
}

// scoped is a container and the pages that it applies to.
type scoped struct {
	read      *gtm.Container
	container *gtm.Container // with the names of an export, if there is one
	names     *gtm.Container // that export
	layer     string         // empty: all
	from      int            // the number of the first document
	loaded    bool           // a page loaded it
}

// frame is a place for successive documents.
type frame struct{ target, frame string }

// visit is a page and its document.
type visit struct {
	page     *datalayer.Page
	document *document
}

// document is a document of a frame. It may have several URLs in turn.
type document struct {
	number int
	frame  frame
	url    string // the last one
	layers map[string]*layer
	// prerendered is set if it began beside the document that its tab showed.
	prerendered bool
	// observed are the values that were read from its page; nil if there are none.
	observed *variable.Observed
}

// layer is a data layer of a document.
type layer struct {
	name        string
	document    *document
	run         *run
	checkpoints []checkpoint
	since       int // bytes of messages since the last checkpoint
	// googleTag and manager are set when a Google tag, or a container of Google Tag
	// Manager, has taken the layer.
	googleTag, manager bool
}

// Shared are containers for the engines of several sessions, which share what is computed
// once per container. It is safe for concurrent use.
type Shared struct {
	containers []*gtm.Container
	indexes    indexes
}

// Share returns the containers for several engines.
func Share(containers ...*gtm.Container) *Shared { return &Shared{containers: containers} }

// New returns an engine that evaluates the containers in their order on all pages. A
// published container and an admin export of it count as one, with the export's names.
func New(containers ...*gtm.Container) *Engine { return Share(containers...).New() }

// New returns an engine for another session; see [New].
func (s *Shared) New() *Engine {
	e := &Engine{indexes: &indexes{shared: s}, frames: map[frame]*document{}, pages: map[string]visit{}}
	for _, c := range s.containers {
		e.scoped = append(e.scoped, &scoped{read: c, container: c})
	}
	e.name()
	return e
}

// Triggers returns all triggers of the loaded containers, in their order.
func (e *Engine) Triggers() []*gtm.Trigger {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []*gtm.Trigger
	for _, c := range e.current() {
		all = append(all, c.Triggers...)
	}
	return all
}

// Open starts a page. A new document starts with an empty data layer; one whose URL
// changed, or that was restored, continues with its own.
func (e *Engine) Open(page *datalayer.Page) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open(page)
}

func (e *Engine) open(page *datalayer.Page) visit {
	at := frame{page.Target, page.Frame}
	var d *document
	switch page.Cause {
	case datalayer.CauseHistory:
		d = e.continued(at, page)
	case datalayer.CauseBFCache:
		for _, earlier := range slices.Backward(e.documents) {
			if earlier.frame == at && earlier.url == page.URL && earlier != e.frames[at] {
				d = earlier
				break
			}
		}
	}
	if d == nil {
		d = &document{number: len(e.documents), frame: at, layers: map[string]*layer{}, prerendered: page.Cause == datalayer.CausePrerender}
		e.documents = append(e.documents, d)
	}
	d.url = page.URL
	e.frames[at] = d
	v := visit{page, d}
	e.pages[page.ID] = v
	return v
}

// continued returns the document whose URL changed: the newest of the frame, or one that had
// the URL before, if one of the two was prerendered beside the other.
func (e *Engine) continued(at frame, page *datalayer.Page) *document {
	newest := e.frames[at]
	if newest == nil || page.Referrer == "" || newest.url == page.Referrer {
		return newest
	}
	for _, d := range slices.Backward(e.documents[max(0, len(e.documents)-maxBeside):]) {
		if d.frame == at && d.url == page.Referrer && (d.prerendered || newest.prerendered) {
			return d
		}
	}
	return newest
}

// maxBeside bounds the documents among which the one whose URL changed is searched for.
const maxBeside = 64

// Push evaluates one message. Messages must be passed in the order in which their data
// layer received them. The message isn't modified, and may be retained.
func (e *Engine) Push(page *datalayer.Page, push *datalayer.Push, message *datalayer.Message) gtm.Outcome {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, ok := e.pages[push.Page]
	if !ok {
		at = e.open(page)
	}
	l := e.layerOf(at.document, push.Layer)
	if message.Kind == datalayer.KindObject && message.Event == "gtm.js" && !l.googleTag { // the container's snippet
		l.manager = true // if a Google tag was first, Taken follows once the container is there
	}
	l.run.history.add(push, at.page)
	return l.push(message)
}

// Observe adds a value that was read from a page. It is used for later messages of that
// page's document.
func (e *Engine) Observe(v *datalayer.PageValue) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, ok := e.pages[v.Page]
	if !ok {
		return
	}
	d := at.document
	d.observed = d.observed.With(v)
	for _, l := range d.layers {
		l.run.observed = d.observed
	}
}

func (e *Engine) layerOf(d *document, name string) *layer {
	l := d.layers[name]
	if l == nil {
		l = &layer{name: name, document: d}
		l.run = e.newRun(l)
		d.layers[name] = l
	}
	return l
}

// Taken records that a container or a Google tag has taken a data layer. A container that
// an earlier page loaded doesn't apply to a page that has only Google tags. Taken returns
// the new outcomes of messages that were evaluated before.
func (e *Engine) Taken(change *datalayer.LayerChange) []gtm.Revision {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, ok := e.pages[change.Page]
	if !ok {
		return nil
	}
	l := e.layerOf(at.document, change.Layer)
	if datalayer.IsGoogleTag(change.Container) {
		l.googleTag = true
	} else {
		l.manager = true
	}
	if l.run.history.dropped > 0 { // it can't be evaluated from its first message on
		return nil
	}
	return e.reviseLayer(l)
}

func (e *Engine) newRun(l *layer) *run {
	r := newRun(e.on(l), e.indexes)
	r.usage, r.stopping, r.scripts, r.observed = newUsage(), &e.stopping, &e.scripts, l.document.observed
	return r
}

// push evaluates the last message of the history.
func (l *layer) push(message *datalayer.Message) gtm.Outcome {
	at := l.run.history.len() - 1
	l.keep(at)
	l.since += len(l.run.history.at(at).Message)
	return l.run.push(at, message)
}

// Load adds a container that was captured or recorded. It applies to the open page from
// its first message on, because Google Tag Manager replays earlier messages, and to
// later pages. Load returns the new outcomes of messages that were evaluated before.
// The error describes what is wrong with the container.
func (e *Engine) Load(entry *datalayer.Container) ([]gtm.Revision, error) {
	text := entry.Resource
	if len(entry.Export) > 0 {
		text = entry.Export
	}
	c, err := parse.Container(text)
	if err != nil {
		return nil, fmt.Errorf("container %s: %w", entry.ID, err)
	}
	if entry.ID != "" {
		c.ID = entry.ID
	}
	if entry.Version != "" {
		c.Version = entry.Version
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	p := &scoped{read: c, container: c, layer: entry.Layer}
	if entry.Source != "file" {
		p.from, p.loaded = e.firstOpen(), true
	}
	if c.Form == gtm.FormExport {
		p.layer = ""
	}
	if e.isLoaded(p) {
		return nil, nil
	}
	e.scoped = append(e.scoped, p)
	e.name()
	return e.revise(p), nil
}

// isLoaded reports whether a container has already been loaded for the same pages: the
// user passed it and it is also in the recording, or another page loaded it too.
func (e *Engine) isLoaded(p *scoped) bool {
	for _, known := range slices.Backward(e.scoped) {
		if bytes.Equal(known.read.Source, p.read.Source) {
			return known.from <= p.from && (known.layer == "" || known.layer == p.layer)
		}
		if known.read.ID == p.read.ID && known.read.Form == p.read.Form && known.layer == p.layer {
			return false // another version was loaded in between
		}
	}
	return false
}

// firstOpen returns the number of the oldest document that is still open in the newest
// document's tab.
func (e *Engine) firstOpen() int {
	if len(e.documents) == 0 {
		return 0
	}
	newest := e.documents[len(e.documents)-1]
	first := newest.number
	for at, d := range e.frames {
		if at.target == newest.frame.target {
			first = min(first, d.number)
		}
	}
	return first
}

// name gives the published containers the names of their exports.
func (e *Engine) name() {
	for _, p := range e.scoped {
		for _, other := range e.scoped {
			if p.names == nil && p.read.Form == gtm.FormPublished && other.read.Form == gtm.FormExport && parse.SameContainer(p.read, other.read) {
				p.container, p.names = parse.WithNames(p.read, other.read), other.read
			}
		}
	}
}

// on returns the containers that apply to a layer.
func (e *Engine) on(l *layer) []*gtm.Container {
	var on []*gtm.Container
	for i, p := range e.scoped {
		if !p.covers(l) || e.replaced(i, l) || e.superseded(p) {
			continue
		}
		on = append(on, p.container)
	}
	return on
}

// superseded reports whether p is a suggestion and a real container is known.
func (e *Engine) superseded(p *scoped) bool {
	return p.read.Form == gtm.FormSuggested && slices.ContainsFunc(e.scoped, func(other *scoped) bool {
		return other.read.Form == gtm.FormPublished || other.read.Form == gtm.FormExport
	})
}

func (p *scoped) covers(l *layer) bool {
	if p.loaded && l.googleTag && !l.manager {
		return false
	}
	return (p.layer == "" || p.layer == l.name) && (l.document == nil || p.from <= l.document.number)
}

// replaced reports whether another container replaces the one at index i: a newer
// version on the page, or the published form of an export.
func (e *Engine) replaced(i int, l *layer) bool {
	p := e.scoped[i]
	for j, other := range e.scoped {
		switch {
		case i == j || other.read.Form != gtm.FormPublished:
		case p.read.Form == gtm.FormExport && parse.SameContainer(other.read, p.read):
			return true
		case p.read.Form == gtm.FormPublished && j > i && p.read.ID != "" && p.read.ID == other.read.ID && other.covers(l):
			return true
		}
	}
	return false
}

// current returns the containers in use on any page.
func (e *Engine) current() []*gtm.Container {
	var all []*gtm.Container
	for i, p := range e.scoped {
		if p.read.Form == gtm.FormExport && e.replaced(i, &layer{}) || e.superseded(p) {
			continue
		}
		all = append(all, p.container)
	}
	return all
}

// revise evaluates the layers whose containers changed again because p was loaded.
func (e *Engine) revise(p *scoped) []gtm.Revision {
	var revisions []gtm.Revision
	for _, d := range e.documents {
		for _, l := range d.layers {
			if l.run.history.dropped > 0 && !p.covers(l) { // see Taken
				continue
			}
			revisions = append(revisions, e.reviseLayer(l)...)
			if e.stopping.Load() {
				return nil
			}
		}
	}
	slices.SortFunc(revisions, func(a, b gtm.Revision) int { return a.Push.Seq - b.Push.Seq })
	return revisions
}

// reviseLayer evaluates a layer again if its containers changed.
func (e *Engine) reviseLayer(l *layer) []gtm.Revision {
	if slices.Equal(l.run.containers, e.on(l)) {
		return nil
	}
	var revisions []gtm.Revision
	whole := l.run.history
	l.run, l.checkpoints, l.since = e.newRun(l), nil, 0
	for i, push := range whole.pushes {
		if e.stopping.Load() {
			return nil
		}
		l.run.history = whole.first(whole.dropped + i + 1)
		message := push.Read()
		revisions = append(revisions, gtm.Revision{Push: push, Outcome: l.push(&message)})
	}
	return revisions
}
