// Package cli is the command line. It chooses the source, the analysis, the recording
// and the frontend according to the arguments, and contains no other logic.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"layertap/cli/files"
	"layertap/cli/userdata"
	"layertap/cli/visit"
	"layertap/cli/wrap"
	"layertap/crash"
	"layertap/datalayer"
	"layertap/visible"
)

// Exit codes; other programs rely on them.
const (
	exitClean    = 0
	exitFindings = 1
	exitUnable   = 2 // the command could not be carried out
	exitUnread   = 128 + int(syscall.SIGPIPE)
)

// errFindings is the error of a check that was carried out and did not pass. Its output
// is already complete.
var errFindings = errors.New("findings")

// errUnread ends a session whose output is no longer read, as in a pipe to head.
var errUnread = errors.New("standard output was closed")

// Run runs the command line and returns the exit code.
func Run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), ends()...)
	defer stop()
	root, out := newRoot(), &output{to: os.Stdout}
	root.SetArgs(args)
	root.SetOut(out)
	err := crash.Guard(func() error { return root.ExecuteContext(ctx) })
	if out.err != nil && (err == nil || errors.Is(err, errFindings)) {
		err = out.err // output that was lost must not count as success
	}
	var crashed *crash.Error
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, errUnread):
		return exitUnread
	case errors.As(err, &crashed):
		fmt.Fprintf(os.Stderr, "layertap: %s; %s\n", visible.Text(sentence(err)), userdata.KeepCrash(tool(), crashed))
		return exitUnable
	default:
		fmt.Fprintf(os.Stderr, "layertap: %s\n", visible.Text(sentence(err)))
		return exitUnable
	}
}

// output is standard output. It keeps the first write error, because most callers
// ignore it.
type output struct {
	to  io.Writer
	err error
}

func (o *output) Write(text []byte) (int, error) {
	n, err := o.to.Write(text)
	if err != nil {
		err = fmt.Errorf("writing to standard output: %w", files.Cause(err))
		o.err = cmp.Or(o.err, err)
	}
	return n, err
}

// ends returns the signals that end the program cleanly. Signals that were ignored when
// it started, as with nohup, stay ignored.
func ends() []os.Signal {
	return slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
}

// sentence returns the text of an error on one line.
func sentence(err error) string {
	text := strings.NewReplacer(":\n", ": ", "\n", "; ").Replace(strings.TrimSpace(err.Error()))
	return datalayer.WithoutUserInfo(strings.Join(strings.Fields(text), " "))
}

// argRange returns a check for the number of a command's arguments: at least least and at
// most most, or any number if most is -1.
func argRange(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		where := ""
		if cmd.HasParent() {
			_, below, _ := strings.Cut(cmd.CommandPath(), " ")
			where = below + ": "
		}
		switch {
		case len(args) < least:
			return fmt.Errorf("%smissing argument %s; usage: %s", where, argument(cmd, len(args)), cmd.UseLine())
		case most >= 0 && len(args) > most:
			return fmt.Errorf("%sunexpected argument %q; usage: %s", where, args[most], cmd.UseLine())
		case slices.Contains(args, ""):
			return fmt.Errorf("%sargument %s is empty; usage: %s", where, argument(cmd, slices.Index(args, "")), cmd.UseLine())
		case slices.Contains(args, "-") && slices.Contains(args[slices.Index(args, "-")+1:], "-"):
			return fmt.Errorf("%s\"-\" is standard input, which can be read only once; give a file for the other", where)
		}
		return nil
	}
}

// argument returns the name of a command's nth argument in its usage.
func argument(cmd *cobra.Command, nth int) string {
	for _, word := range strings.Fields(cmd.Use)[1:] {
		word = strings.Trim(word, "[]{}")
		if word[0] < 'A' || word[0] > 'Z' {
			continue
		}
		if nth == 0 || strings.HasSuffix(word, "…") {
			return strings.TrimRight(word, "…")
		}
		nth--
	}
	return "something"
}

// suggestCommand returns an error about typed, the first word after cmd, that suggests the
// subcommand with a similar name.
func suggestCommand(cmd *cobra.Command, typed string, err error) error {
	if len(typed) <= 3 { // within two letters, every short word is similar
		cmd.SuggestionsMinimumDistance = 1
	}
	if near := cmd.SuggestionsFor(typed); len(near) > 0 {
		return fmt.Errorf("unknown command %q for %s: did you mean %s?", typed, cmd.CommandPath(), strings.Join(near, " or "))
	}
	return err
}

// printShortHelp prints what the program prints without arguments: less than its full help,
// so that it fits on a screen.
func printShortHelp(cmd *cobra.Command) {
	fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s\n\nlayertap -h lists all commands and flags, layertap COMMAND -h those of one command.\n", cmd.Long, cmd.Example)
}

// Command returns the root command, for generating documentation.
func Command() *cobra.Command { return newRoot() }

func newRoot() *cobra.Command {
	live := &liveFlags{}
	root := &cobra.Command{
		Use:   "layertap [URL]",
		Short: "Debug a site's data layer in the terminal",
		Long: `layertap opens a site in Chrome, shows every message pushed into its data layers, and
reports what is missing, misspelled or ignored by Google Tag Manager.`,
		Example: `  layertap https://shop.example      open a site
  layertap demo                      try it on a built-in shop
  layertap attach                    attach to a tab of a running Chrome
  layertap open a.session.jsonl      open a recording
  layertap check a.session.jsonl     check a recording, in CI as well`,
		Version: version,
		Args: func(cmd *cobra.Command, args []string) error {
			err := argRange(0, 1)(cmd, args)
			if err != nil && args[0] != "" {
				return suggestCommand(cmd, args[0], err)
			}
			return err
		},
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		PersistentPreRunE:          func(cmd *cobra.Command, _ []string) error { return checkEmptyFlags(cmd) },
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && asked(cmd):
				return argRange(1, 1)(cmd, args)
			case len(args) == 0:
				printShortHelp(cmd)
				return nil
			}
			url, err := visit.Address(args[0])
			if err != nil {
				return suggestCommand(cmd, args[0], err)
			}
			live.probe.URL = url
			return live.show(cmd.Context())
		},
	}
	live.add(root)
	root.PersistentFlags().Bool("no-color", false, "turn colors off") // printed output never has any
	live.addLaunching(root)
	root.SetFlagErrorFunc(misused)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", wrap.HelpWidth)))
	root.AddCommand(
		newAttach(), newDemo(), newOpen(), newRecord(), newCheck(), newWhatIf(),
		newDiff(), newReport(), newExport(), newSweep(),
		newPlan(), newContainer(), newExplain(), newTabs(), newDoctor(), newConfig(), newMCP(), newMan(), newVersion(),
	)
	root.InitDefaultCompletionCmd()
	wrap.Help(root)
	checkTopics(root)
	return root
}

// checkTopics makes layertap help return an error for an unknown command; by default
// cobra prints the help of layertap.
func checkTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil {
		panic(err) // it was added above
	}
	help.Args = func(_ *cobra.Command, args []string) error {
		if found, _, err := root.Find(args); err != nil || found == root && len(args) > 0 {
			return suggestCommand(root, args[0], fmt.Errorf("unknown command %q; layertap -h lists the commands", args[0]))
		}
		return nil
	}
}

// asked reports whether a flag was given that requires a command. --no-color does not,
// because users may have it in an alias.
func asked(cmd *cobra.Command) bool {
	found := false
	cmd.Flags().Visit(func(f *pflag.Flag) { found = found || f.Name != "no-color" })
	return found
}
