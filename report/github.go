package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"layertap/rules"
	"layertap/visible"
)

// GitHub writes the check as workflow commands, which GitHub Actions shows as
// annotations
// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
func (c Check) GitHub(w io.Writer) (failed bool, err error) {
	out := bufio.NewWriter(w)
	failed, err = c.each(func(f File) error {
		for r := range f.remarks() {
			if r.doubt != "" {
				annotate(out, "warning", f.Name, r.line, r.about, r.doubt)
			}
			for _, finding := range r.findings {
				title := fmt.Sprintf("%s in %s", finding.Code, r.title())
				annotate(out, commands[finding.Severity], f.Name, r.line, title, advice(finding))
			}
		}
		_, err := fmt.Fprintln(out, visible.Text(f.Name+": "+c.summary(f)))
		return err
	})
	return failed, errors.Join(err, out.Flush())
}

// commands are the workflow commands for each severity.
var commands = map[rules.Severity]string{rules.Error: "error", rules.Warning: "warning", rules.Info: "notice"}

// The escapes for a command's message and for its properties.
var (
	inMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	inProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func annotate(w io.Writer, command, file string, line int, title, message string) {
	fmt.Fprintf(w, "::%s file=%s,line=%d,title=%s::%s\n", command,
		inProperty.Replace(visible.Text(file)), line, inProperty.Replace(visible.Text(title)), inMessage.Replace(visible.Text(message)))
}
