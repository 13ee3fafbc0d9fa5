package tracker

import (
	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/protocol"
)

// autoAttachAll makes the browser attach to all that comes to be in a session's target,
// whatever its type. A filter would not do: Chromium halts a new worker for a session
// that waits for debuggers also where the session's filter leaves workers out, and then
// nobody learns of the worker, who could let it go (148, 156).
func autoAttachAll(session target.SessionID) protocol.Command { return attachAll(session, true) }

func attachAll(session target.SessionID, halting bool) protocol.Command {
	return protocol.Ask(session, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: halting, Flatten: new(true), Filter: target.Filter{{}},
	})
}

// HaltNothing returns the commands after which the sessions that there are attach to
// what is new without halting it.
func (t *Tracker) HaltNothing() []protocol.Command {
	var commands []protocol.Command
	for _, s := range t.sessions {
		commands = append(commands, attachAll(s.id, false))
	}
	for _, s := range t.ofWorkers {
		commands = append(commands, attachAll(s.id, false))
	}
	return commands
}

// autoAttach makes the browser attach to the targets of the given types that
// belong to a session's; to new ones before their first script runs.
//
// Following a tab by its own target, and not by its page's, reaches everything
// that comes to be in it: pop-ups, pages in other processes, prerendered pages.
func autoAttach(session target.SessionID, types ...string) protocol.Command {
	flatten := true
	var filter target.Filter
	for _, t := range types {
		filter = append(filter, target.FilterEntry{Type: t})
	}
	return protocol.Ask(session, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &flatten, Filter: filter,
	})
}

// install puts the hook into the documents of a page or frame, those that are
// there and those to come. The order counts: contexts are announced before
// their first message, and the binding is there before the hook looks for it.
// Hooked is called when the hook is in place, complete when all is.
func (t *Tracker) install(s *session, hooked, complete func()) {
	put := t.putHook(s.id)
	put.Then = func(*cdproto.Message) {
		s.there = false // documents from here on are new
		hooked()
	}
	if s.there && !t.builder.ClockKnown() {
		t.Send(t.askClock(s.id))
	}
	last := protocol.Ask(s.id, network.Enable, network.EnableParams{})
	last.Then = func(*cdproto.Message) { complete() }
	t.Send(
		protocol.Ask(s.id, page.Enable, page.EnableParams{}),
		t.frames.ask(s.id),
		protocol.Ask(s.id, runtime.Enable, cdp.Empty{}),
		protocol.Ask(s.id, runtime.AddBinding, runtime.AddBindingParams{Name: t.Hook.Binding}),
		put,
		autoAttachAll(s.id),
	)
	t.Send(t.visit.Prepare(s.id, s.isPage, s.tab.opened)...)
	switch {
	case s.tab.interception.up: // while it waits, or a frame's first document may escape
		t.intercept.interceptIn(s)
	case t.visit.Intercepts():
		t.Send(t.intercept.holdRequests(s.id, false))
	}
	t.Send(
		protocol.Ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		// Before the target is let go this can block it for good.
		protocol.Ask(s.id, inspector.Enable, cdp.Empty{}),
		last,
	)
}

// Attach returns the commands by which the browser attaches to its tabs by itself, to new
// ones before their first script. With everything, shared workers are attached to whatever
// tab they are of.
func (t *Tracker) Attach(everything bool) []protocol.Command {
	types := []string{"tab"}
	if everything { // and no shared worker is that of a tab that nobody watches
		types = append(types, "shared_worker")
	}
	return []protocol.Command{t.early.attach(), autoAttach("", types...), discoverWorkers()}
}

// AttachTo makes the browser attach to a tab that it did not attach to by itself.
func AttachTo(id string) protocol.Command {
	return protocol.Ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: target.ID(id), Flatten: new(true)})
}
