package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/container/listing"
	"layertap/report"
	"layertap/visible"
)

// listFormats are the formats of layertap container list.
var listFormats = report.Formats[func(listing.Listing, io.Writer) error]{
	{Name: "text", Help: "for people", Write: listText},
	{Name: "json", Help: "everything, for programs", Write: func(l listing.Listing, w io.Writer) error { return json.NewEncoder(w).Encode(l) }},
	{Name: "markdown", Help: "tables, for documentation", Write: listMarkdown},
}

func newContainerList() *cobra.Command {
	format, out := "text", ""
	cmd := &cobra.Command{
		Use:   "list CONTAINER",
		Short: "List tags, triggers and variables, and what uses what",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := openContainer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			write, _ := listFormats.Find(format) // the flag takes no other
			return writeTo(cmd.OutOrStdout(), out, args, func(w io.Writer) error { return write(listing.Of(c), w) })
		},
	}
	oneOf(cmd, &format, "format", "`FORMAT`: "+listFormats.Choice(), listFormats.Names()...)
	addOutput(cmd, &out)
	return cmd
}

func newContainerDiff() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Compare two containers by meaning (exits with 1 if they differ)",
		Args:  takes(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := openContainer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			after, err := openContainer(cmd.Context(), args[1])
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

// section is one kind of thing of a listing, as rows.
type section struct {
	title string
	heads []string
	rows  [][]string
}

func sections(l listing.Listing) []section {
	tags := section{title: "Tags", heads: []string{"Tag", "Type", "Fires on", "Except on", "Consent"}}
	for _, t := range l.Tags {
		name := t.Name
		if t.Paused {
			name += " (paused)"
		}
		tags.rows = append(tags.rows, []string{name, t.Type, strings.Join(t.Firing, ", "), strings.Join(t.Blocking, ", "), strings.Join(t.Consent, ", ")})
	}
	triggers := section{title: "Triggers", heads: []string{"Trigger", "Type", "Conditions", "Tags"}}
	for _, t := range l.Triggers {
		triggers.rows = append(triggers.rows, []string{t.Name, t.Type, strings.Join(t.Conditions, "; "), strings.Join(append(t.Tags, t.Blocks...), ", ")})
	}
	variables := section{title: "Variables", heads: []string{"Variable", "Type", "Reads", "Used by"}}
	for _, v := range l.Variables {
		reads := v.Key
		if v.Version == 1 {
			reads += " (version 1)"
		}
		variables.rows = append(variables.rows, []string{v.Name, v.Type, reads, strings.Join(v.UsedBy, ", ")})
	}
	return []section{tags, triggers, variables}
}

func listText(l listing.Listing, w io.Writer) error {
	for i, s := range sections(l) {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s (%d)\n", s.title, len(s.rows))
		for _, row := range s.rows {
			fmt.Fprintf(w, "  %s  %s\n", visible.Text(row[0]), visible.Text(row[1]))
			for i, cell := range row[2:] {
				if cell != "" {
					fmt.Fprintf(w, "    %s: %s\n", strings.ToLower(s.heads[i+2]), visible.Text(cell))
				}
			}
		}
	}
	return nil
}

// cell is text from a container as a cell of Markdown that shows it and does nothing.
var cell = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`, "!", `\!`, "#", `\#`, "@", `\@`,
)

func listMarkdown(l listing.Listing, w io.Writer) error {
	fmt.Fprintf(w, "# %s\n", cell.Replace(visible.Text(l.Container)))
	for _, s := range sections(l) {
		fmt.Fprintf(w, "\n## %s\n\n| %s |\n|%s\n", s.title, strings.Join(s.heads, " | "), strings.Repeat("---|", len(s.heads)))
		for _, row := range s.rows {
			for i := range row {
				row[i] = cell.Replace(visible.Text(row[i]))
			}
			fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
		}
	}
	return nil
}
