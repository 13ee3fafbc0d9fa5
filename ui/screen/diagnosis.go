package screen

import (
	"strings"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/overview"
	"layertap/ui/text"
)

// Diagnosis is what the screen Health shows of a capture, outside of the screen. It takes what
// it needs of the entries, which the session need not keep.
type Diagnosis struct {
	file string
	seen *overview.Overview
	cuts session.Cuts
}

// NewDiagnosis returns the diagnosis of a capture; file is its session file, empty if it is
// live.
func NewDiagnosis(file string) *Diagnosis { return &Diagnosis{file: file, seen: overview.New()} }

// Settle is for the session's analysis.
func (d *Diagnosis) Settle(s session.Snapshot, i int, _ bool) datalayer.Entry {
	switch e := s.Entry(i).(type) {
	case *datalayer.Hit: // the screen has none
		return nil
	case *datalayer.Push:
		d.cuts.Add(e)
	}
	d.seen.Add(s, i)
	if container, ok := s.Entry(i).(*datalayer.Container); ok { // with the error of its verdict
		return container
	}
	return nil
}

// HealthFact is a line of the screen Health.
type HealthFact struct {
	Section string // such as "Missed"; empty for the verdict
	Text    string // begins with its sign: ✓, ▲, ✗, · or ○
}

// Lines returns the lines of the screen, and reports whether nothing is wrong with the
// capture. Whole has the entries that weren't settled. The lines aren't safe to show. Either
// Lines or Facts is called, once.
func (d *Diagnosis) Lines(whole session.Snapshot) (lines []string, sound bool) {
	s := d.capture(whole)
	for _, it := range s.captureItems(120) {
		lines = append(lines, strings.TrimRight(text.Fit(it.Label.String(), it.Indent)+it.Line.String(), " "))
	}
	return lines, len(s.problems()) == 0
}

// Facts is [Diagnosis.Lines] in structured form.
func (d *Diagnosis) Facts(whole session.Snapshot) (facts []HealthFact, sound bool) {
	s := d.capture(whole)
	section := ""
	for _, it := range s.captureItems(120) {
		if label := strings.TrimSpace(it.Label.String()); label != "" {
			section = label
		}
		if line := strings.TrimSpace(it.Line.String()); line != "" {
			facts = append(facts, HealthFact{section, line})
		}
	}
	return facts, len(s.problems()) == 0
}

// capture returns the capture with everything that takes a moment to compute.
func (d *Diagnosis) capture(whole session.Snapshot) Capture {
	for i := whole.Settled(); i < whole.Len(); i++ {
		d.Settle(whole, i, false)
	}
	s := Capture{overview.Source{Snapshot: whole, Seen: d.seen}, d.file}
	s.Explained.Answer = &overview.Answer{Kinds: []overview.Kind{}, Cuts: d.cuts}
	return s
}
