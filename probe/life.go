package probe

import (
	"cmp"
	"slices"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
)

// takeLife follows the ends and the returns of a tab's process.
func (t *tracker) takeLife(s *session, m *cdproto.Message) {
	crashed := string(m.Method) == inspector.TargetCrashed.Method
	reloaded := string(m.Method) == inspector.TargetReloadedAfterCrash.Method
	switch {
	case crashed && !s.isPage: // a frame in it: the rest goes on
		s.crashed = true
		t.builder.gap(t.now, t.now, -1, "a frame crashed; its last messages may be missing: "+s.url())
	case crashed && s.tab.crashed.IsZero():
		s.tab.crashed = t.now
		if doc := s.tab.current["main"]; doc != nil { // it sends nothing more
			doc.gone = true
		}
		if s.tab.opener == "" {
			t.onCrash("the tab crashed; reload it in the browser to continue")
		}
	case reloaded && !s.isPage:
		s.crashed = false
	case reloaded && !s.tab.crashed.IsZero():
		t.recovered(s.tab)
		t.onPage(s.id)
	}
}

// recovered notes the end of the time in which a tab had crashed.
func (t *tracker) recovered(tab *tab) {
	t.builder.gap(tab.crashed, t.now, -1, "the tab had crashed")
	tab.crashed = time.Time{}
}

// end notes what was still wrong when there was nothing more to follow.
func (t *tracker) end() {
	for _, tab := range t.known {
		if !tab.crashed.IsZero() {
			t.recovered(tab)
		}
	}
}

// checkEvery is how often the hooks are asked to look after themselves. A
// message that came around push (by index) is at most this late.
const checkEvery = time.Second

// tick does what is due.
func (t *tracker) tick(now time.Time) {
	t.now = now
	t.stopIntercepting(now)
	t.openings.forget(now)
	if now.Sub(t.checked) < checkEvery {
		return
	}
	t.checked = now
	t.checkWorkers()
	list := listTabs() // the answer is a sign of life, too
	list.then = func(m *cdproto.Message) { onResult(m, t.list) }
	t.send(list)
	t.checkAll()
}

// list takes the list of all tabs. A browser does not tell by itself when a tab's
// title or address changes, so it is asked. It lists them in any order: those that
// were there before keep theirs.
func (t *tracker) list(r *target.GetTargetsResult) {
	tabs := tabsOf(r)
	place := func(tab datalayer.Choice) int {
		if i := named(t.roster, tab.ID); i >= 0 {
			return i
		}
		return len(t.roster)
	}
	slices.SortStableFunc(tabs, func(a, b datalayer.Choice) int { return cmp.Compare(place(a), place(b)) })
	t.listed = t.listed || !slices.Equal(tabs, t.roster)
	t.roster = tabs
}

// due is when tick has something to do.
func (t *tracker) due() time.Time {
	due := t.checked.Add(checkEvery)
	for _, s := range t.sessions {
		if s.tab != nil && s.tab.interception.up && !s.tab.interception.until.IsZero() && s.tab.interception.until.Before(due) {
			due = s.tab.interception.until
		}
	}
	if at, ok := t.requests.due(); ok && at.Before(due) {
		due = at
	}
	if at, ok := t.builder.due(); ok && at.Before(due) {
		due = at
	}
	return due
}

// evaluate calls one of the hook's functions in every document.
func (t *tracker) evaluate(call string) []command {
	var commands []command
	for _, s := range t.sessions {
		commands = append(commands, t.evaluateAll(s, call)...)
	}
	for _, s := range t.workers.sessions {
		commands = append(commands, t.evaluateAll(s, call)...)
	}
	return commands
}

// evaluateAll calls one of the hook's functions in every document of a session.
func (t *tracker) evaluateAll(s *session, call string) []command {
	var commands []command
	for _, w := range s.worlds {
		commands = append(commands, t.evaluateIn(s, w, call))
	}
	return commands
}

func (t *tracker) evaluateIn(s *session, w world, call string) command {
	silent := true
	return ask(s.id, runtime.Evaluate, runtime.EvaluateParams{
		Expression: t.hook.call(call), UniqueContextID: w.unique, Silent: &silent,
	})
}

// disconnected forgets what belonged to a connection. The tabs keep their
// numbers, and the documents what is known of them.
func (t *tracker) disconnected() {
	t.end()
	clear(t.sessions)
	clear(t.tabs)
	t.workers = newWorkers()
	clear(t.scripts.loading)
	t.settle(time.Time{})
	clear(t.requests.statuses)
	clear(t.answers)
	t.openings = openings{within: t.bounds.opening, newcomers: map[target.ID]*newcomer{}}
	t.earlySessions, t.browserWide = earlySessions{at: map[target.SessionID]*earlySession{}}, browserInterception{}
	t.roster = nil
	t.commands = nil
	t.builder.reconnecting()
	for _, tab := range t.known {
		tab.interception = interception{up: true}
		clear(tab.frames)
	}
}
