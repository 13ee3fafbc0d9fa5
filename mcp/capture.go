package mcp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/report/unreached"
	"layertap/session"
)

// The limits of captures. A capture that reaches one ends, and stays open for reading.
const (
	mostCaptures   = 2 // at a time: each has a browser, or a connection to one
	usualCapture   = 10 * time.Minute
	longestCapture = time.Hour
	mostCaptured   = 200_000 // entries
)

// Target is what an agent wants to capture: a page to open or, if URL is empty, a tab of a
// running browser.
type Target struct {
	URL   string   // http or https
	Where string   // the browser to attach to; empty for one that runs on this machine
	Tab   string   // its ID, or a part of its title or URL; empty for the only one
	Plans []string // tracking plans to check against; empty for the default ones
}

// Capture starts capturing a target. The session's attachment has the progress, and lists
// the browsers or tabs if several match.
type Capture func(context.Context, Target) (Recording, error)

// Page is a page that is being captured. Its functions return when the page has responded.
type Page struct {
	Choose   func(id string) // selects one of the attachment's choices
	Navigate func(ctx context.Context, url string) error
	Reload   func(ctx context.Context) error
	// Push pushes a message, JSON or a JavaScript object literal, into a data layer.
	Push func(ctx context.Context, layer, message string) error
}

// ending is the reason why a capture ended.
type ending string

const (
	endedTime   ending = "time"   // time limit
	endedSize   ending = "size"   // limit on the number of entries
	endedAsked  ending = "asked"  // requested by the agent
	endedClosed ending = "closed" // the tab or the browser was closed
)

func (e ending) Error() string { return "the capture ended: " + string(e) }

// bounded is a source that calls full when left entries have been read.
type bounded struct {
	session.Source
	left int
	full func()
}

func (b *bounded) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := b.Source.Next(ctx)
	if b.left -= len(batch.Entries); b.left <= 0 {
		b.full()
	}
	return batch, err
}

func (s *server) captureTools() {
	o := &s.opened
	add(s, opens, "open_page", "Open a web page in a Chrome of its own and capture what it pushes into its data layers, from before its first script. "+
		"Returns the id that the other tools take; wait_for_event waits for messages.", o.openPage)
	add(s, opens, "attach_tab", "Capture a tab of a Chrome that is running, which stays open. If several browsers or tabs fit, the answer lists them: "+
		"pass the id of one to choose_tab.", o.attachTab)
	add(s, opens, "choose_tab", "Go over to another of the browsers or tabs that recording_status lists.", o.chooseTab)
	add(s, opens, "end_capture", "End a capture. What was captured can still be read, and checked.", o.endCapture)
	if o.from.Actions {
		add(s, acts, "go_to", "Open a URL in a tab that is being captured.", o.goTo)
		add(s, acts, "reload", "Reload a tab that is being captured.", o.reload)
		add(s, acts, "push_message", "Push a message into a data layer of a page that is being captured, as the page's own scripts do.", o.pushMessage)
	}
}

type captureInput struct {
	Plans   []string `json:"plans,omitempty" jsonschema:"tracking plans to check against: widget, ga4, none or files; default: those that the server was started with"`
	Seconds float64  `json:"max_seconds,omitempty" jsonschema:"end the capture after so many seconds, at most 3600; default 600"`
}

func (in captureInput) longest() time.Duration {
	if in.Seconds <= 0 {
		return usualCapture
	}
	return time.Duration(min(in.Seconds, longestCapture.Seconds()) * float64(time.Second))
}

type pageInput struct {
	captureInput
	URL string `json:"url" jsonschema:"the page, such as https://shop.example/"`
}

func (o *opened) openPage(ctx context.Context, in pageInput) (any, error) {
	if err := isPage(in.URL); err != nil {
		return nil, fmt.Errorf("opening the page: %w", err)
	}
	return o.capture(ctx, "opening the page", in.captureInput, Target{URL: in.URL, Plans: in.Plans})
}

// isPage returns an error unless text is the URL of a web page: an agent must not read
// files through a browser.
func isPage(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("url must begin with http:// or https://")
	}
	return nil
}

type attachInput struct {
	captureInput
	Where string `json:"where,omitempty" jsonschema:"the browser: a port, HOST:PORT, or an http or ws URL; default: those that run on this machine"`
	Tab   string `json:"tab,omitempty" jsonschema:"the tab: its ID, or part of its title or URL; default: the only one"`
}

func (o *opened) attachTab(ctx context.Context, in attachInput) (any, error) {
	return o.capture(ctx, "attaching", in.captureInput, Target{Where: in.Where, Tab: in.Tab, Plans: in.Plans})
}

// capture starts a capture, and answers when it is live, when a choice is needed, or after
// a timeout.
func (o *opened) capture(ctx context.Context, doing string, in captureInput, target Target) (any, error) {
	o.mu.Lock()
	err := o.room(true)
	if err == nil {
		o.starting.Add(1)
		defer o.starting.Done()
	}
	o.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	recording, err := o.from.Capture(ctx, target)
	if err != nil {
		return nil, &marked{doing, err}
	}
	e := start(ctx, doing, recording, in.longest())
	settle(ctx, e, settled)
	if ctx.Err() != nil {
		e.stop()
		return nil, errors.New(doing + ": interrupted")
	}
	return o.keep(e)
}

// settle waits, with a timeout, until wanted returns true for the attachment of a capture.
func settle(ctx context.Context, e *entry, wanted func(datalayer.Attachment) bool) {
	ctx, cancel := context.WithTimeout(ctx, usualWait)
	defer cancel()
	for s := e.session.Snapshot(); !wanted(s.Attachment) && !e.complete() && more(ctx, e, s); {
		s = e.session.Snapshot()
	}
}

