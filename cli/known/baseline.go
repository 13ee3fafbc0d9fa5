// Package known accepts the findings of recordings and containers that are listed in a
// baseline.
package known

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/spf13/cobra"

	"layertap/cli/userdata"
	"layertap/internal/plural"
	"layertap/report"
	"layertap/rules/accept"
	"layertap/visible"
)

// Baseline are the flags for a baseline of known findings.
type Baseline struct {
	file   string
	update bool
	known  accept.List
}

// Add adds the flags to a command.
func (b *Baseline) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&b.file, "baseline", "", "accept the findings that this `FILE` names")
	cmd.Flags().BoolVar(&b.update, "update-baseline", false, "write all findings to the --baseline file, so that only new ones count")
}

// Read reads the file, which need not exist if it is to be written.
func (b *Baseline) Read() (err error) {
	if b.file == "" {
		if b.update {
			return errors.New("--update-baseline needs --baseline FILE, the file to write")
		}
		return nil
	}
	b.known, err = userdata.ReadExceptions(b.file, b.from())
	if errors.Is(err, fs.ErrNotExist) {
		if b.update {
			return nil
		}
		err = fmt.Errorf("%w; write it with --update-baseline", err)
	}
	return err
}

// from returns the name of the baseline as the source of its exceptions.
func (b *Baseline) from() string { return "the baseline " + b.file }

// With returns exceptions and the known findings, for the sessions that are checked.
func (b *Baseline) With(exceptions accept.List) accept.List {
	if b.update {
		return exceptions
	}
	return slices.Concat(exceptions, b.known)
}

// Updates reports whether the baseline is written, for which every finding is needed.
func (b *Baseline) Updates() bool { return b.update }

// Apply returns files, whose sessions accept what [Baseline.With] returned, and prints to out
// which exceptions of the baseline match nothing. With --update-baseline it first writes the
// findings of files to the baseline, and accepts them.
func (b *Baseline) Apply(files report.Files, out io.Writer) (report.Files, error) {
	if b.file == "" {
		return files, nil
	}
	if b.update {
		var err error
		if files, err = b.write(files, out); err != nil {
			return nil, err
		}
	}
	return func(yield func(report.File, error) bool) {
		used := make([]bool, len(b.known))
		for f, err := range files {
			if err == nil {
				b.use(&f, used)
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
		if gone := len(used) - len(slices.DeleteFunc(used, func(used bool) bool { return !used })); gone > 0 {
			fmt.Fprintf(out, "# %s: %s didn't occur or is accepted elsewhere; --update-baseline removes it\n", visible.Text(b.file), plural.Count(gone, "accepted finding"))
		}
	}, nil
}

// use marks the exceptions in used that match a finding in a file. They are the last ones of
// its session.
func (b *Baseline) use(f *report.File, used []bool) {
	accepted := f.Session.AcceptedBy()
	for i, n := range accepted[len(accepted)-len(used):] {
		used[i] = used[i] || n > 0
	}
}

// write writes the findings of files to the baseline, and returns the files with them
// accepted.
func (b *Baseline) write(files report.Files, out io.Writer) (report.Files, error) {
	var all []report.File
	for f, err := range files {
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	found := b.found(all)
	if err := userdata.WriteExceptions(b.file, found); err != nil {
		return nil, err
	}
	b.known = found
	fmt.Fprintf(out, "# %s: wrote %s\n", visible.Text(b.file), plural.Count(len(found), "accepted finding"))
	for i := range all {
		s := &all[i].Session
		*s = s.Accepting(slices.Concat(s.Exceptions, found))
	}
	return report.Of(all...), nil
}

// found returns exceptions for the findings in files that nothing else accepts. Reasons
// in the baseline are kept.
func (b *Baseline) found(files []report.File) accept.List {
	var found accept.List
	for _, f := range files {
		for e := range report.Findings(f) {
			exception := accept.Of(e.Event, &e.Finding)
			if at := b.known.Find(e.Event, &e.Finding); at >= 0 {
				exception = b.known[at]
			}
			exception.From = b.from()
			found = found.With(exception)
		}
	}
	slices.SortFunc(found, accept.Exception.Compare)
	return found[:min(len(found), accept.MaxExceptions)]
}
