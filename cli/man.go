package cli

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages to a directory",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := doc.GenManTree(cmd.Root(), &doc.GenManHeader{Title: "LAYERTAP", Section: "1", Source: tool()}, args[0]); err != nil {
				return fmt.Errorf("writing the manual pages to the directory %s: %w", args[0], pathCause(err))
			}
			return nil
		},
	}
}
