package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/container/simulate"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/report"
	"layertap/rules"
	"layertap/session"
	"layertap/visible"
)

func newContainerSimulate() *cobra.Command {
	f := &analysisFlags{plans: []string{"widget"}}
	format, messages, out := "text", "", ""
	var consent []string
	cmd := &cobra.Command{
		Use:   "simulate CONTAINER [EVENT…]",
		Short: "Push the plan's events at a container, without a browser",
		Long: `Simulate pushes the plan's events, or only those named, with sample values at a container
and says what fires and what each tag sends. With --messages it pushes the messages of a
file, one JSON object to a line. Nothing is sent: tags don't run.`,
		Args: takes(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := openContainer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			plans, err := f.loadPlans()
			if err != nil {
				return err
			}
			o := simulate.Options{Plans: plans}
			if o.Consent, err = consentOf(consent); err != nil {
				return err
			}
			var all []simulate.Message
			switch {
			case messages != "" && len(args) > 1:
				return errors.New("name events or give --messages, not both")
			case messages != "":
				all, err = readMessages(cmd.InOrStdin(), messages)
			default:
				all, err = simulate.Samples(plans, args[1:]...)
			}
			if err != nil {
				return err
			}
			s, err := simulate.Run(cmd.Context(), c, all, o)
			if err != nil {
				return fmt.Errorf("simulating %s: %w", args[0], err)
			}
			return writeTo(cmd.OutOrStdout(), out, args, func(w io.Writer) error {
				if format == "json" {
					return report.Check{Tool: tool(), FailOn: rules.Off, All: true,
						Files: []report.File{{Name: args[0], Session: s, Line: func(int) int { return 1 }}}}.JSON(w)
				}
				simulationText(w, s)
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&f.plans, "plan", f.plans, "the tracking plans: built-in names or `FILE`s")
	completes(cmd, "plan", completePlan)
	cmd.Flags().StringVar(&messages, "messages", "", "push the messages in `FILE`, one JSON object to a line (- reads standard input)")
	cmd.Flags().StringArrayVar(&consent, "consent", nil, "set a consent type with `TYPE=STATE`, such as ad_storage=denied (repeatable)")
	oneOf(cmd, &format, "format", "`text` or json", "text", "json")
	addOutput(cmd, &out)
	return cmd
}

func consentOf(given []string) (map[string]string, error) {
	if len(given) == 0 {
		return nil, nil
	}
	consent := map[string]string{}
	for _, setting := range given {
		name, state, _ := strings.Cut(setting, "=")
		if name == "" || state != "granted" && state != "denied" {
			return nil, fmt.Errorf("invalid --consent %q: must have the form TYPE=granted or TYPE=denied, such as ad_storage=denied", setting)
		}
		consent[name] = state
	}
	return consent, nil
}

// readMessages reads messages, one to a line.
func readMessages(stdin io.Reader, name string) ([]simulate.Message, error) {
	var text []byte
	var err error
	if name == "-" {
		text, err = io.ReadAll(io.LimitReader(stdin, maxFile))
	} else {
		text, err = readFile(name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the messages in %s: %w", name, err)
	}
	var all []simulate.Message
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, maxFile)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if _, err := datalayer.Decode(line); err != nil {
			return nil, fmt.Errorf("reading the messages in %s: line %d: %w", name, n, err)
		}
		all = append(all, simulate.Message{Text: bytes.Clone(line)})
	}
	return all, lines.Err()
}

// simulationText says of each message what fires and what it sends. Google Tag
// Manager's own events are told only where a tag fires on them.
func simulationText(w io.Writer, s session.Snapshot) {
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		why, ok := s.Explain(i)
		fires := false
		for _, t := range why.Tags {
			fires = fires || t.Fires != gtm.No
		}
		if !ok || simulate.Own(push) && !fires {
			continue
		}
		fmt.Fprintln(w, visible.Text(push.Title()))
		for _, t := range why.Triggers {
			if t.Matched != gtm.No {
				fmt.Fprintf(w, "  %s %s\n", map[gtm.Truth]string{gtm.Yes: "matches", gtm.Unknown: "may match"}[t.Matched], visible.Text(t.Trigger.Name))
			}
		}
		for _, t := range why.Tags {
			simulatedTag(w, t)
		}
		if !fires {
			fmt.Fprintln(w, "  fires no tag")
		}
	}
}

func simulatedTag(w io.Writer, t gtm.TagVerdict) {
	switch {
	case t.Fires == gtm.Yes:
		fmt.Fprintf(w, "  fires %s\n", visible.Text(t.Tag.Name))
	case t.Fires == gtm.Unknown:
		fmt.Fprintf(w, "  may fire %s: %s\n", visible.Text(t.Tag.Name), visible.Text(t.Reason))
	case len(t.By) > 0:
		fmt.Fprintf(w, "  does not fire %s: %s\n", visible.Text(t.Tag.Name), visible.Text(t.Reason))
		return
	default:
		return
	}
	for _, p := range t.Sends {
		value := p.Unknown()
		if p.Known {
			value = string(datalayer.Encode(nil, p.Value))
			if text, ok := p.Value.AsString(); ok && p.Value.Kind != datalayer.Object && p.Value.Kind != datalayer.Array {
				value = text
			}
		} else {
			value = "unknown: " + value
		}
		fmt.Fprintf(w, "    %s: %s\n", visible.Text(p.Name), visible.Text(value))
	}
}