// settled reports whether an attachment has stopped changing by itself.
func settled(a datalayer.Attachment) bool { return a.Phase != datalayer.Starting || a.Held != "" }

type captureRow struct {
	Phase     string `json:"phase"`           // "starting", "choosing-browser", "choosing-tab", "live", "lost" or "over"
	Ended     ending `json:"ended,omitempty"` // "time", "size", "asked" or "closed"
	LeftOut   int    `json:"left_out,omitempty"`
	Untrusted struct {
		Detail    string      `json:"detail,omitempty"`    // progress or the reason for a failure
		Held      string      `json:"held,omitempty"`      // what the page waits for
		Notices   []string    `json:"notices,omitempty"`   // for example, that the browser has no sandbox
		Unreached []string    `json:"unreached,omitempty"` // pages and frames that aren't captured, with the reason
		Choices   []choiceRow `json:"choices,omitempty"`   // tabs, or browsers in the phase choosing-browser
	} `json:"untrusted"`
}

type choiceRow struct {
	ID       string `json:"id"` // for choose_tab
	Title    string `json:"title"`
	URL      string `json:"url"`
	Captured bool   `json:"captured,omitempty"`
}

var phases = map[datalayer.Phase]string{
	datalayer.Starting: "starting", datalayer.ChoosingBrowser: "choosing-browser", datalayer.ChoosingTab: "choosing-tab",
	datalayer.Live: "live", datalayer.Lost: "lost", datalayer.Over: "over",
}

func captureOf(r *room, e *entry, a datalayer.Attachment) *captureRow {
	a = a.WithoutUserInfo()
	row := &captureRow{Phase: phases[a.Phase]}
	if e.complete() {
		row.Phase, row.Ended = phases[datalayer.Over], e.ended
	}
	var missed unreached.List
	missed.Note(a)
	u := &row.Untrusted
	u.Detail, u.Held = r.words(a.Detail), r.words(a.Held)
	u.Notices, _ = rows(r, a.Notices, r.words)
	u.Unreached, _ = rows(r, missed.Lines(time.Local), r.words)
	u.Choices, row.LeftOut = rows(r, a.Choices, func(c datalayer.Choice) choiceRow {
		return choiceRow{r.name(c.ID), r.name(c.Title), r.name(c.URL), c.Watched}
	})
	return row
}

// running returns a capture that hasn't ended.
func (o *opened) running(id string) (*entry, error) {
	e, err := o.find(id)
	switch {
	case err != nil:
		return nil, err
	case e.page == nil:
		return nil, fmt.Errorf("recording %s is a file; open_page and attach_tab capture", e.id)
	case e.complete():
		return nil, fmt.Errorf("the capture %s has ended; start another one", e.id)
	}
	return e, nil
}

type chooseInput struct {
	recordingInput
	ID string `json:"id" jsonschema:"of one of the choices"`
}

func (o *opened) chooseTab(ctx context.Context, in chooseInput) (any, error) {
	e, err := o.running(in.Recording)
	if err != nil {
		return nil, err
	}
	there := func(c datalayer.Choice) bool { return c.ID == in.ID }
	if !slices.ContainsFunc(e.session.Snapshot().Attachment.Choices, there) {
		return nil, fmt.Errorf("there is no browser or tab %q; recording_status lists them", in.ID)
	}
	e.page.Choose(in.ID)
	settle(ctx, e, func(a datalayer.Attachment) bool {
		if i := slices.IndexFunc(a.Choices, there); i >= 0 {
			return a.Phase == datalayer.Live && a.Choices[i].Watched
		}
		return a.Phase != datalayer.ChoosingBrowser && settled(a) // a browser was selected, or the tab is closed
	})
	return summary(e)
}

func (o *opened) endCapture(_ context.Context, in recordingInput) (any, error) {
	e, err := o.running(in.Recording)
	if err != nil {
		return nil, err
	}
	e.stop()
	return summary(e)
}

// actAnswer is the answer to an action. Its effects follow the entry with the seq last.
type actAnswer struct {
	Done bool `json:"done"`
	Last int  `json:"last"` // pass as after
}

// act performs an action on the page of a capture.
func (o *opened) act(id, doing string, do func(*Page) error) (any, error) {
	e, err := o.running(id)
	if err != nil {
		return nil, err
	}
	a := actAnswer{Done: true}
	if s := e.session.Snapshot(); s.Len() > 0 {
		a.Last = datalayer.At(s.Entry(s.Len() - 1)).Seq
	}
	if err := do(e.page); err != nil {
		return nil, &marked{doing, err}
	}
	return a, nil
}

type goToInput struct {
	recordingInput
	URL string `json:"url" jsonschema:"the page to open, such as https://shop.example/cart"`
}

func (o *opened) goTo(ctx context.Context, in goToInput) (any, error) {
	if err := isPage(in.URL); err != nil {
		return nil, fmt.Errorf("opening the page: %w", err)
	}
	return o.act(in.Recording, "opening the page", func(p *Page) error { return p.Navigate(ctx, in.URL) })
}

func (o *opened) reload(ctx context.Context, in recordingInput) (any, error) {
	return o.act(in.Recording, "reloading the page", func(p *Page) error { return p.Reload(ctx) })
}

type pushInput struct {
	recordingInput
	Layer   string `json:"layer,omitempty" jsonschema:"the data layer; default: dataLayer"`
	Message string `json:"message" jsonschema:"the message, such as {\"event\": \"purchase\"}"`
}

func (o *opened) pushMessage(ctx context.Context, in pushInput) (any, error) {
	if in.Layer == "" {
		in.Layer = "dataLayer"
	}
	return o.act(in.Recording, "pushing the message", func(p *Page) error { return p.Push(ctx, in.Layer, in.Message) })
}
