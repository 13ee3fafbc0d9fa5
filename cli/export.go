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
	var redact, accept bool
	cmd := &cobra.Command{
		Use:   "export FILE --to " + strings.Join(report.Exports.Names(), "|"),
		Short: "Export a recording for other tools",
		Long: `Export converts a recording to a format that other tools read:

` + report.Exports.Describe() + `
With --filter, only matching messages and their hits are written. Filters on findings
and triggers use --plan, --trigger and --container.`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := report.Exports.Find(to)
			if !ok {
				return errors.New("exporting: choose a format with --to " + report.Exports.Choice())
			}
			chosen, err := only.filter()
			if err != nil {
				return err
			}
			analysis, err := f.analysis() // also where nothing asks for it: what is named has to be there
			if err != nil {
				return err
			}
			switch {
			case accept && to != "playwright":
				return errors.New("exporting: --accept-findings is only for --to playwright; leave it out")
			case accept:
				write = report.PlaywrightAccepting
			}
			if !chosen.Late() && to != "playwright" {
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
	cmd.Flags().BoolVar(&accept, "accept-findings", false, "have the Playwright test expect also what has findings, as it was")
	addOutput(cmd, &out)
	addRedact(cmd, &redact)
	return cmd
}
