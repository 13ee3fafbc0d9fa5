package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/report"
	"layertap/session"
)

func newWhatIf() *cobra.Command {
	f := &analysisFlags{}
	format := "text"
	cmd := &cobra.Command{
		Use:   "what-if RECORDING DRAFT",
		Short: "Compare a draft container with the live one on a recording",
		Long: `What-if evaluates a recording with DRAFT, a container's admin export, and lists the
messages that would match other triggers or fire other tags than with the live container,
or with the one given by --container. It exits with 1 if there are any.`,
		Args: argRange(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := map[string]func(report.WhatIf, io.Writer) error{"text": report.WhatIf.Text, "json": report.WhatIf.JSON}[format]
			result, err := f.whatIf(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			if err := write(result, cmd.OutOrStdout()); err != nil {
				return err
			}
			if len(result.Differences) > 0 {
				return errFindings
			}
			return nil
		},
	}
	f.add(cmd)
	oneOf(cmd, &format, "format", "`text` or json", "text", "json")
	return cmd
}

func (f *analysisFlags) whatIf(cmd *cobra.Command, recording, draft string) (report.WhatIf, error) {
	container, err := readContainer(draft)
	if err != nil {
		return report.WhatIf{}, err
	}
	analysis, err := f.analysis()
	if err != nil {
		return report.WhatIf{}, err
	}
	file, err := readSession(cmd.Context(), recording, analysis)
	if err != nil {
		return report.WhatIf{}, err
	}
	warn(cmd.ErrOrStderr(), file)
	differences, err := file.Session.Compare(cmd.Context(), container)
	if err != nil {
		return report.WhatIf{}, fmt.Errorf("comparing %s with %s: %w", recording, draft, err)
	}
	return report.WhatIf{Tool: tool(), File: recording, Draft: draft, Differences: differences, Started: started(file.Session)}, nil
}

// started reports whether a container started on a page of a session.
func started(s session.Snapshot) bool {
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok && push.Event == "gtm.js" {
			return true
		}
	}
	return false
}

func readContainer(path string) (*gtm.Container, error) {
	c, err := readScript(path)
	if err != nil {
		return nil, err
	}
	return c, isContainer(c, path)
}

// readScript reads a container or a Google tag.
func readScript(path string) (*gtm.Container, error) {
	text, err := files.Read(path)
	if err != nil {
		return nil, fmt.Errorf("reading the container %s: %w", path, err)
	}
	container, err := parse.Container(text)
	if err != nil && bytes.HasPrefix(text, []byte(`{"type":"session"`)) {
		err = errors.New("it is a recording; name the recording first and the container after it")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the container %s: %w", path, err)
	}
	return container, nil
}
