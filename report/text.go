package report

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/report/coverage"
	"layertap/rules"
	"layertap/session"
	"layertap/visible"
)

// Text writes the check for people: the messages with findings, each finding with its fix,
// and then the result. A finding that repeats an earlier one refers to it.
func (c Check) Text(w io.Writer) (failed bool, err error) {
	out, separator := bufio.NewWriter(w), ""
	failed, err = c.each(func(f File) error {
		_, err := out.WriteString(separator)
		separator = "\n"
		c.fileText(out, f)
		return err
	})
	return failed, errors.Join(err, out.Flush())
}

func (c Check) fileText(w io.Writer, f File) {
	s := f.Session
	about := f.messages()
	if f.Container == "" {
		about = s.Header.URL + "  " + about
	}
	fmt.Fprintf(w, "%s  %s\n", visible.Text(f.Name), visible.Text(about))
	page, seen := "", map[string]int{}
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
			findingsText(w, r.findings, seen, r.push.Seq)
			continue
		}
		findingsText(w, r.findings, nil, 0)
	}
	fmt.Fprintf(w, "\n  %s\n", c.summary(f))
	for _, line := range tally(f.Session) {
		fmt.Fprintf(w, "    %s\n", line)
	}
	for _, line := range acceptedLines(f) {
		fmt.Fprintf(w, "    accepted %s\n", visible.Text(line))
	}
	for _, u := range mostUndecided(s) {
		fmt.Fprintf(w, "    ? %s decides %s, and its value isn't known: %s\n",
			visible.Text(u.Variable.Name), plural.Count(u.Tags, "tag"), visible.Text(u.Reason))
	}
}

// longTally is the number of findings from which they are counted by code.
const longTally = 6

// tally counts the findings by code, the most severe and frequent first. It is empty if
// there are few.
func tally(s session.Snapshot) []string {
	type kind struct {
		finding      rules.Finding
		count, first int // first is a Seq; 0 for the session as a whole
	}
	var kinds []kind
	total := 0
	add := func(f rules.Finding, seq int) {
		total++
		i := slices.IndexFunc(kinds, func(k kind) bool { return k.finding.Code == f.Code && k.finding.Severity == f.Severity })
		if i < 0 {
			i = len(kinds)
			kinds = append(kinds, kind{f, 0, seq})
		}
		kinds[i].count++
	}
	for i := range s.Len() {
		for _, f := range s.Verdict(i).Findings {
			add(f, datalayer.At(s.Entry(i)).Seq)
		}
	}
	for _, f := range s.Findings {
		add(f, 0)
	}
	if total < longTally {
		return nil
	}
	slices.SortStableFunc(kinds, func(a, b kind) int {
		return cmp.Or(cmp.Compare(b.finding.Severity, a.finding.Severity), cmp.Compare(b.count, a.count))
	})
	lines := make([]string, len(kinds))
	for i, k := range kinds {
		lines[i] = fmt.Sprintf("%s %5d× %s", symbol(k.finding.Severity), k.count, k.finding.Code)
		if k.first > 0 {
			lines[i] += fmt.Sprintf(", first in #%d", k.first)
		}
	}
	return lines
}

// summary is the result for a file on one line.
func (c Check) summary(f File) string {
	counts := f.Session.Counts
	apart := ""
	if counts.Accepted > 0 {
		apart = fmt.Sprintf(", %d accepted", counts.Accepted)
	}
	seen := coverage.Sentence(f.Session)
	if seen != "" {
		seen = "; " + seen
	}
	return fmt.Sprintf("%s: %s, %s, %s%s%s", c.headline(strings.ToUpper(verdict(c.Fails(f)))),
		plural.Count(counts.Errors, "error"), plural.Count(counts.Warnings, "warning"), plural.Count(counts.Infos, "info"), apart, seen)
}

// findingsText writes the findings of the message with the given Seq. Those in seen are
// shortened.
func findingsText(w io.Writer, findings []rules.Finding, seen map[string]int, seq int) {
	for _, f := range findings {
		words := string(f.Code) + " " + f.Message
		if first, ok := seen[words]; ok {
			fmt.Fprintf(w, "    %s %s  as in #%d\n", symbol(f.Severity), f.Code, first)
			continue
		}
		if seen != nil {
			seen[words] = seq
		}
		fmt.Fprintf(w, "    %s %s  %s%s\n", symbol(f.Severity), f.Code, visible.Text(f.Message), Concerned(f))
		if f.Fix != "" {
			fmt.Fprintf(w, "      fix: %s\n", visible.Text(f.Fix))
		}
		if f.Note != "" {
			fmt.Fprintf(w, "      note: %s\n", visible.Text(f.Note))
		}
	}
}

func symbol(s rules.Severity) string {
	return map[rules.Severity]string{rules.Error: "✗", rules.Warning: "▲", rules.Info: "·"}[s]
}

// Concerned lists the messages of a finding about the session: " (3 messages: #4, #7, #9)";
// empty if it has none, or only one that its text mentions.
func Concerned(f rules.Finding) string {
	if f.Count < 2 {
		return ""
	}
	const shown = 5
	var numbers []string
	for _, seq := range f.Messages[:min(shown, len(f.Messages))] {
		numbers = append(numbers, "#"+strconv.Itoa(seq))
	}
	if f.Count > shown {
		numbers = append(numbers, "…")
	}
	return fmt.Sprintf(" (%d messages: %s)", f.Count, strings.Join(numbers, ", "))
}
