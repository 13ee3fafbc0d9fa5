package tracker

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// hookStatus is the state of the checks of the hook in a document.
type hookStatus struct {
	asked     time.Time     // when the open check was sent; zero for none
	answered  time.Time     // when a check was last answered; zero for never
	confirmed time.Time     // when the check that was last answered had been sent
	answer    *hook.Checkup // the last result; nil if there is no hook
}

// checkAll sends a check to all hooks.
func (t *Tracker) checkAll() {
	for _, s := range t.sessions {
		for id, w := range s.worlds {
			if asked := w.hookStatus.asked; asked.IsZero() || t.now.Sub(asked) > t.Bounds.AskAgain {
				t.check(s, w)
				t.lexical(s, w, id)
			}
			if t.now.Sub(w.since) < settlesIn {
				t.askPolicies(s, w)
			}
		}
	}
	for _, s := range t.ofWorkers {
		for id, w := range s.worlds {
			if asked := w.hookStatus.asked; asked.IsZero() || t.now.Sub(asked) > t.Bounds.AskAgain {
				t.check(s, w)
				t.lexical(s, w, id)
			}
		}
	}
	t.stirred = true // a hook that is silent sends nothing that would report it
}

func (t *shared) check(s *session, w world) {
	asked := t.now
	w.hookStatus.asked = asked
	check := t.evaluateIn(s, w, fmt.Sprintf("check(%d)", t.builder.Confirmed(w.hookStatus.answer)))
	check.Then = func(m *cdproto.Message) {
		w.hookStatus.asked, w.hookStatus.confirmed = time.Time{}, asked
		protocol.OnResult(m, func(r *runtime.EvaluateResult) {
			w.hookStatus.answered = t.now
			if r.Result != nil {
				w.hookStatus.answer = hook.ReadCheckup(r.Result.Value)
			}
			if w.hookStatus.answer != nil {
				t.show(s, w.frame, w.hookStatus.answer.URL)
				t.builder.ReadClocks(w.hookStatus.answer, asked, t.now)
			}
			t.stirred = true
		})
	}
	t.Send(check)
}

// lexical looks for data layers that a page declared with let or const. They are not
// properties of the global object, so the tag manager cannot find them, and the hook
// only can if they are passed to it.
func (t *shared) lexical(s *session, w world, id runtime.ExecutionContextID) {
	names := protocol.Ask(s.id, runtime.GlobalLexicalScopeNames, runtime.GlobalLexicalScopeNamesParams{ExecutionContextID: id})
	names.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *runtime.GlobalLexicalScopeNamesResult) {
			for _, name := range r.Names {
				if slices.Contains(t.Hook.Layers, name) {
					t.Send(t.evaluateIn(s, w, "lexical("+quote(name)+", "+name+")"))
				}
			}
		})
	}
	t.Send(names)
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// CheckedSince reports whether all hooks have answered a check that was sent after a
// given time, and no records of left pages are awaited. It sends checks to the hooks
// that have not.
func (t *Tracker) CheckedSince(at, now time.Time) bool {
	all := !t.builder.Waits()
	t.now = now
	for _, s := range t.sessions {
		for id, w := range s.worlds {
			if w.hookStatus.confirmed.After(at) {
				continue
			}
			all = false
			if w.hookStatus.asked.IsZero() {
				t.check(s, w)
				t.lexical(s, w, id)
			}
		}
	}
	return all
}

// askClock returns the command that reads a page's clock before its hook has sent
// anything.
func (t *shared) askClock(s target.SessionID) protocol.Command {
	silent, asked := true, t.now
	now := protocol.Ask(s, runtime.Evaluate, runtime.EvaluateParams{Expression: "Date.now()", Silent: &silent})
	now.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *runtime.EvaluateResult) {
			var reading float64
			if r.Result != nil && r.ExceptionDetails == nil && json.Unmarshal(r.Result.Value, &reading) == nil && reading > 0 {
				t.builder.ReadClock(reading, asked, t.now)
			}
		})
	}
	return now
}
