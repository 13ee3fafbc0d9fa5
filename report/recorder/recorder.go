// Package recorder writes the visitor's actions in a session as a recording of the Recorder
// panel in Chrome DevTools.
package recorder

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/flow"
	"layertap/session"
)

// Write writes the flow of a session in Recorder's import format.
func Write(w io.Writer, s session.Snapshot) error { return Flow(s).Write(w) }

// Flow returns the visitor's actions in the session's first tab. Typed text isn't part of a
// session, so it is replaced with placeholder text, and the step is marked. Actions in
// frames and in other tabs are left out; the title counts them.
func Flow(s session.Snapshot) flow.Flow {
	m := &maker{session: s}
	for i := range s.Len() {
		switch e := s.Entry(i).(type) {
		case *datalayer.Page:
			if m.target == "" && e.Frame == "main" {
				m.target = e.Target
			}
			if e.Frame == "main" && e.Target == m.target {
				m.page(e)
			}
		case *datalayer.Action:
			m.action(e)
		}
	}
	return flow.Flow{Title: m.title(), Steps: m.steps}
}

// maker builds the steps of a flow.
type maker struct {
	session          session.Snapshot
	target           string // the tab
	steps            []flow.Step
	last             *datalayer.Action // the last repeated action
	fresh            bool              // no page followed it
	unrecorded, left int               // the number of unknown values, and of actions left out
}

func (m *maker) title() string {
	title := "A visit of " + m.session.Header.URL
	var notes []string
	if m.unrecorded > 0 {
		notes = append(notes, fmt.Sprintf("typed values to fill in: %d", m.unrecorded))
	}
	if m.left > 0 {
		notes = append(notes, fmt.Sprintf("actions in frames or other tabs left out: %d", m.left))
	}
	if len(notes) > 0 {
		title += " (" + strings.Join(notes, "; ") + ")"
	}
	return title
}

func (m *maker) add(s flow.Step) { m.steps = append(m.steps, s) }

// page goes to a page, or waits for it if the visitor's last action led there.
func (m *maker) page(p *datalayer.Page) {
	led := m.last != nil && m.fresh && len(m.steps) > 0
	switch {
	case led && p.Cause != datalayer.CauseReload && p.Cause != datalayer.CauseBFCache:
		m.steps[len(m.steps)-1].Navigates = true
	case p.Cause == datalayer.CauseHistory: // caused by the page itself
		return
	default:
		m.add(flow.Step{Type: flow.NavigateStep, URL: WithoutAutomation(p.URL), Navigates: true})
	}
	m.fresh = false
}

// automation are the parameters of a URL that make a page act by itself, such as layertap's
// demo, or that belong to one visit: those of Tag Manager's preview mode.
var automation = []string{"auto", "pace", "gtm_debug", "gtm_auth", "gtm_preview", "gtm_cookies_win"}

// WithoutAutomation returns a URL without parameters that make the page act by itself;
// otherwise the visitor's actions would be done twice.
func WithoutAutomation(address string) string {
	before, query, found := strings.Cut(address, "?")
	if !found {
		return address
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		return slices.Contains(automation, name)
	})
	if len(kept) > 0 {
		before += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		before += "#" + fragment
	}
	return before
}

// together is the maximum interval between an action and another that it causes: a click on
// a label causes one on its field, a click on a button causes a submission. A click after a
// change isn't caused by it: leaving the field fires the change.
const together = 10 * time.Millisecond

func (m *maker) action(a *datalayer.Action) {
	page := m.session.Page(a.Page)
	if page.Target != m.target || page.Frame != "main" {
		m.left++
		return
	}
	if m.last != nil && a.T-m.last.T < together && a.Page == m.last.Page && (a.Action != "click" || m.last.Action != "change") {
		return
	}
	n := len(m.steps)
	switch a.Action {
	case "click":
		m.add(flow.Step{Type: flow.ClickStep, Selectors: selectors(a), Click: flow.Click{Button: "primary"}})
	case "change":
		m.unrecorded++
		m.add(flow.Step{Type: flow.ChangeStep, Selectors: selectors(a), Value: "text", Unrecorded: true})
	case "key": // Enter, the only recorded key
		m.add(flow.Step{Type: flow.KeyDownStep, Key: "Enter"})
		m.add(flow.Step{Type: flow.KeyUpStep, Key: "Enter"})
	case "navigate":
		m.add(flow.Step{Type: flow.NavigateStep, URL: WithoutAutomation(a.Href)})
	}
	if len(m.steps) > n {
		m.last, m.fresh = a, true
	}
}

// longestName is the maximum length of an element's text in an action; a text of this
// length may have been cut.
const longestName = 80

// selectors returns selectors for the element of an action: by its visible text, and by its
// position.
func selectors(a *datalayer.Action) []flow.Selector {
	var all []flow.Selector
	if a.Text != "" && len([]rune(a.Text)) < longestName {
		all = append(all, flow.Selector{"aria/" + a.Text})
	}
	return append(all, flow.Selector{a.Selector})
}
