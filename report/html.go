package report

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/report/bounded"
	"layertap/report/consent"
	"layertap/report/coverage"
	"layertap/report/linked"
	"layertap/rules"
)

//go:embed html/report.html.tmpl
var documentText string

//go:embed html/report.css
var documentStyle string

var documentTemplate = template.Must(template.New("report").Parse(documentText))

// HTML writes a report on a session as one self-contained document, for sharing. Text from
// a page is always shown as text. Unless full is set, the document has at most about ten
// megabytes and says what is left out.
func HTML(w io.Writer, tool string, f File, full bool) error {
	s := f.Session
	most := mostRows
	if full {
		most = -1
	}
	out := bufio.NewWriterSize(w, 1<<16)
	doc := document{
		Style: template.CSS(documentStyle), // our own file
		Site:  shown(s.Header.URL), Tool: shown(tool), File: shown(f.Name),
		Verdict: verdict(Check{FailOn: rules.Error}.Fails(f)),
		Figures: figures(f), Environment: environment(f),
	}
	rows, left := messageRows(f, bounded.New(documentTemplate, most))
	links := linked.Messages{}
	for _, row := range rows {
		links[row.Seq] = true
	}
	doc.Findings = groups(f, links)
	doc.Consent = consent.SectionOf(s, clock, links, bounded.New(documentTemplate, most), leftOut)
	places := bounded.New(documentTemplate, most)
	for i := range doc.Findings {
		g := &doc.Findings[i]
		all := len(g.Places)
		fit, left := bounded.First(places, "place", g.Places)
		g.Places, g.Left = fit, leftOut(left, all)
	}
	doc.Timeline = timeline(f, rows, bounded.New(documentTemplate, most))
	doc.Left = leftOut(left, s.Counts.Messages)
	if !s.Header.Started.IsZero() {
		doc.Recorded = s.Header.Started.Format("2 January 2006, 15:04 MST")
	}
	if without := coverage.NoPlan(s); without != "" {
		doc.Scope = shown(strings.ToUpper(without[:1]) + without[1:] + ".")
	}
	for _, doubt := range f.doubts() {
		doc.Doubts = append(doc.Doubts, shown(doubt))
	}
	for _, line := range acceptedLines(f) {
		doc.Accepted = append(doc.Accepted, shown(line))
	}
	for _, event := range s.Coverage {
		doc.Coverage = append(doc.Coverage, coverageRowOf(event))
	}
	for _, t := range s.Triggers {
		doc.Triggers = append(doc.Triggers, triggerRowOf(t))
	}
	for i := range s.Len() {
		if hit, ok := s.Entry(i).(*datalayer.Hit); ok {
			doc.Hits = append(doc.Hits, hitRowOf(s, hit, links, len(doc.Hits) < maxCompared))
		}
	}
	fit, left := bounded.First(bounded.New(documentTemplate, most), "hit", doc.Hits)
	doc.HitsLeft = leftOut(left, len(doc.Hits))
	doc.Hits = fit
	if err := errors.Join(documentTemplate.Execute(out, doc), out.Flush()); err != nil {
		return fmt.Errorf("writing HTML: %w", err)
	}
	return nil
}
