package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/visible"
)

// Text writes the check for people: the messages that have findings, what is
// wrong with each and how to mend it, and then the verdict.
func (c Check) Text(w io.Writer) error {
	out := bufio.NewWriter(w)
	for i, f := range c.Files {
		if i > 0 {
			fmt.Fprintln(out)
		}
		c.fileText(out, f)
	}
	return out.Flush()
}

func (c Check) fileText(w io.Writer, f File) {
	s := f.Session
	fmt.Fprintf(w, "%s  %s  %s\n", visible.Text(f.Name), visible.Text(s.Header.URL), count(s.Counts.Messages, "message"))
	if f.Trouble != "" {
		fmt.Fprintf(w, "  ! %s\n", visible.Text(f.Trouble))
	}
	page := ""
	for i := range s.Len() {
		switch e := s.Entry(i).(type) {
		case *datalayer.Gap:
			fmt.Fprintf(w, "  ! %s: %s\n", clock(e.T), visible.Text(e.Why))
		case *datalayer.Push:
			findings := s.Verdict(i).Findings
			if len(findings) == 0 {
				continue
			}
			if e.Page != page {
				page = e.Page
				fmt.Fprintf(w, "\n  %s\n", visible.Text(s.Page(page).URL))
			}
			fmt.Fprintf(w, "  #%d  %s  %s\n", e.Seq, clock(e.T), visible.Text(title(e)))
			findingsText(w, findings)
		}
	}
	if len(s.Findings) > 0 {
		fmt.Fprintln(w, "\n  the session as a whole")
		findingsText(w, s.Findings)
	}
	fmt.Fprintf(w, "\n  %s: %s, %s, %s%s\n", strings.ToUpper(verdict(c.failed(f))),
		count(s.Counts.Errors, "error"), count(s.Counts.Warnings, "warning"), count(s.Counts.Infos, "info"), covered(s))
}

// title is the event of a message, or what it is instead.
func title(push *datalayer.Push) string {
	if push.Event != "" {
		return push.Event
	}
	return "(" + string(push.Kind) + ")"
}

func findingsText(w io.Writer, findings []rules.Finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "    %s %s  %s\n", symbol(f.Severity), f.Code, visible.Text(f.Message))
		if f.Mend != "" {
			fmt.Fprintf(w, "      mend: %s\n", visible.Text(f.Mend))
		}
	}
}

func symbol(s rules.Severity) string {
	return map[rules.Severity]string{rules.Error: "✗", rules.Warning: "▲", rules.Info: "·"}[s]
}

func covered(s session.Snapshot) string {
	if len(s.Coverage) == 0 {
		return ""
	}
	seen := 0
	for _, event := range s.Coverage {
		if event.Seen > 0 {
			seen++
		}
	}
	return fmt.Sprintf("; %d of the plan's %d events seen", seen, len(s.Coverage))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
