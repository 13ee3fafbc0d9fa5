package cli

import (
	"errors"
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
	f := &analysisFlags{}
	var only filterFlag
	var to, out string
	var redact bool
	cmd := &cobra.Command{
		Use:   "export FILE --to csv|json|har|playwright",
		Short: "Write a recording for other tools",
		Long: `Export writes a recording in a form that other tools read:

  csv         a row for each parameter of each message, for spreadsheets
  json        an array of the messages
  har         the measurement requests as an HTTP Archive, with the messages
  playwright  a test that repeats the visit and expects the same messages

With --filter only the messages that it lets through are written, and their hits.
What it asks about findings and triggers is held against --plan, --trigger and
--container.`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := exports[to]
			if !ok {
				return errors.New("exporting: say what to with --to csv, json, har or playwright")
			}
			chosen, err := only.filter()
			if err != nil {
				return err
			}
			analysis, err := f.analysis() // also where nothing asks for it: what is named has to be there
			if err != nil {
				return err
			}
			if !chosen.Late() {
				analysis = unjudged()
			}
			file, err := sessionReader(redact)(cmd.Context(), args[0], analysis)
			if err != nil {
				return err
			}
			warn(cmd.ErrOrStderr(), file)
			file = choose(file, chosen)
			return writeTo(cmd.OutOrStdout(), out, args, func(w io.Writer) error { return write(w, file.Session) })
		},
	}
	f.add(cmd)
	only.add(cmd, "write only the messages that match a `FILTER`")
	oneOf(cmd, &to, "to", "the `FORMAT`: csv, json, har or playwright", "csv", "json", "har", "playwright")
	addOutput(cmd, &out)
	addRedact(cmd, &redact)
	return cmd
}
