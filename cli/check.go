package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"layertap/recording"
	"layertap/report"
	"layertap/rules"
	"layertap/session"
)

type checkFlags struct {
	analysisFlags
	failOn string
	format string
}

// severities are the values of --fail-on.
var severities = map[string]rules.Severity{
	"error": rules.Error, "warning": rules.Warning, "info": rules.Info, "never": rules.Off,
}

func newCheck() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check FILE…",
		Short: "The verdict on recordings, for people and for CI",
		Long: `Check holds recordings against the plan. It exits with 0 where they are clean, with 1
where there are findings at or above --fail-on, and with 2 where it could not be done.`,
		Args: takes(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.failOn, "fail-on", "error", "the least `SEVERITY` that fails: error, warning, info or never")
	cmd.Flags().StringVar(&f.format, "format", "text", "`text` or json")
	return cmd
}

func (f *checkFlags) run(cmd *cobra.Command, paths []string) error {
	failOn, ok := severities[f.failOn]
	if !ok {
		return fmt.Errorf("--fail-on %q: it is one of error, warning, info and never", f.failOn)
	}
	check := report.Check{Tool: tool(), FailOn: failOn}
	write, ok := map[string]func() error{
		"text": func() error { return check.Text(cmd.OutOrStdout()) },
		"json": func() error { return check.JSON(cmd.OutOrStdout()) },
	}[f.format]
	if !ok {
		return fmt.Errorf("--format %q: it is one of text and json", f.format)
	}
	for _, path := range paths {
		file, err := f.read(cmd.Context(), path)
		if err != nil {
			return err
		}
		check.Files = append(check.Files, file)
	}
	if err := write(); err != nil {
		return fmt.Errorf("writing the verdict: %w", err)
	}
	if check.Failed() {
		return errFindings
	}
	return nil
}

// read runs a file through the pipeline that live messages take.
func (f *checkFlags) read(ctx context.Context, path string) (report.File, error) {
	analysis, err := f.analysis()
	if err != nil {
		return report.File{}, err
	}
	reader, err := recording.Open(path, false)
	if err != nil {
		return report.File{}, err
	}
	defer reader.Close()
	s := session.New(reader.Header, analysis)
	if err := s.Run(ctx, reader); err != nil {
		return report.File{}, err
	}
	if err := ctx.Err(); err != nil {
		return report.File{}, fmt.Errorf("checking %s: interrupted", path)
	}
	damage := reader.Damage()
	return report.File{
		Name: path, Session: s.Snapshot(), SkippedLines: damage.SkippedLines, TornBytes: damage.TornBytes,
		Trouble: strings.TrimSpace(damage.String()),
	}, nil
}
