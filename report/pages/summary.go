package pages

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"layertap/internal/plural"
	"layertap/report"
	"layertap/rules"
	"layertap/visible"
)

// Summary is the result of many pages.
type Summary struct {
	Tool string // "layertap 0.1.0"
	// FailOn is the lowest severity that fails a page; Off if none does.
	FailOn rules.Severity
	Pages  []Result // in the order of the list
}

// Formats are the formats of a summary.
var Formats = report.Formats[func(Summary, io.Writer) error]{
	{Name: "text", Help: "for people", Write: Summary.Text},
	{Name: "json", Help: "a line for programs", Write: Summary.JSON},
	{Name: "junit", Help: "a test report for CI servers, with a test case for each page", Write: Summary.JUnit},
}

// Failed reports whether any page has a finding that fails it.
func (s Summary) Failed() bool { return slices.ContainsFunc(s.Pages, s.failed) }

// Incomplete reports whether any page was not recorded.
func (s Summary) Incomplete() bool {
	return slices.ContainsFunc(s.Pages, func(r Result) bool { return r.Error != "" })
}

func (s Summary) failed(r Result) bool {
	return s.fails(rules.Error) && r.Errors > 0 || s.fails(rules.Warning) && r.Warnings > 0 || s.fails(rules.Info) && r.Infos > 0
}

func (s Summary) fails(severity rules.Severity) bool {
	return s.FailOn != rules.Off && severity >= s.FailOn
}

// verdict is the result of a page: "pass", "fail" or "not-recorded".
func (s Summary) verdict(r Result) string {
	switch {
	case r.Error != "":
		return "not-recorded"
	case s.failed(r):
		return "fail"
	}
	return "pass"
}

// counts are totals over the pages.
type counts struct {
	Pages       int `json:"pages"`
	Passed      int `json:"passed"`
	Failed      int `json:"failed"`
	NotRecorded int `json:"notRecorded"`
	Retried     int `json:"retried"`
	Messages    int `json:"messages"`
	Errors      int `json:"errors"`
	Warnings    int `json:"warnings"`
	Infos       int `json:"infos"`
}

func (s Summary) counts() counts {
	c := counts{Pages: len(s.Pages)}
	for _, r := range s.Pages {
		switch s.verdict(r) {
		case "pass":
			c.Passed++
		case "fail":
			c.Failed++
		default:
			c.NotRecorded++
		}
		if retried(r) {
			c.Retried++
		}
		c.Messages += r.Messages
		c.Errors += r.Errors
		c.Warnings += r.Warnings
		c.Infos += r.Infos
	}
	return c
}

// retried reports whether a page was recorded after a failed attempt.
func retried(r Result) bool { return r.Error == "" && len(r.Failed) > 0 }

// common is a finding of several pages.
type common struct {
	Code     rules.Code `json:"code"`
	Severity string     `json:"severity"`
	Message  string     `json:"message"`
	Pages    int        `json:"pages"`
	Count    int        `json:"count"` // in total
	First    string     `json:"first"` // the URL of the first page
}

// mostCommon bounds the number of distinguished findings, because text from pages may
// differ from page to page.
const mostCommon = 10_000

// causes returns the findings with their numbers of pages: the most frequent first, and
// then the most severe.
func (s Summary) causes() []common {
	type key struct {
		code    rules.Code
		message string
	}
	at := map[key]int{}
	var all []common
	for _, r := range s.Pages {
		for _, f := range r.Findings {
			k := key{f.Code, f.Message}
			i, known := at[k]
			if !known {
				if len(all) == mostCommon {
					continue
				}
				i = len(all)
				at[k] = i
				all = append(all, common{Code: f.Code, Severity: f.Severity, Message: f.Message, First: r.URL})
			}
			all[i].Pages++
			all[i].Count += f.Count
		}
	}
	slices.SortStableFunc(all, func(a, b common) int {
		return cmp.Or(cmp.Compare(severity(b.Severity), severity(a.Severity)), cmp.Compare(b.Pages, a.Pages))
	})
	return all
}

func severity(word string) rules.Severity {
	s, _ := rules.ParseSeverity(word)
	return s
}

// JSON writes the summary for other programs.
func (s Summary) JSON(w io.Writer) error {
	type pageJSON struct {
		Result
		Verdict string `json:"verdict"`
	}
	out := struct {
		Format   int        `json:"format"`
		Tool     string     `json:"tool"`
		Verdict  string     `json:"verdict"`
		Counts   counts     `json:"counts"`
		Findings []common   `json:"findings"`
		Pages    []pageJSON `json:"pages"`
	}{Format: 1, Tool: s.Tool, Verdict: "pass", Counts: s.counts(), Findings: []common{}, Pages: []pageJSON{}}
	switch {
	case s.Incomplete():
		out.Verdict = "not-recorded"
	case s.Failed():
		out.Verdict = "fail"
	}
	out.Findings = append(out.Findings, s.causes()...)
	for _, r := range s.Pages {
		out.Pages = append(out.Pages, pageJSON{r, s.verdict(r)})
	}
	return report.WriteJSON(w, out)
}

// The maximum lengths of lists in the text.
const (
	mostListed = 200 // pages of a kind
	mostCauses = 30  // findings
)

