package report

import (
	"fmt"
	"io"
	"strings"

	"layertap/container/listing"
	"layertap/visible"
)

// ListFormats are the formats of `layertap container list`.
var ListFormats = Formats[func(listing.Listing, io.Writer) error]{
	{"text", "for people", listText},
	{"json", "everything, for programs", func(l listing.Listing, w io.Writer) error { return WriteJSON(w, l) }},
	{"markdown", "tables, for documentation", listMarkdown},
}

// section is the rows for one kind of object in a listing.
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
	all := []section{tags, triggers, variables}
	if len(l.GoogleTag) == 0 {
		return all
	}
	settings := section{title: "Settings of the Google tag", heads: []string{"Setting", "Destination", "Value"}}
	for _, s := range l.GoogleTag {
		settings.rows = append(settings.rows, []string{s.Name, s.Destination, s.Value})
	}
	return append([]section{settings}, all...)
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

func listMarkdown(l listing.Listing, w io.Writer) error {
	fmt.Fprintf(w, "# %s\n", inMarkdown(l.Container))
	for _, s := range sections(l) {
		fmt.Fprintf(w, "\n## %s\n\n| %s |\n|%s\n", s.title, strings.Join(s.heads, " | "), strings.Repeat("---|", len(s.heads)))
		for _, row := range s.rows {
			for i := range row {
				row[i] = inMarkdown(row[i])
			}
			fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
		}
	}
	return nil
}
