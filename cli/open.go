package cli

import (
	"context"
	"errors"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"layertap/recording"
	"layertap/session"
	"layertap/ui"
)

func newOpen() *cobra.Command {
	f := &analysisFlags{}
	var only filterFlag
	var follow, noColor bool
	cmd := &cobra.Command{
		Use:   "open FILE",
		Short: "Look at a recording; - reads standard input",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			analysis, err := f.analysis()
			if err != nil {
				return err
			}
			chosen, err := only.filter()
			if err != nil {
				return err
			}
			reader, err := recording.Open(args[0], follow)
			if err != nil {
				return err
			}
			face := linesFace(os.Stdout, chosen)
			if term.IsTerminal(os.Stdout.Fd()) {
				face = func(ctx context.Context, s *session.Session) error {
					return draw(ctx, s, noColor, ui.Options{File: args[0], Filter: chosen})
				}
			}
			return errors.Join(play(cmd.Context(), session.New(reader.Header, analysis), reader, face), reader.Close())
		},
	}
	f.add(cmd)
	only.add(cmd, "begin with only the messages that match a `FILTER`")
	cmd.Flags().BoolVar(&follow, "follow", false, "wait for more while the file is still being written")
	cmd.Flags().BoolVar(&noColor, "no-color", false, "use no colours")
	return cmd
}
