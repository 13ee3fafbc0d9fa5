package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/container/listing"
	"layertap/report"
	"layertap/visible"
)

func newContainerList() *cobra.Command {
	format := "text"
	var out files.Output
	cmd := &cobra.Command{
		Use:   "list CONTAINER",
		Short: "List tags, triggers and variables, and what uses what",
		Args:  argRange(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := openScript(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			write, _ := report.ListFormats.Find(format) // the flag was validated
			return out.Write(cmd.OutOrStdout(), args, func(w io.Writer) error { return write(listing.Of(c), w) })
		},
	}
	oneOf(cmd, &format, "format", "`FORMAT`: "+report.ListFormats.Choice(), report.ListFormats.Names()...)
	out.Add(cmd.Flags())
	return cmd
}

func newContainerDiff() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Compare two containers by meaning (exits with 1 if they differ)",
		Args:  argRange(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := openScript(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			after, err := openScript(cmd.Context(), args[1])
			if err != nil {
				return err
			}
			all := listing.Diff(listing.Of(before), listing.Of(after))
			if format == "json" {
				if all == nil {
					all = []listing.Difference{}
				}
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(all)
			} else {
				for _, d := range all {
					fmt.Fprintln(cmd.OutOrStdout(), visible.Text(d.String()))
				}
			}
			if err == nil && len(all) > 0 {
				err = errFindings
			}
			return err
		},
	}
	oneOf(cmd, &format, "format", "`text` or json", "text", "json")
	return cmd
}
