package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"layertap/cli/capture"
	"layertap/cli/files"
	"layertap/cli/visit"
	"layertap/probe/grid"
)

func newRecord() *cobra.Command {
	f := &liveFlags{}
	flow := ""
	cmd := &cobra.Command{
		Use:   "record [URL] [--attach WHERE] -o FILE",
		Short: "Record without a screen, until Ctrl-C or --for",
		Long: `Record writes a session file until Ctrl-C, or for the time of --for.

With a URL it opens that page: in a Chrome of its own, with --attach in a new tab of a
running browser, or with --grid in a browser of a Selenium Grid. With --attach alone it
records a tab that is open, or, with --all-tabs, all tabs, including those
that another program opens.

With --flow it performs a flow that was recorded in Chrome's Recorder panel and exported
as JSON, and ends after the last step; --for is then how long it waits after that.
Without a URL it opens the one in the flow. If a step can't be done, it exits with 2.`,
		Args: argRange(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.out == "":
				return errors.New("recording: name the file with -o FILE")
			case f.format != "text":
				return fmt.Errorf("invalid --format %q: record writes a session file and prints its progress; leave --format out", f.format)
			}
			err := f.pickSource(cmd, args, flow)
			if err != nil {
				return err
			}
			f.must = true
			frontend := progressFrontend(os.Stderr, term.IsTerminal(os.Stderr.Fd()))
			if f.plain {
				frontend = plainFrontend(newLog(cmd.OutOrStdout()))
			}
			if f.grid != "" {
				browser, err := grid.Open(cmd.Context(), f.grid)
				if err != nil {
					return err
				}
				defer browser.Close()
				f.probe.Attach = browser.Where
			}
			return f.run(cmd.Context(), frontend)
		},
	}
	f.add(cmd)
	f.addLaunching(cmd)
	f.addTab(cmd)
	cmd.Flags().StringVar(&f.probe.Attach, "attach", "", "attach to a running browser: a port, `HOST:PORT`, or an http or ws URL")
	cmd.Flags().StringVar(&f.grid, "grid", "", "open the URL in a browser of the Selenium Grid at `HUB`, such as http://hub:4444")
	cmd.Flags().StringVar(&flow, "flow", "", "perform the flow in `FILE`, exported from Chrome's Recorder panel")
	cmd.Flags().BoolVar(&f.probe.AllTabs, "all-tabs", false, "record all tabs of the browser of --attach")
	return cmd
}

// pickSource sets what is recorded: a page that is opened, in a new or a running
// browser, or the tabs of a running browser.
func (f *liveFlags) pickSource(cmd *cobra.Command, args []string, flow string) (err error) {
	if len(args) == 1 {
		f.probe.URL, err = visit.Address(args[0])
	}
	if err == nil && flow != "" {
		f.flow, err = capture.ReadFlow(flow, files.Read, &f.probe)
	}
	if err != nil {
		return err
	}
	running := f.probe.Attach != "" || f.grid != ""
	switch {
	case f.probe.URL == "" && f.probe.Attach == "":
		return errors.New("recording: give a URL to open or --attach WHERE")
	case f.probe.Attach != "" && f.grid != "":
		return errors.New("recording: give --attach or --grid, not both")
	case f.probe.URL == "":
		if f.probe.AllTabs {
			err = rejectFlags(cmd, "chooses one tab, and --all-tabs records all; leave one out", "tab")
		}
		return errors.Join(err, rejectFlags(cmd, onlyStarted, launching...))
	}
	if running {
		err = rejectFlags(cmd, onlyStarted, "browser", "headless", "profile", "keep-open", "incognito", "devtools", "chrome-flag")
	}
	if f.grid != "" {
		if wrong := grid.Valid(f.grid); wrong != nil {
			err = errors.Join(err, fmt.Errorf("invalid --grid: %w", wrong))
		}
	}
	return errors.Join(err, rejectFlags(cmd, onlyRunning, "tab"), rejectFlags(cmd, "needs --attach without a URL; leave the URL or --all-tabs out", "all-tabs"))
}
