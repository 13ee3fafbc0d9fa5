package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

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
	fmt.Fprintf(w, "%s  %s  %s\n", visible.Text(f.Name), visible.Text(s.Header.URL), visible.Text(f.messages()))
	page := ""
	for r := range f.remarks() {
		switch {
		case r.doubt != "":
			fmt.Fprintf(w, "  ! %s\n", visible.Text(r.doubt))
			continue
		case r.push == nil:
			fmt.Fprintf(w, "\n  %s\n", r.title())
		default:
			if r.push.Page != page {
				page = r.push.Page
				fmt.Fprintf(w, "\n  %s\n", visible.Text(r.page.URL))
			}
			fmt.Fprintf(w, "  #%d  %s  %s\n", r.push.Seq, clock(r.push.T), visible.Text(r.push.Title()))
		}
		findingsText(w, r.findings)
	}
	fmt.Fprintf(w, "\n  %s\n", c.summary(f))
}

// summary is the verdict on a file in one line.
func (c Check) summary(f File) string {
	counts := f.Session.Counts
	return fmt.Sprintf("%s: %s, %s, %s%s", strings.ToUpper(verdict(c.failed(f))),
		count(counts.Errors, "error"), count(counts.Warnings, "warning"), count(counts.Infos, "info"), covered(f.Session))
}

func findingsText(w io.Writer, findings []rules.Finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "    %s %s  %s\n", symbol(f.Severity), f.Code, visible.Text(f.Message))
		if f.Mend != "" {
			fmt.Fprintf(w, "      mend: %s\n", visible.Text(f.Mend))
		}
		if f.Note != "" {
			fmt.Fprintf(w, "      note: %s\n", visible.Text(f.Note))
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
	return fmt.Sprintf("; %d of the plan's %d events seen", seen(s), len(s.Coverage))
}

// seen is how many of the plan's events were seen.
func seen(s session.Snapshot) int {
	n := 0
	for _, event := range s.Coverage {
		if event.Seen > 0 {
			n++
		}
	}
	return n
}

func count(n int, what string) string { return fmt.Sprintf("%d %s", n, plural(n, what)) }

func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return what + "s"
}
