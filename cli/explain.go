package cli

import (
	"github.com/spf13/cobra"

	"layertap/cli/explanation"
	"layertap/rules"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain a finding: what it means, why it matters, how to fix it",
		Args:  argRange(0, 1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var codes []string
			for _, code := range rules.Codes() {
				codes = append(codes, string(code))
			}
			return codes, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				explanation.List(cmd.OutOrStdout())
				return nil
			}
			return explanation.Write(cmd.OutOrStdout(), args[0])
		},
	}
}
