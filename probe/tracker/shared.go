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

// shared is the state that the parts of a tracker share: what is followed, and the
// destination of entries and commands.
type shared struct {
	Options
	visit     visit.Setup
	builder   *document.Builder
	sessions  map[target.SessionID]*session // with tabs, pages and frames
	ofWorkers map[target.SessionID]*session // with workers
	tabs      map[target.ID]*tab            // by the tab's own target and by those of its pages
	known     map[target.ID]*tab            // every tab that was ever followed
	batches   hook.Reader
	commands  []protocol.Command // not yet sent
	now       time.Time          // of the message that is being processed
	checked   time.Time          // when the hooks were last checked
	shown     string             // the URL of the last page shown by a tab
	stirred   bool               // the state of the frames may have changed
}

// show records the URL of a tab's page.
func (t *shared) show(s *session, frame cdp.FrameID, address string) {
	if s.isPage && s.tab.Parents[frame] == "" && address != "" && address != "about:blank" && !hook.IsInternal(address) {
		t.shown = address
	}
}

func (t *shared) Send(commands ...protocol.Command) { t.commands = append(t.commands, commands...) }

// receive processes a batch from a document at p.
func (t *shared) receive(text []byte, p document.Place) {
	b, err := t.batches.Read(text)
	if err != nil {
		t.builder.Refuse(t.now)
		return
	}
	t.builder.Take(b, p, t.now)
}

// Evaluate returns the commands that call one of the hook's functions in every
// document.
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

// evaluateAll returns the commands that call one of the hook's functions in every
// document of a session.
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

// putHook returns the command that runs the hook in a page's new documents. The binding
// must exist before.
func (t *shared) putHook(s target.SessionID) protocol.Command {
	immediately := true
	return protocol.Ask(s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: t.Hook.Script(), RunImmediately: &immediately,
	})
}

// openTabs returns the tabs with a session, in the order in which they were followed.
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

// tabOf returns the last tab that shows a document of an origin.
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

// originOf returns the origin of a URL, including that of a blob URL.
func originOf(address string) string {
	u, err := url.Parse(strings.TrimPrefix(address, "blob:"))
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// tabWith returns the tab that contains a frame, or contained it when it was closed.
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
