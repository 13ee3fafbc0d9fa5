package cli

import (
	"io"

	"github.com/spf13/cobra"

	"layertap/report"
)

func newReport() *cobra.Command {
	f := &analysisFlags{}
	var out string
	cmd := &cobra.Command{
		Use:   "report FILE -o out.html",
		Short: "A recording as one HTML file, for a ticket or a client",
		Long: `Report writes what was found, how to mend it, the messages, the plan's coverage and the
triggers as one HTML file that needs nothing else and loads nothing.`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			analysis, err := f.analysis()
			if err != nil {
				return err
			}
			file, err := readSession(cmd.Context(), args[0], analysis)
			if err != nil {
				return err
			}
			return writeTo(cmd.OutOrStdout(), out, args, func(w io.Writer) error { return report.HTML(w, tool(), file) })
		},
	}
	f.add(cmd)
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to `FILE`; standard output where there is none")
	return cmd
}
