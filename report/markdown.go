package report

import (
	"fmt"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/internal/spool"
	"layertap/rules"
	"layertap/session"
	"layertap/session/consent"
	"layertap/visible"
)

// Markdown writes the check for a comment on a pull request or a job summary.
func (c Check) Markdown(w io.Writer) (failed bool, err error) {
	var files spool.Spool
	failed, err = c.each(func(f File) error { return c.fileMarkdown(&files, f) })
	if err != nil {
		return failed, err
	}
	if _, err := fmt.Fprintf(w, "# Data layer check: %s\n", c.headline(verdict(failed))); err != nil {
		return failed, err
	}
	_, err = files.WriteTo(w)
	return failed, err
}

func (c Check) fileMarkdown(w io.Writer, f File) error {
	about := f.messages()
	if f.Container == "" {
		about = f.Session.Header.URL + ", " + about
	}
	fmt.Fprintf(w, "\n## %s\n\n%s.\n\n**%s**\n", inMarkdown(f.Name), inMarkdown(about), c.summary(f))
	var doubts []string
	var rows spool.Spool
	for r := range f.remarks() {
		if r.doubt != "" {
			doubts = append(doubts, r.doubt)
		}
		for _, finding := range r.findings {
			fmt.Fprintln(&rows, row(r, finding))
		}
	}
	if len(doubts) > 0 {
		fmt.Fprint(w, "\nProblems with the recording:\n\n")
		for _, doubt := range doubts {
			fmt.Fprintf(w, "- %s\n", inMarkdown(doubt))
		}
	}
	if !rows.Empty() {
		fmt.Fprint(w, "\n| | Message | Finding | Problem | Fix |\n|---|---|---|---|---|\n")
		if _, err := rows.WriteTo(w); err != nil {
			return err
		}
	}
	taken, ok := f.Settled.(*settledMarkdown)
	if !ok {
		taken = newSettledMarkdown()
	}
	for i := f.Session.Settled(); i < f.Session.Len(); i++ {
		taken.commands.Add(f.Session, i)
	}
	if lines := taken.commands.Lines(f.Session); len(lines) > 0 {
		fmt.Fprint(w, "\nConsent:\n\n")
		for _, line := range lines {
			fmt.Fprintf(w, "- %s\n", inMarkdown(line))
		}
	}
	if lines := acceptedLines(f); len(lines) > 0 {
		fmt.Fprint(w, "\nAccepted:\n\n")
		for _, line := range lines {
			fmt.Fprintf(w, "- %s\n", inMarkdown(line))
		}
	}
	return nil
}

// settledMarkdown takes the consent commands of a file.
type settledMarkdown struct {
	withFindings
	commands *consent.Commands
}

func newSettledMarkdown() *settledMarkdown {
	return &settledMarkdown{commands: consent.NewCommands(clock, consent.MaxSteps)}
}

func (m *settledMarkdown) Settle(s session.Snapshot, i int, open bool) datalayer.Entry {
	m.commands.Add(s, i)
	return m.withFindings.Settle(s, i, open)
}

func row(r remark, f rules.Finding) string {
	return fmt.Sprintf("| %s | %s | `%s` | %s | %s |", symbol(f.Severity), inMarkdown(r.title()), f.Code, inMarkdown(f.Message), inMarkdown(f.Fix))
}

// inMarkdown escapes text from outside for Markdown: it can't start markup, HTML, a formula
// or a table cell.
func inMarkdown(text string) string { return markup.Replace(visible.Text(text)) }

var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`, "!", `\!`, "#", `\#`, "@", `\@`,
)
