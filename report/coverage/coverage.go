// Package coverage says how much of the plan a session has seen.
package coverage

import (
	"fmt"

	"layertap/session"
)

// Sentence says how many of the plan's events were seen, or that no plan was used; empty if
// there is no plan.
func Sentence(s session.Snapshot) string {
	if without := NoPlan(s); without != "" {
		return without
	}
	if len(s.Coverage) == 0 {
		return ""
	}
	came := came(s)
	text := fmt.Sprintf("%d of the plan's %d events seen", came, len(s.Coverage))
	if wrong := came - Right(s); wrong > 0 {
		text += fmt.Sprintf(", %d of them only with errors", wrong)
	}
	return text
}

// NoPlan says that the built-in plan was not used; empty if it was.
func NoPlan(s session.Snapshot) string {
	if s.SteppedBack == "" {
		return ""
	}
	return fmt.Sprintf("no plan was used, because none of the events of %s came (--plan %[1]s uses it)", s.SteppedBack)
}

// Missing returns the events that the plan requires and that were not seen.
func Missing(s session.Snapshot) []string {
	var events []string
	for _, c := range s.Coverage {
		if c.Required && c.Seen == 0 {
			events = append(events, c.Event)
		}
	}
	return events
}

// Right counts the plan's events that were seen without errors.
func Right(s session.Snapshot) int {
	n := 0
	for _, event := range s.Coverage {
		if event.Right() > 0 {
			n++
		}
	}
	return n
}

// came counts the plan's events that were seen, with or without errors.
func came(s session.Snapshot) int {
	n := 0
	for _, event := range s.Coverage {
		if event.Seen > 0 || len(event.Names) > 0 {
			n++
		}
	}
	return n
}
