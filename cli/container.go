package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/cli/known"
	"layertap/container/audit"
	"layertap/container/fetch"
	"layertap/container/listing"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/report"
)

func newContainer() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "container",
		Short: "Check, list, simulate and make GTM containers, without a visit",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return suggestCommand(cmd, args[0], fmt.Errorf("unknown command %q for layertap container; layertap container -h lists the commands", args[0]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(newContainerCheck(), newContainerList(), newContainerDiff(), newContainerSimulate(), newContainerInit())
	return cmd
}

// openContainer reads a container from a file, or from the URL of a gtm.js or of a
// page.
func openContainer(ctx context.Context, name string) (*gtm.Container, error) {
	c, err := openScript(ctx, name)
	if err != nil {
		return nil, err
	}
	return c, isContainer(c, name)
}

// isContainer returns an error if c is a Google tag: the triggers and tags in its script
// are Google's own.
func isContainer(c *gtm.Container, name string) error {
	if datalayer.IsGoogleTag(c.ID) {
		return fmt.Errorf("reading the container %s: it is the Google tag %s, not a container of Google Tag Manager; layertap container list %s shows its settings", name, c.ID, quoted(name))
	}
	return nil
}

// openScript reads a container or a Google tag in the same way.
func openScript(ctx context.Context, name string) (*gtm.Container, error) {
	if !strings.HasPrefix(name, "https://") && !strings.HasPrefix(name, "http://") {
		return readScript(name)
	}
	c, err := fetch.Container(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("reading the container of %s: %w", name, err)
	}
	return c, nil
}

// about returns a short summary of a container's contents.
func about(c *gtm.Container) string {
	name := c.ID
	if name == "" {
		name = "container"
	}
	if c.Version != "" {
		name += " version " + c.Version
	}
	l := listing.Of(c) // without the variables that only the engine uses
	return fmt.Sprintf("%s: %s, %s, %s", name, plural.Count(len(c.Tags), "tag"), plural.Count(len(c.Triggers), "trigger"), plural.Count(len(l.Variables), "variable"))
}

// addPlans adds an optional --plan to a command for containers.
func addPlans(cmd *cobra.Command, plans *[]string, usage string) {
	cmd.Flags().StringSliceVar(plans, "plan", nil, usage)
	completes(cmd, "plan", completePlan)
}

func newContainerCheck() *cobra.Command {
	f := &analysisFlags{}
	failOn, format, accepted := "error", "text", known.Baseline{}
	var out files.Output
	cmd := &cobra.Command{
		Use:   "check CONTAINER…",
		Short: "Check containers before they are published, alone and against a plan",
		Long: `Check reads web containers: admin exports, saved gtm.js files, or the URL of a gtm.js or
of a page that loads one. It reports what is wrong in each, and with --plan also which of
the plan's events no trigger matches or no tag sends, and which parameters get lost. It
exits with 0 if they pass, with 1 if there are findings at or above --fail-on, and with 2
if the check could not run. A plan can change the severity of each finding.

Server containers are not checked: their clients and transformations do not see the data
layer.

The formats of --format:

` + strings.TrimSuffix(report.CheckFormats.Describe(), "\n"),
		Args: argRange(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			check := report.Check{Tool: tool(), FailOn: severities[failOn]}
			plans, err := f.loadPlans()
			if err := errors.Join(err, f.readAccepted(plans), accepted.Read()); err != nil {
				return err
			}
			var checked []report.File
			for _, name := range args {
				c, err := openContainer(cmd.Context(), name)
				if err != nil {
					return err
				}
				findings, err := audit.Check(cmd.Context(), c, plans...)
				if err != nil {
					return fmt.Errorf("checking %s: %w", name, err)
				}
				file := report.OfContainer(name, about(c), findings)
				file.Session = file.Session.Accepting(accepted.With(f.accepted.List()))
				checked = append(checked, file)
			}
			if check.Files, err = accepted.Apply(report.Of(checked...), cmd.ErrOrStderr()); err != nil {
				return err
			}
			write, _ := report.CheckFormats.Find(format) // the flag was validated
			return writeCheck(cmd, &out, args, write, check)
		},
	}
	addPlans(cmd, &f.plans, "check against these tracking plans: built-in names or `FILE`s")
	oneOf(cmd, &failOn, "fail-on", "fail on findings of this `SEVERITY` or worse: error, warning, info or never", "error", "warning", "info", "never")
	oneOf(cmd, &format, "format", "`FORMAT`: "+report.CheckFormats.Choice(), report.CheckFormats.Names()...)
	out.Add(cmd.Flags())
	accepted.Add(cmd)
	return cmd
}