// Text writes the summary for people: the findings with their numbers of pages, the pages
// that fail, were not recorded or were tried again, and the totals.
func (s Summary) Text(w io.Writer) error {
	var b strings.Builder
	s.causesText(&b)
	s.pagesText(&b)
	s.differencesText(&b)
	c := s.counts()
	judged := fmt.Sprintf("%d passed, %d failed", c.Passed, c.Failed)
	if s.FailOn == rules.Off {
		judged = "not judged (--fail-on never)"
	}
	fmt.Fprintf(&b, "%s: %s, %s, %d not recorded; %d retried; %s, %s, %s, %s\n",
		strings.ToUpper(s.word()), plural.Count(c.Pages, "page"), judged, c.NotRecorded, c.Retried,
		plural.Count(c.Messages, "message"), plural.Count(c.Errors, "error"), plural.Count(c.Warnings, "warning"), plural.Count(c.Infos, "info"))
	_, err := io.WriteString(w, b.String())
	return err
}

// word is the overall result in one word.
func (s Summary) word() string {
	switch {
	case s.Incomplete():
		return "incomplete"
	case s.Failed():
		return "fail"
	case s.FailOn == rules.Off: // what was found is not called a pass
		return "done"
	}
	return "pass"
}

func (s Summary) causesText(b *strings.Builder) {
	all := s.causes()
	for _, c := range all[:min(mostCauses, len(all))] {
		fmt.Fprintf(b, "%s %s  %s\n    on %s, first %s\n", symbols[severity(c.Severity)], c.Code, visible.Text(c.Message),
			plural.Count(c.Pages, "page"), visible.Text(c.First))
	}
	if more := len(all) - mostCauses; more > 0 {
		fmt.Fprintf(b, "  and %s more; --format json lists all\n", plural.Count(more, "finding"))
	}
	if len(all) > 0 {
		fmt.Fprintln(b)
	}
}

var symbols = map[rules.Severity]string{rules.Error: "✗", rules.Warning: "▲", rules.Info: "·"}

func (s Summary) pagesText(b *strings.Builder) {
	list := func(heading string, chosen func(Result) bool, line func(Result)) {
		n := 0
		for _, r := range s.Pages {
			if !chosen(r) {
				continue
			}
			if n++; n == 1 {
				fmt.Fprintln(b, heading)
			}
			if n <= mostListed {
				line(r)
			}
		}
		if n > mostListed {
			fmt.Fprintf(b, "  and %s more; --format json lists all\n", plural.Count(n-mostListed, "page"))
		}
		if n > 0 {
			fmt.Fprintln(b)
		}
	}
	list("failed", func(r Result) bool { return s.verdict(r) == "fail" }, func(r Result) {
		fmt.Fprintf(b, "  %s  %s, %s, %s  %s\n", visible.Text(r.URL),
			plural.Count(r.Errors, "error"), plural.Count(r.Warnings, "warning"), plural.Count(r.Infos, "info"), visible.Text(r.File))
	})
	list("recorded, but the server responded with an error", func(r Result) bool { return r.Status != 0 }, func(r Result) {
		fmt.Fprintf(b, "  %s  %d\n", visible.Text(r.URL), r.Status)
	})
	list("not recorded", func(r Result) bool { return r.Error != "" }, func(r Result) {
		fmt.Fprintf(b, "  %s  %s\n", visible.Text(r.URL), visible.Text(r.Error))
		attempts(b, r)
	})
	list("recorded at another attempt", retried, func(r Result) {
		fmt.Fprintf(b, "  %s\n", visible.Text(r.URL))
		attempts(b, r)
	})
}

// differencesText writes how recordings of pages with different choices by the visitor
// differ, and on how many pages; the most frequent differences come first.
func (s Summary) differencesText(b *strings.Builder) {
	type key struct {
		first, variant string
		Difference
	}
	on := map[key]int{}
	for _, r := range s.Pages {
		for _, v := range r.Variants {
			for _, d := range v.Differences {
				d.Count = 0
				on[key{r.Variant, v.Name, d}]++
			}
		}
	}
	keys := slices.SortedFunc(maps.Keys(on), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.variant, b.variant), cmp.Compare(on[b], on[a]), cmp.Compare(a.What, b.What), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	compared := ""
	for i, k := range keys[:min(mostListed, len(keys))] {
		if pair := k.variant + " compared with " + k.first; pair != compared {
			compared = pair
			if i > 0 {
				fmt.Fprintln(b)
			}
			fmt.Fprintln(b, visible.Text(compared))
		}
		fmt.Fprintf(b, "  %s %s  %s  on %s\n", kinds[k.Kind], k.What, visible.Text(k.Name), plural.Count(on[k], "page"))
	}
	if more := len(keys) - mostListed; more > 0 {
		fmt.Fprintf(b, "  and %s more; --format json lists all\n", plural.Count(more, "difference"))
	}
	if len(keys) > 0 {
		fmt.Fprintln(b)
	}
}

// kinds are the display names of the kinds of difference.
var kinds = map[string]string{"missing": "- missing", "extra": "+ extra", "reordered": "~ reordered", "shape": "~ other keys or types in", "value": "~ other values in"}

func attempts(b *strings.Builder, r Result) {
	for _, a := range r.Failed {
		fmt.Fprintf(b, "    failed in %s: %s\n", visible.Text(a.Where), visible.Text(a.Error))
	}
}

// Merge joins the results of several sweeps in the order of the list. If a page is in
// several, the first result with a recording is used.
func Merge(sweeps ...[]Result) []Result {
	at := map[string]int{}
	var all []Result
	for _, results := range sweeps {
		for _, r := range results {
			i, known := at[r.URL]
			switch {
			case !known:
				at[r.URL] = len(all)
				all = append(all, r)
			case all[i].Error != "" && r.Error == "":
				all[i] = r
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Result) int { return cmp.Compare(a.Number, b.Number) })
	return all
}
