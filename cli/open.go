package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"layertap/session"
	"layertap/ui"
)

func newOpen() *cobra.Command {
	f := &analysisFlags{}
	var only filterFlag
	var follow, noColor, plain bool
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
			onScreen, err := drawn(plain)
			if err != nil {
				return err
			}
			if follow && chosen.Late() && !onScreen {
				return fmt.Errorf("--filter %q: it asks for what comes after a message, such as its hits; "+
					"leave --follow out, so that the lines are printed when all is read", chosen)
			}
			reader, err := openRecording(cmd.Context(), args[0], follow)
			if err != nil {
				return err
			}
			shown := plainFace(cmd.OutOrStdout(), chosen, nil)
			if onScreen {
				file := args[0]
				if file == "-" {
					file = "standard input"
				}
				shown = face{show: func(ctx context.Context, s *session.Session) error {
					return draw(ctx, s, noColor, ui.Options{File: file, Filter: chosen, Open: f.opener(ctx)})
				}}
			}
			return errors.Join(play(cmd.Context(), session.New(reader.Header, analysis), reader, shown), reader.Close())
		},
	}
	f.add(cmd)
	only.add(cmd, "begin with only the messages that match a `FILTER`")
	cmd.Flags().BoolVar(&follow, "follow", false, "wait for more while the file is still being written")
	cmd.Flags().BoolVar(&noColor, "no-color", false, "use no colours")
	addPlain(cmd, &plain)
	return cmd
}
