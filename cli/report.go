package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/datalayer"
	"layertap/report"
	"layertap/session"
)

func newReport() *cobra.Command {
	f := &analysisFlags{}
	var out files.Output
	var redaction redaction
	var full bool
	cmd := &cobra.Command{
		Use:   "report FILE -o out.html",
		Short: "Write a recording as one HTML file, for a ticket or a client",
		Long: `Report writes one self-contained HTML file with the findings and their fixes, the
messages, the plan's coverage and the triggers. Personal data is removed, and screenshots
that were saved next to the recording are left out; --no-redact keeps both.

The file has at most about 10 MB: messages with findings and those around them come
first, and the file says how many others are left out. With --full it has them all.`,
		Args: argRange(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			analysis, err := f.analysis()
			if err != nil {
				return err
			}
			file, err := redaction.read(cmd, args[0], analysis, true)
			if err != nil {
				return err
			}
			if redaction.keep { // their contents are unknown
				file.Picture = pictures(args[0])
			} else if n := screenshots(file.Session); n > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "# left out the screenshots (%d), which may show personal data; --no-redact embeds them\n", n)
			}
			return out.Write(cmd.OutOrStdout(), args, func(w io.Writer) error { return report.HTML(w, tool(), file, full) })
		},
	}
	f.add(cmd)
	out.Add(cmd.Flags())
	redaction.add(cmd, "that is the default")
	cmd.Flags().BoolVar(&full, "full", false, "leave nothing out, however large the file gets")
	return cmd
}

// screenshots returns the number of screenshots in a session.
func screenshots(s session.Snapshot) int {
	n := 0
	for i := range s.Len() {
		if _, ok := s.Entry(i).(*datalayer.Screenshot); ok {
			n++
		}
	}
	return n
}

// maxPicture is the maximum size of a screenshot in a report, in bytes.
const maxPicture = 20 << 20

// pictures returns a function that reads the screenshots next to a recording. The
// recording isn't trusted: the function only reads images in the same directory.
func pictures(recording string) func(string) []byte {
	dir := filepath.Dir(recording)
	return func(name string) []byte {
		path := filepath.Join(dir, filepath.Base(name))
		info, err := os.Stat(path)
		if err != nil || name != filepath.Base(name) || !info.Mode().IsRegular() || info.Size() > maxPicture {
			return nil
		}
		png, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG\r\n\x1a\n")) {
			return nil
		}
		return png
	}
}
