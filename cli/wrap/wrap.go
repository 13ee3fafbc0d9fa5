// Package wrap wraps the help of commands and other running text.
package wrap

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

// Text wraps a text between words, and never at a hyphen, so that flags stay whole.
func Text(text string, width int) string {
	const unbroken = "\u2011" // non-breaking hyphen
	text = ansi.Wordwrap(strings.ReplaceAll(text, "-", unbroken), width, "")
	return strings.ReplaceAll(text, unbroken, "-")
}

// HelpWidth is the width of help in columns: terminals may be that narrow, and manual
// pages are filled again.
const HelpWidth = 80

// Help wraps the help of a command and of those below it. Indented lines are kept
// unchanged.
func Help(cmd *cobra.Command) {
	var paragraphs []string
	for _, paragraph := range strings.Split(cmd.Long, "\n\n") {
		if !strings.Contains(paragraph, "\n ") && !strings.HasPrefix(paragraph, " ") {
			paragraph = Text(strings.ReplaceAll(paragraph, "\n", " "), HelpWidth)
		}
		paragraphs = append(paragraphs, paragraph)
	}
	cmd.Long = strings.Join(paragraphs, "\n\n")
	for _, below := range cmd.Commands() {
		Help(below)
	}
}
