package cli

import (
	"context"

	"github.com/spf13/cobra"

	"layertap/cli/sweep"
	"layertap/gtm"
	"layertap/report"
	"layertap/session"
)

func newSweep() *cobra.Command {
	f := &liveFlags{}
	cmd := sweep.Command(sweep.Program{
		Tool: tool(), ErrFindings: errFindings, Severities: severities, Options: &f.probe,
		Analysis: func() (session.Analysis, []*gtm.Container, error) {
			analysis, err := f.analysis()
			return analysis, f.given, err
		},
		Endpoints: f.hitEndpoints, Sink: f.sink, Setup: func() []string { return f.setup },
		Read: func(ctx context.Context, path string) (report.File, error) {
			analysis, err := f.analysis()
			if err != nil {
				return report.File{}, err
			}
			return readSession(ctx, path, analysis)
		},
		OneOf: oneOf, ArgRange: argRange, RejectFlags: rejectFlags,
	})
	f.addCapture(cmd)
	cmd.Flags().BoolVar(&f.redact, "redact", false, "remove personal data from recordings")
	f.addLaunching(cmd)
	return cmd
}
