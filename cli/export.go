package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/report"
	"layertap/session"
)

func newExport() *cobra.Command {
	f := &analysisFlags{}
	var only filterFlag
	var to string
	var out files.Output
	var redaction redaction
	var accept bool
	cmd := &cobra.Command{
		Use:   "export FILE --to FORMAT",
		Short: "Export a recording for other tools",
		Long: `Export converts a recording to a format that other tools read:

` + report.Exports.Describe() + `
With --filter, only matching messages and their hits are written. Filters on findings
and triggers use --plan, --trigger and --container.`,
		Args: argRange(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, ok := report.Exports.Find(to)
			switch {
			case !ok:
				return errors.New("exporting: choose a format with --to " + report.Exports.Choice())
			case format.Tables != nil && out.Stdout():
				return fmt.Errorf("exporting: %s is several files; name a directory for them with -o", to)
			}
			chosen, err := only.filter()
			if err != nil {
				return err
			}
			analysis, err := f.analysis() // read even if the format doesn't use it: named files must exist
			if err != nil {
				return err
			}
			switch {
			case accept && to != "playwright":
				return errors.New("exporting: --accept-findings is only for --to playwright; leave it out")
			case accept:
				format.File = report.PlaywrightAccepting
			}
			if !chosen.Late() && !format.Judged {
				analysis = withoutChecks()
			}
			var settled report.Settled
			if format.Entries != nil {
				stream := format.Stream(tool())
				settled, format.File = stream, func(w io.Writer, _ string, s session.Snapshot) error { return stream.Write(w, s) }
			}
			choose := choosing(&analysis, chosen, settled)
			file, err := redaction.read(cmd, args[0], analysis, !format.Whole)
			if err != nil {
				return err
			}
			warn(cmd.ErrOrStderr(), file)
			file = choose(file)
			if format.Tables != nil {
				return out.WriteDir(args, func(open func(string) (io.WriteCloser, error)) error { return format.Tables(open, file.Session) })
			}
			return out.Write(cmd.OutOrStdout(), args, func(w io.Writer) error { return format.File(w, tool(), file.Session) })
		},
	}
	f.add(cmd)
	only.add(cmd, "write only the messages that match a `FILTER`")
	oneOf(cmd, &to, "to", "the `FORMAT`: "+report.Exports.Choice(), report.Exports.Names()...)
	cmd.Flags().BoolVar(&accept, "accept-findings", false, "have the Playwright test expect also what has findings, as it was")
	out.Add(cmd.Flags())
	redaction.add(cmd, "that is the default, except for "+strings.Join(whole(), " and "))
	return cmd
}

// whole returns the names of the formats that keep personal data by default.
func whole() []string {
	var names []string
	for _, format := range report.Exports {
		if format.Write.Whole {
			names = append(names, format.Name)
		}
	}
	return names
}
