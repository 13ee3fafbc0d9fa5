package cli

import (
	"github.com/spf13/cobra"

	"layertap/cli/manual"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Long: `Man prints the manual page in the format of man(1): all commands, the environment, the
exit codes and the files. Release packages and make install install it. To read
it where it isn't installed: layertap man | man -l -`,
		Args: argRange(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return manual.Write(cmd.OutOrStdout(), cmd.Root()) },
	}
}
