package cli

import (
	"context"
	"errors"
	"fmt"
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
			toTerminal := term.IsTerminal(os.Stdout.Fd())
			if follow && chosen.Late() && !toTerminal {
				return fmt.Errorf("--filter %q: it asks for what comes after a message, such as its hits; "+
					"leave --follow out, so that the lines are printed when all is read", chosen)
			}
			reader, err := recording.Open(args[0], follow)
			if err != nil {
				return err
			}
			face := linesFace(os.Stdout, chosen)
			if toTerminal {
				face = func(ctx context.Context, s *session.Session) error {
					return draw(ctx, s, noColor, ui.Options{File: args[0], Filter: chosen, Open: f.opener(ctx)})
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
