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

// Apply returns files with the known findings accepted, and prints to out which
// exceptions no longer match any. With --update-baseline it first writes the findings
// of files to the baseline.
func (b *Baseline) Apply(files report.Files, out io.Writer) (report.Files, error) {
	if b.file == "" {
		return files, nil
	}
	if b.update {
		var all []report.File
		for f, err := range files {
			if err != nil {
				return nil, err
			}
			all = append(all, f)
		}
		files = report.Of(all...)
		found := b.found(all)
		if err := userdata.WriteExceptions(b.file, found); err != nil {
			return nil, err
		}
		b.known = found
		fmt.Fprintf(out, "# %s: wrote %s\n", visible.Text(b.file), plural.Count(len(found), "accepted finding"))
	}
	return func(yield func(report.File, error) bool) {
		used := make([]bool, len(b.known))
		for f, err := range files {
			if err == nil {
				b.accept(&f, used)
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
		if gone := len(used) - len(slices.DeleteFunc(used, func(used bool) bool { return !used })); gone > 0 {
			fmt.Fprintf(out, "# %s: %s of it didn't occur; --update-baseline removes what is gone\n", visible.Text(b.file), plural.Count(gone, "finding"))
		}
	}, nil
}

// accept accepts the known findings in a file, and marks the exceptions that match in
// used.
func (b *Baseline) accept(f *report.File, used []bool) {
	for e := range report.Findings(*f) {
		if at := b.known.Find(e.Event, &e.Finding); at >= 0 {
			used[at] = true
		}
	}
	f.Session = f.Session.Accepting(slices.Concat(f.Session.Exceptions, b.known))
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
