package cli

import (
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/report"
)

func newExport() *cobra.Command {
	f := &analysisFlags{}
	var only filterFlag
	var to, out string
	var redact bool
	cmd := &cobra.Command{
		Use:   "export FILE --to " + strings.Join(report.Exports.Names(), "|"),
		Short: "Write a recording for other tools",
		Long: `Export writes a recording in a form that other tools read:

` + report.Exports.Describe() + `
With --filter only the messages that it lets through are written, and their hits.
What it asks about findings and triggers is held against --plan, --trigger and
--container.`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := report.Exports.Find(to)
			if !ok {
				return errors.New("exporting: say what to with --to " + report.Exports.Choice())
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
			return writeTo(cmd.OutOrStdout(), out, args, func(w io.Writer) error { return write(w, tool(), file.Session) })
		},
	}
	f.add(cmd)
	only.add(cmd, "write only the messages that match a `FILTER`")
	oneOf(cmd, &to, "to", "the `FORMAT`: "+report.Exports.Choice(), report.Exports.Names()...)
	addOutput(cmd, &out)
	addRedact(cmd, &redact)
	return cmd
}
