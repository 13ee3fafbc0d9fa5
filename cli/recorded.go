package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/redact"
	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/report"
	"layertap/rules/check"
	"layertap/session"
	"layertap/visible"
)

// readSession runs a recording through the same pipeline as live messages.
func readSession(ctx context.Context, path string, analysis session.Analysis) (report.File, error) {
	return readThrough(ctx, path, analysis, unchanged)
}

func unchanged(r recorded) (datalayer.Header, session.Source) { return r.Header, r }

// readRedacted is readSession with the personal data removed, for output that is
// shared.
func readRedacted(ctx context.Context, path string, analysis session.Analysis) (report.File, error) {
	var source redact.Source
	file, err := readThrough(ctx, path, analysis, func(r recorded) (header datalayer.Header, _ session.Source) {
		header, source = redact.NewSource(r.Header, r)
		return header, source
	})
	if err == nil {
		file.Name, file.Trouble = source.Text(file.Name), source.Text(file.Trouble)
		file.Removed = source.Taken().String()
	}
	return file, err
}

// redaction are the flags for personal data, of commands whose output may be shared.
type redaction struct{ remove, keep bool }

// add adds the flags. Otherwise describes what happens without them.
func (r *redaction) add(cmd *cobra.Command, otherwise string) {
	cmd.Flags().BoolVar(&r.remove, "redact", false, "remove personal data from the output; "+otherwise)
	cmd.Flags().BoolVar(&r.keep, "no-redact", false, "keep personal data in the output")
}

// read reads a recording with or without the personal data in it. ByDefault is used if
// no flag is given.
func (r redaction) read(cmd *cobra.Command, path string, analysis session.Analysis, byDefault bool) (report.File, error) {
	if r.remove && r.keep {
		return report.File{}, errors.New("--redact and --no-redact contradict each other; leave one out")
	}
	if !r.remove && (r.keep || !byDefault) {
		return readSession(cmd.Context(), path, analysis)
	}
	file, err := readRedacted(cmd.Context(), path, analysis)
	if file.Removed != "" && !r.remove {
		fmt.Fprintf(cmd.ErrOrStderr(), "# removed %s; --no-redact keeps it\n", file.Removed)
	} else if file.Removed != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "# removed %s\n", file.Removed)
	}
	return file, err
}

func readThrough(
	ctx context.Context, path string, analysis session.Analysis, through func(recorded) (datalayer.Header, session.Source),
) (report.File, error) {
	reader, err := openWhole(ctx, path)
	if err != nil {
		return report.File{}, err
	}
	return readFrom(ctx, reader, path, analysis, through)
}

// readFrom reads an open recording to its end, and closes it.
func readFrom(
	ctx context.Context, reader recorded, path string, analysis session.Analysis, through func(recorded) (datalayer.Header, session.Source),
) (report.File, error) {
	defer reader.Close()
	header, source := through(reader)
	s := session.New(header, analysis)
	if err := s.Run(ctx, source); err != nil {
		return report.File{}, err
	}
	if err := ctx.Err(); err != nil {
		return report.File{}, fmt.Errorf("reading %s: interrupted", path)
	}
	damage := reader.Damage()
	return report.File{
		Name: path, Session: s.Snapshot(), Line: reader.Line,
		SkippedLines: damage.SkippedLines, GarbledLines: damage.GarbledLines, TornBytes: damage.TornBytes,
		Trouble: strings.TrimSpace(damage.String()),
	}, nil
}

// withoutChecks returns an analysis without checks.
func withoutChecks() session.Analysis {
	return session.Analysis{Rules: check.New(), GTM: engine.New()}
}

// warn prints which parts of a recording could not be read.
func warn(w io.Writer, file report.File) {
	if file.Trouble != "" {
		fmt.Fprintf(w, "# %s\n", visible.Text(file.Name+": "+file.Trouble))
	}
}
