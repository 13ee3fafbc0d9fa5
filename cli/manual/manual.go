// Package manual generates the manual page from the definitions of the commands.
package manual

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

//go:embed sections.yaml
var sectionsYAML []byte

// Section is a section of the manual that isn't generated from a command, such as the
// environment.
type Section struct {
	Title string
	Items []Item
}

// Item is a term and its description.
type Item struct{ Term, Meaning string }

// Sections returns these sections in order.
func Sections() ([]Section, error) {
	var read []struct {
		Title string
		Items yaml.Node // a mapping whose order matters
	}
	if err := yaml.Load(sectionsYAML, &read); err != nil {
		return nil, fmt.Errorf("reading the sections of the manual: %w", err)
	}
	sections := make([]Section, len(read))
	for i, s := range read {
		sections[i].Title = s.Title
		for at := 0; at+1 < len(s.Items.Content); at += 2 {
			sections[i].Items = append(sections[i].Items, Item{s.Items.Content[at].Value, s.Items.Content[at+1].Value})
		}
	}
	return sections, nil
}

// Commands returns a command and all commands below it, except help and the commands
// below completion: cobra adds them, and their own help is sufficient.
func Commands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, below := range cmd.Commands() {
		switch {
		case !below.IsAvailableCommand() || below.Name() == "help":
		case below.Name() == "completion":
			all = append(all, below)
		default:
			all = append(all, Commands(below)...)
		}
	}
	return all
}

// Flags returns a command's own flags, except --help, which all commands have, and
// --version.
func Flags(cmd *cobra.Command) *pflag.FlagSet {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "version" {
			own.AddFlag(f)
		}
	})
	return own
}

// Write writes the manual page of a root command as macros of man(7).
func Write(w io.Writer, root *cobra.Command) error {
	sections, err := Sections()
	if err != nil {
		return err
	}
	p := &page{}
	p.line(".TH %s 1 \"\" %s", strings.ToUpper(root.Name()), argument(root.Name()+" "+root.Version))
	p.line(".SH NAME\n%s \\- %s", root.Name(), text(root.Short))
	p.line(".SH SYNOPSIS")
	commands := Commands(root)
	for _, cmd := range commands {
		if cmd.Runnable() {
			p.line("%s\n.br", bold(cmd.UseLine()))
		}
	}
	p.line(".SH DESCRIPTION")
	p.help(root.Long)
	p.flags(root)
	p.line(".SH EXAMPLES")
	p.verbatim(root.Example)
	p.line(".SH COMMANDS")
	for _, cmd := range commands[1:] {
		p.command(cmd)
	}
	for _, s := range sections {
		p.line(".SH %s", strings.ToUpper(s.Title))
		for _, item := range s.Items {
			p.line(".TP\n%s\n%s", bold(item.Term), text(item.Meaning))
		}
	}
	_, err = io.WriteString(w, p.String())
	return err
}

// page is a manual page that is being written.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) command(cmd *cobra.Command) {
	p.line(".SS %s", argument(cmd.CommandPath()))
	p.line("%s.", text(cmd.Short))
	p.line(".PP\n%s", bold(cmd.UseLine()))
	p.help(cmd.Long)
	p.flags(cmd)
}

// help writes the help of a command: paragraphs, and indented lines unchanged.
func (p *page) help(long string) {
	for _, paragraph := range strings.Split(strings.Trim(long, "\n"), "\n\n") {
		switch {
		case paragraph == "":
		case strings.Contains(paragraph, "\n ") || strings.HasPrefix(paragraph, " "):
			p.verbatim(paragraph)
		default:
			p.line(".PP\n%s", text(strings.ReplaceAll(paragraph, "\n", " ")))
		}
	}
}

func (p *page) verbatim(lines string) {
	p.line(".PP\n.nf")
	for line := range strings.Lines(lines) {
		p.line("%s", text(strings.TrimRight(line, "\n")))
	}
	p.line(".fi")
}

func (p *page) flags(cmd *cobra.Command) {
	Flags(cmd).VisitAll(func(f *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(f)
		option := bold("--" + f.Name)
		if f.Shorthand != "" {
			option = bold("-"+f.Shorthand) + ", " + option
		}
		if name != "" {
			option += " \\fI" + text(name) + "\\fP"
		}
		if d := f.DefValue; d != "" && d != "false" && d != "[]" && d != "0" {
			usage += " (default " + strings.Trim(d, "[]") + ")"
		}
		p.line(".TP\n%s\n%s", option, text(usage))
	})
}

// text escapes a line for roff, so that hyphens can be copied, and no backslash,
// leading dot or apostrophe is interpreted.
func text(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}

func bold(line string) string { return `\fB` + text(line) + `\fP` }

// argument returns an argument of a macro, which may contain spaces.
func argument(words string) string { return `"` + strings.ReplaceAll(text(words), `"`, `\(dq`) + `"` }
