package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"layertap/filter"
)

func newRecord() *cobra.Command {
	f := &liveFlags{}
	var attach string
	cmd := &cobra.Command{
		Use:   "record {URL | --attach WHERE} -o FILE",
		Short: "Capture without a screen, until Ctrl-C or --for",
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.out == "":
				return errors.New("recording: say where to with -o FILE")
			case f.format != "text":
				return fmt.Errorf("--format %q: record writes a session file, and prints how that goes; leave --format out", f.format)
			case len(args) == 1 && attach != "":
				return errors.New("recording: give a URL or --attach WHERE, not both")
			case len(args) == 1:
				url, err := address(args[0])
				if err != nil {
					return err
				}
				f.probe.URL = url
			case attach != "":
				f.probe.Attach = attach
			default:
				return errors.New("recording: give a URL to open or --attach WHERE")
			}
			face := progressFace(os.Stderr, term.IsTerminal(os.Stderr.Fd()))
			if f.plain {
				face = plainFace(cmd.OutOrStdout(), filter.Filter{}, time.Now)
			}
			return f.run(cmd.Context(), face)
		},
	}
	f.add(cmd)
	f.addTab(cmd)
	cmd.Flags().StringVar(&attach, "attach", "", "a running browser: a port, `HOST:PORT`, or an http or ws address")
	return cmd
}
