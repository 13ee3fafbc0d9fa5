package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/rules"
)

// textWidth is how wide running text is printed.
const textWidth = 88

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain a finding: what it means, why it matters, how to fix it",
		Args:  takes(0, 1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var codes []string
			for _, code := range rules.Codes() {
				codes = append(codes, string(code))
			}
			return codes, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				listCodes(cmd.OutOrStdout())
				return nil
			}
			return explain(cmd.OutOrStdout(), args[0])
		},
	}
}

func listCodes(w io.Writer) {
	for _, code := range rules.Codes() {
		e, _ := rules.Explain(code)
		fmt.Fprintf(w, "%-8s %-22s %s\n", e.Severity, e.Code, e.Title)
	}
}

func explain(w io.Writer, code string) error {
	e, ok := rules.Explain(rules.Code(code))
	if !ok {
		meant := ""
		if near := rules.Nearest(code); near != "" {
			meant = fmt.Sprintf(" did you mean %s?", near)
		}
		return fmt.Errorf("unknown finding code %q;%s layertap explain lists all codes", code, meant)
	}
	fmt.Fprintf(w, "%s (%s): %s\n", e.Code, e.Severity, e.Title)
	for _, part := range []struct{ head, text string }{
		{"What it means", e.Means}, {"Why it matters", e.Matters}, {"How to fix it", e.Fix},
	} {
		fmt.Fprintf(w, "\n%s\n%s\n", part.head, indent(wrapped(strings.TrimSpace(part.text), textWidth-2)))
	}
	if e.Example != "" {
		fmt.Fprintf(w, "\nExample\n%s\n", indent(strings.TrimRight(e.Example, "\n")))
	}
	return nil
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
