package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/cli/inorder"
	"layertap/cli/known"
	"layertap/recording"
	"layertap/report"
	"layertap/rules"
)

type checkFlags struct {
	analysisFlags
	filterFlag
	failOn     string
	format     string
	all, state bool
	out        files.Output
	known      known.Baseline
}

// severities are the values of --fail-on.
var severities = map[string]rules.Severity{
	"error": rules.Error, "warning": rules.Warning, "info": rules.Info, "never": rules.Off,
}

func newCheck() *cobra.Command {
	f := &checkFlags{failOn: "error", format: "text"}
	cmd := &cobra.Command{
		Use:   "check FILE…",
		Short: "Check recordings against a plan, for people and for CI",
		Long: `Check compares recordings with the plan. It exits with 0 if they pass, with 1 if there
are findings at or above --fail-on, and with 2 if the check could not run. With --filter,
only matching messages are listed and checked.

FILE is a recording, a pattern such as 'visits/**/*.jsonl', or a directory, for all
recordings in it and below. Recordings packed with gzip or Zstandard are unpacked.

With --baseline, findings that the file names are accepted: they are counted apart and
don't fail the check. --update-baseline writes all findings of the recordings to the file,
so that only new ones fail from then on. What your plan accepts, and what you accepted on
the screen, is accepted here, too.

The formats of --format:

` + strings.TrimSuffix(report.CheckFormats.Describe(), "\n"),
		Args: argRange(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.analysisFlags.add(cmd)
	f.filterFlag.add(cmd, "list and judge only the messages that match a `FILTER`")
	oneOf(cmd, &f.failOn, "fail-on", "fail on findings of this `SEVERITY` or worse: error, warning, info or never", "error", "warning", "info", "never")
	oneOf(cmd, &f.format, "format", "`FORMAT`: "+report.CheckFormats.Choice(), report.CheckFormats.Names()...)
	cmd.Flags().BoolVar(&f.all, "all", false, "list every trigger and tag of each message, with reasons, and what each hit should contain (needs --format json)")
	cmd.Flags().BoolVar(&f.state, "state", false, "add the computed data layer after each message (needs --format json)")
	f.out.Add(cmd.Flags())
	f.known.Add(cmd)
	return cmd
}

func (f *checkFlags) run(cmd *cobra.Command, paths []string) error {
	if (f.all || f.state) && f.format != "json" {
		return errors.New("--all and --state need --format json")
	}
	check := report.Check{Tool: tool(), FailOn: severities[f.failOn], All: f.all, State: f.state}
	chosen, err := f.filter()
	if err != nil {
		return err
	}
	if err := f.known.Read(); err != nil {
		return err
	}
	if paths, err = recording.Find(paths); err != nil {
		return err
	}
	analysis, err := f.load()
	if err != nil {
		return err
	}
	format, _ := report.CheckFormats.Find(f.format) // the flag was validated
	checked := inorder.Each(cmd.Context(), paths, func(ctx context.Context, path string) (report.File, error) {
		a := analysis()
		a.Accepted = f.known.With(a.Accepted)
		var settled report.Settled
		if !f.known.Updates() {
			settled = format.Settled(check)
		}
		choose := choosing(&a, chosen, settled)
		file, err := readSession(ctx, path, a)
		if err != nil {
			return file, err
		}
		return choose(file), nil
	})
	if check.Files, err = f.known.Apply(checked, cmd.ErrOrStderr()); err != nil {
		return err
	}
	return writeCheck(cmd, &f.out, paths, format, check)
}

// writeCheck writes the check, and returns errFindings if it failed.
func writeCheck(cmd *cobra.Command, out *files.Output, paths []string, format report.CheckFormat, check report.Check) error {
	failed := false
	err := out.Write(cmd.OutOrStdout(), paths, func(w io.Writer) (err error) {
		failed, err = format.Write(check, w)
		return err
	})
	if err == nil && failed {
		return errFindings
	}
	return err
}
