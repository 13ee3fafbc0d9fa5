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

// autoAttachAll makes the browser attach to everything that is created in a session's
// target, of any type. A filter would not work: for a session that waits for debuggers,
// Chromium (148, 156) also halts new workers that the filter excludes, but doesn't
// report them, so they can't be resumed.
func autoAttachAll(session target.SessionID) protocol.Command { return attachAll(session, true) }

func attachAll(session target.SessionID, halting bool) protocol.Command {
	return protocol.Ask(session, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, WaitForDebuggerOnStart: halting, Flatten: new(true), Filter: target.Filter{{}},
	})
}

// HaltNothing returns the commands that make the current sessions attach to new targets
// without halting them.
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

// autoAttach makes the browser attach to the targets of the given types that belong to
// a session's target, to new ones before their first script runs.
//
// Following a tab by its own target, not by its page's, covers everything that is
// created in it: pop-ups, pages in other processes, prerendered pages.
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

// install installs the hook in the current and future documents of a page or frame. The
// order matters: contexts are announced before their first message, and the binding
// exists before the hook looks for it. Hooked is called when the hook is installed,
// complete when all commands are done.
func (t *Tracker) install(s *session, hooked, complete func()) {
	put := t.putHook(s.id)
	put.Then = func(*cdproto.Message) {
		s.there = false // later documents are new
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
	case s.tab.interception.up: // while it is halted, or a frame's first document may be missed
		t.intercept.interceptIn(s)
	case t.visit.Intercepts():
		t.Send(t.intercept.holdRequests(s.id, false))
	}
	t.Send(
		protocol.Ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		// After the target is resumed, this command could block it permanently.
		protocol.Ask(s.id, inspector.Enable, cdp.Empty{}),
		last,
	)
}

// Attach returns the commands that make the browser attach to its tabs automatically,
// to new ones before their first script. If everything is set, shared workers are
// attached to regardless of their tab.
func (t *Tracker) Attach(everything bool) []protocol.Command {
	types := []string{"tab"}
	if everything { // then no shared worker belongs to a tab that isn't watched
		types = append(types, "shared_worker")
	}
	return []protocol.Command{t.early.attach(), autoAttach("", types...), discoverWorkers()}
}

// AttachTo makes the browser attach to a tab that it did not attach to automatically.
func AttachTo(id string) protocol.Command {
	return protocol.Ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: target.ID(id), Flatten: new(true)})
}
