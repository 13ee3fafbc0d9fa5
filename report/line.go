package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
	"layertap/visible"
)

// Lines writes a line for each entry of a session that a person wants to read,
// from the index from on. It is what the live commands print where there is no
// terminal to draw on. Of the messages only those are written that f lets through.
func Lines(w io.Writer, s session.Snapshot, from int, f filter.Filter) error {
	for i := from; i < s.Len(); i++ {
		if _, ok := s.Entry(i).(*datalayer.Push); ok && !f.Match(s, i) {
			continue
		}
		if line := lineOf(s, i); line != "" {
			if _, err := fmt.Fprintln(w, visible.Text(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

func lineOf(s session.Snapshot, i int) string {
	switch e := s.Entry(i).(type) {
	case *datalayer.Page:
		return fmt.Sprintf("%s  ── %s  (%s)", clock(e.T), e.URL, e.Cause)
	case *datalayer.Gap:
		return fmt.Sprintf("%s  !! %s", clock(e.T), e.Why)
	case *datalayer.Push:
		return pushLine(e, s.Verdict(i))
	default:
		return ""
	}
}

func pushLine(push *datalayer.Push, v session.Verdict) string {
	line := fmt.Sprintf("%s  #%-4d %s %-36s", clock(push.T), push.Seq, worst(v.Findings), push.Title())
	var parts []string
	for _, match := range v.Outcome.Triggers {
		name := match.Trigger.Name
		if match.Matched == gtm.Unknown {
			name += "?"
		}
		parts = append(parts, "▣ "+name)
	}
	for _, f := range v.Findings {
		part := string(f.Code)
		if f.Path != "" {
			part += " " + f.Path
		}
		if f.Suggestion != "" {
			part += " → " + f.Suggestion
		}
		parts = append(parts, symbol(f.Severity)+" "+part)
	}
	return strings.TrimRight(line+"  "+strings.Join(parts, "  "), " ")
}

// worst is the symbol of the worst of the findings.
func worst(findings []rules.Finding) string {
	worst := rules.Off
	for _, f := range findings {
		worst = max(worst, f.Severity)
	}
	if worst == rules.Off {
		return "✓"
	}
	return symbol(worst)
}

// clock is a time since the session's start, as "1:02.345".
func clock(t time.Duration) string {
	t = t.Round(time.Millisecond)
	return fmt.Sprintf("%d:%02d.%03d", t/time.Minute, t%time.Minute/time.Second, t%time.Second/time.Millisecond)
}
