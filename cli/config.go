package cli

import (
	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/cli/settings"
)

// loadConfig reads the user's settings over the built-in ones.
func loadConfig() (settings.Settings, error) { return settings.Load(files.Read) }

func newConfig() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Print the current settings as a settings file",
		Args:  argRange(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig()
			if err != nil {
				return err
			}
			return c.Print(cmd.OutOrStdout())
		},
	}
}
