package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/containers"
	"layertap/cli/files"
	"layertap/container/simulate"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/report"
	"layertap/rules"
	"layertap/session"
	"layertap/ui"
)

func newContainerSimulate() *cobra.Command {
	f := &analysisFlags{plans: []string{"widget"}}
	format, messages := "text", ""
	var out files.Output
	var consent []string
	screen := false
	cmd := &cobra.Command{
		Use:   "simulate CONTAINER [EVENT…]",
		Short: "Push the plan's events to a container, without a browser",
		Long: `Simulate pushes the plan's events, or only those named, with sample values to a container
and says what fires and what each tag sends. With --messages it pushes the messages of a
file, one JSON object to a line. Nothing is sent: tags don't run. With --screen the
simulated session opens on the screen, as a recording does.`,
		Args: argRange(1, -1),
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
			if screen && (out.Path != "" || cmd.Flags().Changed("format")) {
				return errors.New("--screen writes no text; leave it or --format and --output out")
			}
			if screen {
				return f.simulated(cmd.Context(), args[0], c, all, o)
			}
			s, err := simulate.Run(cmd.Context(), c, all, o)
			if err != nil {
				return fmt.Errorf("simulating %s: %w", args[0], err)
			}
			return out.Write(cmd.OutOrStdout(), args, func(w io.Writer) error {
				if format == "json" {
					file := report.File{Name: args[0], Session: s, Line: func(int) int { return 1 }}
					_, err := report.Check{Tool: tool(), FailOn: rules.Off, All: true, Files: report.Of(file)}.JSON(w)
					return err
				}
				return simulate.Text(w, s)
			})
		},
	}
	cmd.Flags().StringSliceVar(&f.plans, "plan", f.plans, "the tracking plans: built-in names or `FILE`s")
	completes(cmd, "plan", completePlan)
	cmd.Flags().StringVar(&messages, "messages", "", "push the messages in `FILE`, one JSON object to a line (- reads standard input)")
	cmd.Flags().StringArrayVar(&consent, "consent", nil, "set a consent type with `TYPE=STATE`, such as ad_storage=denied (repeatable)")
	oneOf(cmd, &format, "format", "`text` or json", "text", "json")
	out.Add(cmd.Flags())
	cmd.Flags().BoolVar(&screen, "screen", false, "open the simulated session on the screen")
	return cmd
}

// simulated shows a simulation on the screen.
func (f *analysisFlags) simulated(ctx context.Context, name string, c *gtm.Container, all []simulate.Message, o simulate.Options) error {
	onScreen, err := drawn(false)
	if err == nil && !onScreen {
		err = errors.New("--screen: standard output is not a terminal that can be drawn on; leave --screen out to get text")
	}
	if err != nil {
		return err
	}
	s, source, err := simulate.New(c, all, o)
	if err != nil {
		return fmt.Errorf("simulating %s: %w", name, err)
	}
	return play(ctx, s, source, frontend{show: func(ctx context.Context, s *session.Session) error {
		return draw(ctx, s, false, ui.Options{File: "simulation of " + filepath.Base(name), Open: f.opener(ctx), Containers: containers.For(ctx, f.loaded, "")})
	}})
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

// readMessages reads messages, one per line.
func readMessages(stdin io.Reader, name string) ([]simulate.Message, error) {
	var text []byte
	var err error
	if name == "-" {
		text, err = io.ReadAll(io.LimitReader(stdin, files.Max))
	} else {
		text, err = files.Read(name)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the messages in %s: %w", name, err)
	}
	var all []simulate.Message
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, files.Max)
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
