package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/cli/garbage"
	"layertap/datalayer"
	"layertap/recording"
	"layertap/rules/infer"
	"layertap/rules/plan"
	"layertap/session"
	"layertap/visible"
)

func newPlan() *cobra.Command {
	plan := &cobra.Command{
		Use:   "plan",
		Short: "Print, check, draft and compare tracking plans",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return suggestCommand(cmd, args[0], fmt.Errorf("unknown command %q for layertap plan; layertap plan -h lists the commands", args[0]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	plan.AddCommand(newPlanShow(), newPlanLint(), newPlanInfer(), newPlanDiff(), newPlanSchema())
	return plan
}

func newPlanShow() *cobra.Command {
	f := &analysisFlags{}
	var out files.Output
	cmd := &cobra.Command{
		Use:               "show [PLAN…]",
		Short:             "Print plans as one plan file, with everything they include",
		Args:              argRange(0, -1),
		ValidArgsFunction: completePlan,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				if err := rejectFlags(cmd, "name the plans without --plan", "plan"); err != nil {
					return err
				}
				f.plans = args
			}
			plans, err := f.loadPlans()
			if err != nil {
				return err
			}
			var texts [][]byte
			for _, plan := range plans {
				text, err := plan.YAML()
				if err != nil {
					return err
				}
				texts = append(texts, text)
			}
			return writePlan(cmd, &out, f.plans, bytes.Join(texts, []byte("---\n")))
		},
	}
	f.addPlan(cmd)
	out.Add(cmd.Flags())
	return cmd
}

// writePlan writes the text of a plan to out, but never over one of the files it was
// made from.
func writePlan(cmd *cobra.Command, out *files.Output, from []string, text []byte) error {
	return out.Write(cmd.OutOrStdout(), from, func(w io.Writer) error {
		if _, err := w.Write(text); err != nil {
			return fmt.Errorf("writing the plan: %w", err)
		}
		return nil
	})
}

func newPlanLint() *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE…",
		Short: "Check plan files for mistakes, by line and column",
		Args:  argRange(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			clean := true
			for _, name := range args {
				ok, err := lint(cmd.OutOrStdout(), name)
				if err != nil {
					return err
				}
				clean = clean && ok
			}
			if !clean {
				return errFindings
			}
			return nil
		},
	}
}

// lint prints the errors in a plan, and suggestions. Only errors make it unclean; lint
// returns an error if the plan can't be read.
func lint(w io.Writer, name string) (clean bool, err error) {
	problems, err := plan.Lint(name, files.Read)
	if err != nil {
		return false, err
	}
	clean = true
	for _, p := range problems {
		fmt.Fprintln(w, visible.Text(p.Error()))
		clean = clean && p.Advice
	}
	if len(problems) == 0 {
		fmt.Fprintf(w, "%s: no problems\n", visible.Text(name))
	}
	return clean, nil
}

func newPlanInfer() *cobra.Command {
	var name string
	var out files.Output
	cmd := &cobra.Command{
		Use:   "infer RECORDING…",
		Short: "Draft a plan from recordings, with the evidence as comments",
		Args:  argRange(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if name == "" {
				name, _, _ = strings.Cut(filepath.Base(args[0]), ".")
			}
			found, err := recording.Find(args)
			if err != nil {
				return err
			}
			read := &twiceRead{ctx: cmd.Context(), trouble: cmd.ErrOrStderr()}
			var recordings []infer.Recording
			for _, path := range found {
				recordings = append(recordings, read.messages(path))
			}
			draft := infer.Draft(name, recordings...)
			if read.err != nil {
				return read.err
			}
			text, err := draft.YAML()
			if err != nil {
				return err
			}
			return writePlan(cmd, &out, found, text)
		},
	}
	out.Add(cmd.Flags())
	cmd.Flags().StringVar(&name, "name", "", "the plan's `NAME` (default: the first file's name)")
	return cmd
}

// twiceRead reads recordings, each twice.
type twiceRead struct {
	ctx     context.Context
	trouble io.Writer
	err     error // the first
}

// messages yields the messages of the recording at path, and says once what couldn't be read.
func (t *twiceRead) messages(path string) infer.Recording {
	var first *recorded
	return func(yield func(*datalayer.Page, *datalayer.Push) bool) {
		if t.err != nil {
			return
		}
		reader, err := t.open(path, first)
		if t.err = err; err != nil {
			return
		}
		analysis, on := withoutChecks(), true
		analysis.Settle = func(s session.Snapshot, i int, _ bool) datalayer.Entry {
			if push, ok := s.Entry(i).(*datalayer.Push); ok && on {
				on = yield(s.Page(push.Page), push)
			}
			return nil
		}
		file, err := readFrom(t.ctx, reader, path, analysis, unchanged)
		if t.err = err; err != nil {
			return
		}
		for i := file.Session.Settled(); i < file.Session.Len(); i++ {
			analysis.Settle(file.Session, i, false)
		}
		if first == nil {
			warn(t.trouble, file)
			first = &reader
		}
	}
}

// open opens a recording the first time or, if first is set, again.
func (t *twiceRead) open(path string, first *recorded) (recorded, error) {
	garbage.Adjust()
	return opened(t.ctx, path, func() (*recording.Reader, error) {
		if first != nil {
			return first.Again(t.ctx)
		}
		return recording.OpenTwice(t.ctx, path)
	})
}

func newPlanDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Compare two plans (exits with 1 if they differ)",
		Args:  argRange(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := loadPlan(args[0], files.Read)
			if err != nil {
				return err
			}
			after, err := loadPlan(args[1], files.Read)
			if err != nil {
				return err
			}
			changes := plan.Diff(before, after)
			for _, c := range changes {
				sign := " "
				if c.Breaking {
					sign = "!"
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s: %s\n", sign, visible.Text(c.Path), visible.Text(c.Message))
			}
			if len(changes) > 0 {
				return errFindings
			}
			return nil
		},
	}
}

func newPlanSchema() *cobra.Command {
	var out files.Output
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of plans, with which editors check them",
		Args:  argRange(0, 0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return writePlan(cmd, &out, nil, plan.Schema()) },
	}
	out.Add(cmd.Flags())
	return cmd
}
