package tracker

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/document"
	"layertap/probe/hook"
	"layertap/probe/protocol"
	"layertap/probe/visit"
)

// shared is what the parts of a tracker have in common: what is followed, and where entries
// and commands go.
type shared struct {
	Options
	visit     visit.Setup
	builder   *document.Builder
	sessions  map[target.SessionID]*session // with tabs, pages and frames
	ofWorkers map[target.SessionID]*session // and with workers
	tabs      map[target.ID]*tab            // by the tab's own target and by those of its pages
	known     map[target.ID]*tab            // every tab that was ever followed
	batches   hook.Reader
	commands  []protocol.Command // not yet sent
	now       time.Time          // of the message that is being followed
	checked   time.Time          // when the hooks were last looked after
	shown     string             // the URL of the page that a tab came to last
	stirred   bool               // there may be news of the frames
}

// show notes that a tab's page is at a URL.
func (t *shared) show(s *session, frame cdp.FrameID, address string) {
	if s.isPage && s.tab.Parents[frame] == "" && address != "" && address != "about:blank" && !hook.IsInternal(address) {
		t.shown = address
	}
}

func (t *shared) Send(commands ...protocol.Command) { t.commands = append(t.commands, commands...) }

// hear takes a batch that came from a document at p.
func (t *shared) hear(text []byte, p document.Place) {
	b, err := t.batches.Read(text)
	if err != nil {
		t.builder.Refuse(t.now)
		return
	}
	t.builder.Take(b, p, t.now)
}

// Evaluate calls one of the hook's functions in every document.
func (t *shared) Evaluate(call string) []protocol.Command {
	var commands []protocol.Command
	for _, s := range t.sessions {
		commands = append(commands, t.evaluateAll(s, call)...)
	}
	for _, s := range t.ofWorkers {
		commands = append(commands, t.evaluateAll(s, call)...)
	}
	return commands
}

// evaluateAll calls one of the hook's functions in every document of a session.
func (t *shared) evaluateAll(s *session, call string) []protocol.Command {
	var commands []protocol.Command
	for _, w := range s.worlds {
		commands = append(commands, t.evaluateIn(s, w, call))
	}
	return commands
}

func (t *shared) evaluateIn(s *session, w world, call string) protocol.Command {
	silent := true
	return protocol.Ask(s.id, runtime.Evaluate, runtime.EvaluateParams{
		Expression: t.Hook.Call(call), UniqueContextID: w.unique, Silent: &silent,
	})
}

// putHook puts the hook into a page's documents. Its binding has to be there.
func (t *shared) putHook(s target.SessionID) protocol.Command {
	immediately := true
	return protocol.Ask(s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: t.Hook.Script(), RunImmediately: &immediately,
	})
}

// openTabs are the tabs that have a session, in the order in which they came.
func (t *shared) openTabs() []*tab {
	var tabs []*tab
	for _, s := range t.sessions {
		if s.tab != nil && !slices.Contains(tabs, s.tab) {
			tabs = append(tabs, s.tab)
		}
	}
	slices.SortFunc(tabs, func(a, b *tab) int { return cmp.Or(len(a.ID)-len(b.ID), strings.Compare(a.ID, b.ID)) })
	return tabs
}

// tabOf returns the tab that shows something of an origin; of several the last.
func (t *shared) tabOf(origin string) *tab {
	var found *tab
	for _, tab := range t.openTabs() {
		for _, f := range tab.frames {
			if originOf(f.url) == origin {
				found = tab
			}
		}
	}
	return found
}

// originOf is the origin of a URL, also of a blob's.
func originOf(address string) string {
	u, err := url.Parse(strings.TrimPrefix(address, "blob:"))
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// tabWith returns the tab that has a frame, or had it when it was closed.
func (t *shared) tabWith(frame cdp.FrameID) *tab {
	for _, tab := range t.known {
		if _, ok := tab.Loaders[frame]; ok {
			return tab
		}
	}
	return nil
}

func (t *shared) toPages(tab *tab, make func(target.SessionID) protocol.Command) {
	for _, s := range t.sessions {
		if s.tab == tab && !s.isTab {
			t.Send(make(s.id))
		}
	}
}
