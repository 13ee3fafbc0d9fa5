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
	cmd := &cobra.Command{
		Use:   "record {URL | --attach WHERE} -o FILE",
		Short: "Record without a screen, until Ctrl-C or --for",
		Args:  takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.out == "":
				return errors.New("recording: name the file with -o FILE")
			case f.format != "text":
				return fmt.Errorf("invalid --format %q: record writes a session file and prints its progress; leave --format out", f.format)
			}
			if err := f.pickSource(cmd, args); err != nil {
				return err
			}
			f.must = true
			frontend := progressFrontend(os.Stderr, term.IsTerminal(os.Stderr.Fd()))
			if f.plain {
				frontend = plainFrontend(cmd.OutOrStdout(), filter.Filter{}, time.Now)
			}
			return f.run(cmd.Context(), frontend)
		},
	}
	f.add(cmd)
	f.addLaunching(cmd)
	f.addTab(cmd)
	cmd.Flags().StringVar(&f.probe.Attach, "attach", "", "attach to a running browser: a port, `HOST:PORT`, or an http or ws URL")
	return cmd
}

// pickSource sets what is recorded: a page that is opened, or a tab of a running browser.
func (f *liveFlags) pickSource(cmd *cobra.Command, args []string) (err error) {
	switch {
	case len(args) == 1 && f.probe.Attach != "":
		return errors.New("recording: give a URL or --attach WHERE, not both")
	case f.probe.Attach != "":
		return useless(cmd, onlyStarted, launching...)
	case len(args) == 1:
		if err := useless(cmd, onlyRunning, "tab"); err != nil {
			return err
		}
		f.probe.URL, err = address(args[0])
		return err
	}
	return errors.New("recording: give a URL to open or --attach WHERE")
}
