package probe

import (
	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

// autoAttachAll makes the browser attach to all that comes to be in a session's target,
// whatever its type. A filter would not do: Chromium halts a new worker for a session
// that waits for debuggers also where the session's filter leaves workers out, and then
// nobody learns of the worker, who could let it go (148, 156).
func autoAttachAll(session target.SessionID) command { return attachAll(session, true) }

func attachAll(session target.SessionID, halting bool) command {
	return ask(session, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: halting, Flatten: new(true), Filter: target.Filter{{}},
	})
}

// haltNothing returns the commands after which the sessions that there are attach to
// what is new without halting it.
func (t *tracker) haltNothing() []command {
	var commands []command
	for _, s := range t.sessions {
		commands = append(commands, attachAll(s.id, false))
	}
	for _, s := range t.workers.sessions {
		commands = append(commands, attachAll(s.id, false))
	}
	return commands
}

// autoAttach makes the browser attach to the targets of the given types that
// belong to a session's; to new ones before their first script runs.
//
// Following a tab by its own target, and not by its page's, reaches everything
// that comes to be in it: pop-ups, pages in other processes, prerendered pages.
func autoAttach(session target.SessionID, types ...string) command {
	flatten := true
	var filter target.Filter
	for _, t := range types {
		filter = append(filter, target.FilterEntry{Type: t})
	}
	return ask(session, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &flatten, Filter: filter,
	})
}

// install puts the hook into the documents of a page or frame, those that are
// there and those to come. The order counts: contexts are announced before
// their first message, and the binding is there before the hook looks for it.
// Hooked is called when the hook is in place, complete when all is.
func (t *tracker) install(s *session, hooked, complete func()) {
	hook := t.putHook(s.id)
	hook.then = func(*cdproto.Message) {
		s.there = false // documents from here on are new
		hooked()
	}
	if s.there && !t.builder.clock.known {
		t.send(t.askClock(s.id))
	}
	last := ask(s.id, network.Enable, network.EnableParams{})
	last.then = func(*cdproto.Message) { complete() }
	t.send(
		ask(s.id, page.Enable, page.EnableParams{}),
		t.askFrames(s.id),
		ask(s.id, runtime.Enable, cdp.Empty{}),
		ask(s.id, runtime.AddBinding, runtime.AddBindingParams{Name: t.hook.Binding}),
		hook,
		autoAttachAll(s.id),
	)
	t.send(t.visit.prepare(s)...)
	switch {
	case s.tab.interception.up: // while it waits, or a frame's first document may escape
		t.interceptIn(s)
	case t.visit.intercepts():
		t.send(t.holdRequests(s.id, false))
	}
	t.send(
		ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		// Before the target is let go this can block it for good.
		ask(s.id, inspector.Enable, cdp.Empty{}),
		last,
	)
}

// putHook puts the hook into a page's documents. Its binding has to be there.
func (t *tracker) putHook(s target.SessionID) command {
	immediately := true
	return ask(s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: t.hook.script(), RunImmediately: &immediately,
	})
}
