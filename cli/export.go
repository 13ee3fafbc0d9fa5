package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"layertap/report"
	"layertap/session"
)

// exports are the values of --to.
var exports = map[string]func(io.Writer, session.Snapshot) error{
	"csv":        report.CSV,
	"json":       report.JSON,
	"har":        func(w io.Writer, s session.Snapshot) error { return report.HAR(w, tool(), s) },
	"playwright": func(w io.Writer, s session.Snapshot) error { return report.Playwright(w, tool(), s) },
}

func newExport() *cobra.Command {
	var to, out string
	cmd := &cobra.Command{
		Use:   "export FILE --to csv|json|har|playwright",
		Short: "Write a recording for other tools",
		Long: `Export writes a recording in a form that other tools read:

  csv         a row for each parameter of each message, for spreadsheets
  json        an array of the messages
  har         the measurement requests as an HTTP Archive, the messages of each page beside them
  playwright  a test that repeats what the visitor did and expects the same messages`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := exports[to]
			if !ok {
				return fmt.Errorf("--to %q: it is one of csv, json, har and playwright", to)
			}
			file, err := readSession(cmd.Context(), args[0], unjudged())
			if err != nil {
				return err
			}
			warn(cmd.ErrOrStderr(), file)
			return writeTo(cmd.OutOrStdout(), out, args, func(w io.Writer) error { return write(w, file.Session) })
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the `FORMAT`: csv, json, har or playwright")
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to `FILE`; standard output where there is none")
	return cmd
}
