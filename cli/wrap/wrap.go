// Package wrap breaks the help of commands, and other running text, into lines.
package wrap

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
)

// Text breaks a text into lines at words, and at no hyphen: a flag stays whole.
func Text(text string, width int) string {
	const unbroken = "\u2011" // a hyphen at which no line ends
	text = ansi.Wordwrap(strings.ReplaceAll(text, "-", unbroken), width, "")
	return strings.ReplaceAll(text, unbroken, "-")
}

// HelpWidth is how wide help is: terminals are as narrow as that, and manual pages fill
// their lines again.
const HelpWidth = 80

// Help breaks the help of a command and of those below it at words. Lines that are
// indented stand for themselves.
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
