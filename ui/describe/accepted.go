package describe

import (
	"layertap/rules"
	"layertap/session"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// AcceptedSign marks accepted findings.
const AcceptedSign = "○"

// Accepted returns a row for each accepted finding about messages with an event.
func Accepted(s session.Snapshot, event string, findings []rules.Finding) []pane.Item {
	var items []pane.Item
	for i := range findings {
		f := &findings[i]
		at := s.Exceptions.Find(event, f)
		if at < 0 {
			continue
		}
		e := s.Exceptions[at]
		line := text.Of(style.Faint, "accepted: ").With(style.Plain, string(f.Code))
		if f.Path != "" {
			line = line.With(style.Name, " "+f.Path)
		}
		line = line.With(style.Faint, "  by "+e.From)
		if e.Why != "" {
			line = line.With(style.Faint, ": "+e.Why)
		}
		items = append(items, pane.Item{
			Label: text.Of(style.Faint, AcceptedSign+" "), Indent: 2, Line: line, Wrap: true, Exception: &e, Accepted: true,
		})
	}
	return items
}
