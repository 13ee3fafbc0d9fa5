package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/visible"
)

// The elements of JUnit's XML as Jenkins, GitLab and others read them.

type suitesXML struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suites   []suiteXML `xml:"testsuite"`
}

type suiteXML struct {
	Name      string    `xml:"name,attr"`
	Tests     int       `xml:"tests,attr"`
	Failures  int       `xml:"failures,attr"`
	Timestamp string    `xml:"timestamp,attr,omitempty"`
	Cases     []caseXML `xml:"testcase"`
	Doubts    string    `xml:"system-err,omitempty"`
}

type caseXML struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Failure *failureXML `xml:"failure"`
	Rest    string      `xml:"system-out,omitempty"`
}

type failureXML struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a test suite for each file: a test case for each message with
// findings and one for the session. A case fails where a finding fails the check;
// the other findings are its output.
func (c Check) JUnit(w io.Writer) error {
	out := suitesXML{Name: c.Tool}
	for _, f := range c.Files {
		suite := c.suite(f)
		out.Tests += suite.Tests
		out.Failures += suite.Failures
		out.Suites = append(out.Suites, suite)
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("writing XML: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func (c Check) suite(f File) suiteXML {
	suite := suiteXML{Name: visible.Text(f.Name)}
	if started := f.Session.Header.Started; !started.IsZero() {
		suite.Timestamp = started.UTC().Format("2006-01-02T15:04:05")
	}
	session := remark{whole: f.whole()}
	var doubts []string
	for r := range f.remarks() {
		switch {
		case r.doubt != "":
			doubts = append(doubts, visible.Text(r.doubt))
		case r.push == nil:
			session = r
		default:
			suite.add(c.testCase(r))
		}
	}
	session.page = &datalayer.Page{URL: f.Session.Header.URL}
	suite.add(c.testCase(session))
	suite.Doubts = strings.Join(doubts, "\n")
	return suite
}

func (s *suiteXML) add(one caseXML) {
	s.Tests++
	if one.Failure != nil {
		s.Failures++
	}
	s.Cases = append(s.Cases, one)
}

// testCase is a remark as a test. The findings come the worst first.
func (c Check) testCase(r remark) caseXML {
	out := caseXML{Class: visible.Text(r.page.URL), Name: visible.Text(r.title())}
	var failed, rest []string
	for _, f := range r.findings {
		line := visible.Text(fmt.Sprintf("%s: %s", f.Code, advice(f)))
		if !c.fails(f.Severity) {
			rest = append(rest, f.Severity.String()+" "+line)
			continue
		}
		if out.Failure == nil {
			out.Failure = &failureXML{Type: string(f.Code), Message: visible.Text(f.Message)}
		}
		failed = append(failed, line)
	}
	if out.Failure != nil {
		out.Failure.Text = strings.Join(failed, "\n")
	}
	out.Rest = strings.Join(rest, "\n")
	return out
}
