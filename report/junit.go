package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/internal/spool"
	"layertap/visible"
)

// The elements of JUnit's XML as read by Jenkins, GitLab and others. The content of the
// first two is written separately.

type suitesXML struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
}

type suiteXML struct {
	XMLName   xml.Name `xml:"testsuite"`
	Name      string   `xml:"name,attr"`
	Tests     int      `xml:"tests,attr"`
	Failures  int      `xml:"failures,attr"`
	Timestamp string   `xml:"timestamp,attr,omitempty"`
}

type caseXML struct {
	XMLName xml.Name    `xml:"testcase"`
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Failure *failureXML `xml:"failure"`
	Rest    string      `xml:"system-out,omitempty"`
}

type doubtsXML struct {
	XMLName xml.Name `xml:"system-err"`
	Text    string   `xml:",chardata"`
}

type failureXML struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a test suite for each file: a test case for each message with findings, and
// one for the session. A case fails if a finding fails the check; the other findings are
// its output.
func (c Check) JUnit(w io.Writer) (failed bool, err error) {
	all := suitesXML{Name: c.Tool}
	var suites spool.Spool
	failed, err = c.each(func(f File) error {
		suite, err := c.suite(&suites, f)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		return err
	})
	if err != nil {
		return failed, err
	}
	begin, end, err := tags(all)
	if err != nil {
		return failed, err
	}
	return failed, put(w, xml.Header, begin, &suites, "\n", end, "\n")
}

// tags returns the begin and end tags of an element without content.
func tags(element any) (begin, end string, err error) {
	text, err := xml.Marshal(element)
	if err != nil {
		return "", "", fmt.Errorf("writing XML: %w", err)
	}
	begin, end, _ = strings.Cut(string(text), "><")
	return begin + ">", "<" + end, nil
}

// inSuite writes an element of a suite on separate lines.
func inSuite(w io.Writer, element any) error {
	text, err := xml.MarshalIndent(element, "    ", "  ")
	if err != nil {
		return fmt.Errorf("writing XML: %w", err)
	}
	return put(w, "\n", string(text))
}

func (c Check) suite(w io.Writer, f File) (suiteXML, error) {
	suite := suiteXML{Name: visible.Text(f.Name)}
	if started := f.Session.Header.Started; !started.IsZero() {
		suite.Timestamp = started.UTC().Format("2006-01-02T15:04:05")
	}
	session := remark{whole: f.whole()}
	var doubts []string
	var cases spool.Spool
	add := func(one caseXML) error {
		suite.Tests++
		if one.Failure != nil {
			suite.Failures++
		}
		return inSuite(&cases, one)
	}
	for r := range f.remarks() {
		switch {
		case r.doubt != "":
			doubts = append(doubts, visible.Text(r.doubt))
		case r.push == nil:
			session = r
		default:
			if err := add(c.testCase(r)); err != nil {
				return suite, err
			}
		}
	}
	session.page = &datalayer.Page{URL: f.Session.Header.URL}
	if err := add(c.testCase(session)); err != nil {
		return suite, err
	}
	if len(doubts) > 0 {
		if err := inSuite(&cases, doubtsXML{Text: strings.Join(doubts, "\n")}); err != nil {
			return suite, err
		}
	}
	begin, end, err := tags(suite)
	if err != nil {
		return suite, err
	}
	return suite, put(w, "\n  ", begin, &cases, "\n  ", end)
}

// testCase returns a remark as a test case. The most severe findings come first.
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
