package document

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"layertap/datalayer"
	"layertap/hits"
	"layertap/probe/hook"
)

// record makes the entries of one record.
func (l *Builder) record(doc *Document, r hook.Record, at time.Duration) {
	if r.Is == "" {
		return
	}
	if doc.page.ID == "" {
		l.first(doc, at)
	}
	switch r.Is {
	case "push":
		l.push(doc, r, at)
	case "action":
		l.action(doc, r, at)
	case "layer":
		if r.What == datalayer.LayerFound && doc.managed[r.Layer] {
			return
		}
		l.entries = append(l.entries, &datalayer.LayerChange{
			Place: datalayer.Place{T: at}, Page: doc.page.ID, Frame: doc.page.Frame, Layer: r.Layer,
			What: r.What, Container: r.Container,
		})
	case "address":
		next := *doc.page
		next.Referrer, next.URL, next.Title, next.Status = doc.page.URL, r.URL, r.Title, 0
		cause := datalayer.CauseHistory
		if doc.page.URL == "about:blank" { // a new window's first page replaces its empty one
			next.Referrer, next.Status, cause = doc.page.Referrer, doc.page.Status, doc.cause
		}
		l.turn(doc, next, cause, at)
	case "request":
		l.noted = append(l.noted, &Request{
			Request: hits.Request{Method: r.Method, URL: r.URL, Body: []byte(r.Body)}, Place: doc.Place, By: doc, At: at,
			Blocked: r.Blocked,
		})
	case "printing", "printed":
		doc.Tab.Printing = r.Is == "printing"
	case "restored":
		if before := doc.Tab.current["main"]; before != nil && before != doc && doc.page.Frame == "main" {
			l.left(before, l.started.Add(at))
		}
		doc.gone, doc.last, doc.Tab.current[doc.page.Frame] = false, 0, doc
		l.awaited = slices.DeleteFunc(l.awaited, func(other *Document) bool { return other == doc })
		next := *doc.page
		next.Title = r.Title
		l.turn(doc, next, datalayer.CauseBFCache, at)
	default:
		if why, ok := troubles[r.Is]; ok {
			l.entries = append(l.entries, &datalayer.Gap{
				Place: datalayer.Place{T: at}, Until: at, Lost: -1, Why: fmt.Sprintf(why, r.Layer),
			})
		}
	}
}

// first makes a document's first page, with the errors that were reported before it.
func (l *Builder) first(doc *Document, at time.Duration) {
	faults := l.faultsOf(doc)
	for _, fault := range faults {
		at = min(at, fault.T)
	}
	l.turn(doc, *doc.page, doc.cause, at)
	for _, fault := range faults {
		l.Fault(doc.Place, fault)
	}
}

// troubles are the messages for the problems with a layer that the hook reports.
var troubles = map[string]string{
	"displaced":   "the page removed the hook on %s; it was reinstalled, but values that aren't objects may be missing",
	"rested":      "the page or this machine was paused, so the hook on %s was suspended; messages already removed from the layer are missing",
	"swallows":    "%s has a push of the page's own, which may drop messages or keep them for later; messages that don't reach the array aren't recorded",
	"unwatchable": "%s isn't an array, so it can't be watched without changing the page; what is pushed into it isn't recorded",
	"unhookable":  "%s cannot be hooked because the page froze it; rejected messages are not captured",
}

// turn makes page the document's current page.
func (l *Builder) turn(doc *Document, page datalayer.Page, cause datalayer.Cause, at time.Duration) {
	l.pages++
	page.Place = datalayer.Place{T: at}
	page.ID = "p" + strconv.Itoa(l.pages)
	page.Cause = cause
	doc.page = &page
	if len(doc.pages) == maxPages {
		doc.pages = slices.Clone(doc.pages[maxPages/2:])
	}
	doc.pages = append(doc.pages, doc.page)
	l.entries = append(l.entries, doc.page)
}

// Unopened makes the page of a document that could not be opened.
func (l *Builder) Unopened(p Place, address, why string, now time.Time) {
	b := hook.Batch{Page: &hook.Introduction{Top: true, URL: address}}
	if before := p.Tab.current["main"]; before != nil {
		b.Origin = before.origin // later than that; the exact time is unknown
	}
	doc := l.begin(b, p, now)
	page := *doc.page
	page.Error = why
	doc.gone = true // it has no hook that would report its end
	l.turn(doc, page, doc.cause, l.Wall(now))
}

func (l *Builder) action(doc *Document, r hook.Record, at time.Duration) {
	action := &datalayer.Action{
		Place: datalayer.Place{T: at}, Page: doc.page.ID,
		Action: r.Action, Selector: r.Selector, Text: r.Text, Href: r.Href,
	}
	if len(doc.actions) >= maxStacks {
		clear(doc.actions)
	}
	doc.actions[r.N] = action
	l.entries = append(l.entries, action)
}

func (l *Builder) push(doc *Document, r hook.Record, at time.Duration) {
	kind, event := datalayer.Identify(r.Layer, r.Message, r.Gtag)
	via := datalayer.Via(r.Via)
	if via == "" {
		via = datalayer.ViaPush
	}
	found := via == viaFound
	if found {
		via = datalayer.ViaInitial
	}
	push := &datalayer.Push{
		Place: datalayer.Place{T: at}, Page: doc.page.ID, Frame: doc.page.Frame, Layer: r.Layer,
		Kind: kind, Event: event, Message: r.Message,
		Via: via, Recovered: via == datalayer.ViaInitial && !found,
		Call: r.Call, Arg: r.Arg,
		Stack: doc.stack(r), Action: doc.actions[r.By],
		Called: r.Called, Received: tristate(r.Received),
	}
	doc.pushes.add(push)
	doc.noteManager(push)
	l.noteLayer(doc, push)
	l.entries = append(l.entries, push)
}

// viaFound is how the hook marks a message that was already in the array when it found
// that, in a document that it watched from the start. The time of the push is then
// known approximately.
const viaFound datalayer.Via = "found"

// noteManager notes that a layer has a tag manager: the container snippet pushes
// gtm.js, the tag manager itself pushes its other messages.
func (doc *Document) noteManager(p *datalayer.Push) {
	if !p.Own() || p.Event == "gtm.js" || doc.managed[p.Layer] || len(doc.managed) == maxLayers {
		return
	}
	if doc.managed == nil {
		doc.managed = map[string]bool{}
	}
	doc.managed[p.Layer] = true
}

// noteLayer adds, before the first message of a data layer in a worker, an entry that
// it is in a worker: the page's tag manager doesn't read it.
func (l *Builder) noteLayer(doc *Document, p *datalayer.Push) {
	if doc.Worker == "" || doc.layers[p.Layer] || len(doc.layers) == maxLayers {
		return
	}
	if doc.layers == nil {
		doc.layers = map[string]bool{}
	}
	doc.layers[p.Layer] = true
	l.entries = append(l.entries, &datalayer.LayerChange{
		Place: datalayer.Place{T: p.T}, Page: p.Page, Frame: p.Frame, Layer: p.Layer, What: datalayer.LayerWorker,
	})
}

// maxLayers is the maximum number of layers kept per document.
const maxLayers = 100

func tristate(answer *bool) datalayer.Tristate {
	switch {
	case answer == nil:
		return datalayer.Unknown
	case *answer:
		return datalayer.Yes
	}
	return datalayer.No
}
