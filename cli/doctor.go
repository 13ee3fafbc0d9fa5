package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"layertap/probe"
	"layertap/visible"
)

func newDoctor() *cobra.Command {
	var named string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "What is missing on this machine, and the command that installs it",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return examine(cmd.Context(), cmd.OutOrStdout(), named)
		},
	}
	cmd.Flags().StringVar(&named, "browser", os.Getenv("LAYERTAP_BROWSER"), "the `PATH` of Chrome or Chromium")
	return cmd
}

// examine prints a line for each thing that a capture needs. It ends with
// [errFindings] where one is missing.
func examine(ctx context.Context, w io.Writer, named string) error {
	say := func(sign, what, state string) { fmt.Fprintf(w, "%s %-10s %s\n", sign, what, visible.Text(state)) }
	missing := false
	if path, err := probe.FindBrowser(named); err != nil {
		missing = true
		say("✗", "browser", err.Error())
	} else if version, err := exec.CommandContext(ctx, path, "--version").Output(); err != nil {
		missing = true
		say("✗", "browser", path+" does not start: "+err.Error())
	} else {
		say("✓", "browser", path+", "+strings.TrimSpace(string(version)))
	}
	if probe.HasDisplay() {
		say("✓", "display", "Chrome opens a window")
	} else {
		say("·", "display", "none: Chrome runs without a window")
	}
	if os.Getuid() == 0 {
		say("▲", "user", "root: Chrome runs without its sandbox; open only sites that you trust")
	} else {
		say("✓", "user", "not root: Chrome runs in its sandbox")
	}
	if onTerminal() {
		say("✓", "terminal", os.Getenv("TERM"))
	} else {
		say("·", "terminal", "none: lines of plain text are printed")
	}
	if running := probe.Browsers(ctx); len(running) > 0 {
		say("✓", "running", "can be attached to: "+strings.Join(running, ", "))
	} else {
		say("·", "running", "no browser that can be attached to")
	}
	if missing {
		return errFindings
	}
	return nil
}
