package cli

import (
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/diff"
	"layertap/report"
)

type diffFlags struct {
	ignore []string
	exact  bool
	format string
	out    files.Output
}

func newDiff() *cobra.Command {
	f := &diffFlags{format: "text"}
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two recordings",
		Long: `Diff compares the messages of two recordings, page path by page path: events that are
missing, extra or reordered, and those whose shape or values changed. It ignores the
values of IDs and timestamps and the gtm.* keys, which change on every visit.

It exits with 0 if the recordings are the same, with 1 if they differ, and with 2 on
error.`,
		Args: argRange(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	cmd.Flags().StringArrayVar(&f.ignore, "ignore", nil, "ignore a `KEY`: a name, a path or a pattern such as 'session_*' (repeatable)")
	cmd.Flags().BoolVar(&f.exact, "exact", false, "ignore nothing except what --ignore names")
	oneOf(cmd, &f.format, "format", "`text` or json", "text", "json")
	f.out.Add(cmd.Flags())
	return cmd
}

func (f *diffFlags) run(cmd *cobra.Command, paths []string) error {
	write := map[string]func(report.Diff, io.Writer) error{"text": report.Diff.Text, "json": report.Diff.JSON}[f.format]
	ignore, err := f.ignored()
	if err != nil {
		return err
	}
	before, err := readSession(cmd.Context(), paths[0], withoutChecks())
	if err != nil {
		return err
	}
	after, err := readSession(cmd.Context(), paths[1], withoutChecks())
	if err != nil {
		return err
	}
	found := report.Compare(tool(), before, after, ignore)
	if err := f.out.Write(cmd.OutOrStdout(), paths, func(w io.Writer) error { return write(found, w) }); err != nil {
		return err
	}
	if !found.Same() {
		return errFindings
	}
	return nil
}

func (f *diffFlags) ignored() (diff.Ignore, error) {
	for _, key := range f.ignore {
		if _, err := path.Match(key, ""); errors.Is(err, path.ErrBadPattern) {
			return diff.Ignore{}, fmt.Errorf("invalid --ignore %q: unclosed bracket; write \\[ for a literal bracket", key)
		}
	}
	if f.exact {
		return diff.Ignore{Keys: f.ignore}, nil
	}
	ignore := diff.Usual()
	ignore.Keys = append(ignore.Keys, f.ignore...)
	return ignore, nil
}
