package pages

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"layertap/visible"
)

// The elements of JUnit's XML as read by Jenkins, GitLab and others.

type suitesXML struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Suite    suiteXML `xml:"testsuite"`
}

type suiteXML struct {
	Name     string    `xml:"name,attr"`
	Tests    int       `xml:"tests,attr"`
	Failures int       `xml:"failures,attr"`
	Errors   int       `xml:"errors,attr"`
	Cases    []caseXML `xml:"testcase"`
}

type caseXML struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Failure *troubleXML `xml:"failure"`
	Error   *troubleXML `xml:"error"`
	Rest    string      `xml:"system-out,omitempty"`
}

type troubleXML struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a test suite with a test case for each page. A page that was not recorded is
// an error, and one with findings that fail it is a failure; its other findings and failed
// attempts are its output.
func (s Summary) JUnit(w io.Writer) error {
	c := s.counts()
	out := suitesXML{Name: s.Tool, Tests: c.Pages, Failures: c.Failed, Errors: c.NotRecorded}
	out.Suite = suiteXML{Name: "pages", Tests: c.Pages, Failures: c.Failed, Errors: c.NotRecorded}
	for _, r := range s.Pages {
		out.Suite.Cases = append(out.Suite.Cases, s.testCase(r))
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("writing XML: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func (s Summary) testCase(r Result) caseXML {
	out := caseXML{Class: visible.Text(r.File), Name: visible.Text(r.URL)}
	var failed, rest []string
	for _, a := range r.Failed {
		rest = append(rest, fmt.Sprintf("failed in %s: %s", a.Where, a.Error))
	}
	if r.Error != "" {
		out.Error = &troubleXML{Type: "not-recorded", Message: visible.Text(r.Error)}
	}
	for _, f := range r.Findings {
		line := fmt.Sprintf("%s %s: %s (%d)", f.Severity, f.Code, f.Message, f.Count)
		if !s.fails(f.severity()) {
			rest = append(rest, line)
			continue
		}
		if out.Failure == nil {
			out.Failure = &troubleXML{Type: string(f.Code), Message: visible.Text(f.Message)}
		}
		failed = append(failed, line)
	}
	if out.Failure != nil {
		out.Failure.Text = shown(failed)
	}
	out.Rest = shown(rest)
	return out
}

// shown joins lines, without control characters.
func shown(lines []string) string {
	for i, line := range lines {
		lines[i] = visible.Text(line)
	}
	return strings.Join(lines, "\n")
}
