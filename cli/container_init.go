package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/container/compose"
	"layertap/visible"
)

func newContainerInit() *cobra.Command {
	f := &analysisFlags{}
	o := compose.Default()
	merge := ""
	var out files.Output
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make a container for a plan, to import into GTM",
		Long: `Init makes the variables, triggers and GA4 event tags that a plan needs, as a file for
Admin, Import Container in Google Tag Manager. With --merge it adds only what is missing to
an export, and says on standard error what it added.

Values that only you know, such as a conversion ID, are constant variables whose names end
in "(replace)".`,
		Args: argRange(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			plans, err := f.loadPlans()
			if err != nil {
				return err
			}
			if o.MeasurementID == "" {
				return fmt.Errorf("init: missing --measurement-id; give the ID of the GA4 web data stream, such as G-ABC1234567")
			}
			for flag, name := range map[string]string{"variable-name": o.VariableName, "trigger-name": o.TriggerName, "tag-name": o.TagName} {
				if !strings.Contains(name, "{name}") {
					return fmt.Errorf("invalid --%s %q: must contain {name}", flag, name)
				}
			}
			var into []byte
			var read []string
			if merge != "" {
				if into, err = files.Read(merge); err != nil {
					return fmt.Errorf("reading the container %s: %w", merge, err)
				}
				read = []string{merge}
			}
			text, added, err := compose.Export(plans, into, o)
			switch {
			case err != nil && merge != "":
				return fmt.Errorf("adding to the container %s: %w", merge, err)
			case err != nil:
				return fmt.Errorf("making the container: %w", err)
			}
			err = out.Write(cmd.OutOrStdout(), read, func(w io.Writer) error {
				_, err := w.Write(text)
				return err
			})
			if err != nil || merge == "" {
				return err
			}
			for _, line := range added {
				fmt.Fprintf(cmd.ErrOrStderr(), "# added %s\n", visible.Text(line))
			}
			if len(added) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "# nothing was missing")
			}
			return nil
		},
	}
	f.addPlan(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.MeasurementID, "measurement-id", "", "the GA4 measurement `ID`, such as G-ABC1234567")
	flags.BoolVar(&o.Regexp, "regex", false, "use one trigger with a regular expression for many events")
	flags.BoolVar(&o.GoogleTag, "google-tag", false, "add a Google tag on all pages")
	flags.StringSliceVar(&o.Ads, "ads", nil, "add a Google Ads conversion for `EVENT` (repeatable)")
	flags.StringSliceVar(&o.Meta, "meta", nil, "add a Meta custom event for `EVENT` (repeatable)")
	flags.StringSliceVar(&o.LinkedIn, "linkedin", nil, "add a LinkedIn conversion for `EVENT` (repeatable)")
	flags.StringVar(&o.VariableName, "variable-name", o.VariableName, "how variables are named, as a `PATTERN` with {name}")
	flags.StringVar(&o.TriggerName, "trigger-name", o.TriggerName, "how triggers are named, as a `PATTERN` with {name}")
	flags.StringVar(&o.TagName, "tag-name", o.TagName, "how GA4 tags are named, as a `PATTERN` with {name}")
	flags.StringVar(&o.Folder, "folder", o.Folder, "the `NAME` of the folder for what is added")
	flags.StringVar(&merge, "merge", "", "add what is missing to the export in `FILE`")
	out.Add(cmd.Flags())
	return cmd
}
