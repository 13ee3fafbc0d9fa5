package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"layertap/cli/containers"
	"layertap/filter"
	"layertap/session"
	"layertap/ui"
)

type openFlags struct {
	analysisFlags
	filterFlag
	follow, noColor, plain bool
}

func newOpen() *cobra.Command {
	f := &openFlags{}
	cmd := &cobra.Command{
		Use:   "open FILE",
		Short: "Open a recording (- reads standard input)",
		Args:  argRange(1, 1),
		RunE:  func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	f.analysisFlags.add(cmd)
	f.filterFlag.add(cmd, "show only the messages that match a `FILTER`")
	cmd.Flags().BoolVar(&f.follow, "follow", false, "keep reading while the file is still being written")
	cmd.Flags().BoolVar(&f.noColor, "no-color", false, "turn colors off")
	addPlain(cmd, &f.plain)
	return cmd
}

func (f *openFlags) run(cmd *cobra.Command, path string) error {
	analysis, err := f.analysis()
	if err != nil {
		return err
	}
	chosen, err := f.filter()
	if err != nil {
		return err
	}
	onScreen, err := drawn(f.plain)
	if err != nil {
		return err
	}
	if f.follow && chosen.Late() && !onScreen {
		return fmt.Errorf("--filter %q asks for data that arrives after a message, such as its hits; "+
			"leave --follow out, so that lines are printed once the whole file is read", chosen)
	}
	open := func() (recorded, error) { return openRecording(cmd.Context(), path, f.follow) }
	log := newLog(cmd.OutOrStdout())
	if log.Filter, log.Now = chosen, nil; !onScreen && !f.follow && path != "-" && !chosen.Late() {
		analysis.Settle = log.Settle
		open = func() (recorded, error) { return openWhole(cmd.Context(), path) }
	}
	reader, err := open()
	if err != nil {
		return err
	}
	shown := plainFrontend(log)
	if onScreen {
		shown = f.screen(path, chosen, reader)
	}
	return errors.Join(play(cmd.Context(), session.New(reader.Header, analysis), reader, shown), reader.Close())
}

// screen returns the frontend that shows a recording on the terminal.
func (f *openFlags) screen(path string, chosen filter.Filter, r recorded) frontend {
	if path == "-" {
		path = "standard input"
	}
	return frontend{show: func(ctx context.Context, s *session.Session) error {
		f.accepted.Follow(s.Accept)
		return draw(ctx, s, f.noColor, ui.Options{
			File: path, Filter: chosen, Summary: chosen.All() && !f.follow, Open: f.opener(ctx), Accept: f.accepted.Accept, Mark: r.mark(s), Note: r.note(s),
			Containers: containers.For(ctx, f.loaded, ""),
		})
	}}
}
