// Package explanation prints the explanations of findings.
package explanation

import (
	"fmt"
	"io"
	"strings"

	"layertap/cli/wrap"
	"layertap/rules"
)

// textWidth is the width of running text in columns.
const textWidth = 80

// List writes a line for each code: its severity, its name and a summary. Codes for
// sessions come before those for containers, each under a heading.
func List(w io.Writer) {
	fmt.Fprintln(w, "Findings about a visit:")
	containers := false
	for _, code := range rules.Codes() {
		if !containers && rules.OnContainers(code) {
			containers = true
			fmt.Fprintln(w, "\nFindings about a container:")
		}
		e, _ := rules.Explain(code)
		fmt.Fprintf(w, "%-8s %-22s %s\n", e.Severity, e.Code, e.Title)
	}
}

// Write writes the explanation of a code. For an unknown code, the error suggests a
// similar one.
func Write(w io.Writer, code string) error {
	e, ok := rules.Explain(rules.Code(code))
	if !ok {
		intended := ""
		if near := rules.Nearest(code); near != "" {
			intended = fmt.Sprintf(" did you mean %s?", near)
		}
		return fmt.Errorf("unknown finding code %q;%s layertap explain lists all codes", code, intended)
	}
	fmt.Fprintf(w, "%s (%s): %s\n", e.Code, e.Severity, e.Title)
	for _, part := range []struct{ head, text string }{
		{"What it means", e.Means}, {"Why it matters", e.Matters}, {"How to fix it", e.Fix},
	} {
		fmt.Fprintf(w, "\n%s\n%s\n", part.head, indent(wrap.Text(strings.TrimSpace(part.text), textWidth-2)))
	}
	if e.Example != "" {
		fmt.Fprintf(w, "\nExample\n%s\n", indent(strings.TrimRight(e.Example, "\n")))
	}
	return nil
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
