package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"layertap/rules"
	"layertap/session/consent"
	"layertap/visible"
)

// Markdown writes the check for a pull request's comment or a job's summary.
func (c Check) Markdown(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# Data layer check: %s\n", verdict(c.Failed()))
	for _, f := range c.Files {
		c.fileMarkdown(out, f)
	}
	return out.Flush()
}

func (c Check) fileMarkdown(w io.Writer, f File) {
	about := f.messages()
	if f.Container == "" {
		about = f.Session.Header.URL + ", " + about
	}
	fmt.Fprintf(w, "\n## %s\n\n%s.\n\n**%s**\n", inMarkdown(f.Name), inMarkdown(about), c.summary(f))
	var doubts, rows []string
	for r := range f.remarks() {
		if r.doubt != "" {
			doubts = append(doubts, r.doubt)
		}
		for _, finding := range r.findings {
			rows = append(rows, row(r, finding))
		}
	}
	if len(doubts) > 0 {
		fmt.Fprint(w, "\nThe recording may be incomplete:\n\n")
		for _, doubt := range doubts {
			fmt.Fprintf(w, "- %s\n", inMarkdown(doubt))
		}
	}
	if len(rows) > 0 {
		fmt.Fprintf(w, "\n| | Message | Finding | Problem | Fix |\n|---|---|---|---|---|\n%s\n", strings.Join(rows, "\n"))
	}
	if lines := consent.Lines(f.Session, clock); len(lines) > 0 {
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
}

func row(r remark, f rules.Finding) string {
	return fmt.Sprintf("| %s | %s | `%s` | %s | %s |", symbol(f.Severity), inMarkdown(r.title()), f.Code, inMarkdown(f.Message), inMarkdown(f.Fix))
}

// inMarkdown returns text from outside as Markdown that shows it and does nothing
// else: it begins no markup, no HTML, no formula and no cell.
func inMarkdown(text string) string { return markup.Replace(visible.Text(text)) }

var markup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`, "!", `\!`, "#", `\#`, "@", `\@`,
)
