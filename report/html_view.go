package report

import (
	"fmt"
	"html/template"
	"strings"

	"layertap/datalayer"
	"layertap/hits/names"
	"layertap/internal/plural"
	"layertap/report/consent"
	"layertap/report/coverage"
	"layertap/report/linked"
	"layertap/report/sending"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/session"
	"layertap/visible"
)

// document is the data of the HTML template. In its texts hidden characters are visible,
// and each is one line; the template escapes them.
type document struct {
	Style                               template.CSS
	Site, Recorded, Verdict, Tool, File string
	Scope                               string // what was not checked
	Figures                             []figure
	Doubts                              []string
	Findings                            []group
	Accepted                            []string
	Coverage                            []coverageRow
	Triggers                            []triggerRow
	Consent                             consent.Section
	Hits                                []hitRow
	Timeline                            []step
	Left, HitsLeft                      string // the number left out of the messages and hits
	Environment                         []fact
}

type figure struct{ Class, Number, What string }

// group is the findings of one code.
type group struct {
	Severity string
	rules.Explanation
	Places []*place
	Left   string // the number left out of them
}

// place is a finding of a group, with all messages that have it.
type place struct {
	Seqs               []linked.Message // the first of them; none for the session
	Times              int
	Message, Fix, Note string
}

// mostSeqs is the maximum number of links from a finding to its messages. The timeline has
// all of them.
const mostSeqs = 30

// More returns the number of messages without a link.
func (p place) More() int { return p.Times - len(p.Seqs) }

type coverageRow struct {
	Event    string
	Seen     int // under the plan's name
	Wrong    int
	Names    []string // misspelled ones, with their counts
	Required bool
	Unfilled string
}

type triggerRow struct {
	Name, Container string
	Conditions      []string
	Matched         int
}

type hitRow struct {
	Vendor, ID, Event, Status string
	KeyEvent                  bool
	Push                      linked.Message
	Strength                  string
	Note                      string
	Groups                    []hitGroup
	Compared                  []sending.Parameter
	NotSent, NotPushed        string
}

// hitGroup is a group of a hit's parameters.
type hitGroup struct {
	Title string
	Rows  []hitParameter
}

type hitParameter struct{ Wire, Name, Value, Words string }

type fact struct{ Name, Text string }

// shown returns text from outside with hidden characters made visible.
func shown(text string) string { return visible.Text(text) }

func figures(f File) []figure {
	s := f.Session
	all := []figure{{"", fmt.Sprint(s.Counts.Messages), plural.Noun(s.Counts.Messages, "message")}}
	for _, severity := range []struct {
		word string
		n    int
	}{{"error", s.Counts.Errors}, {"warning", s.Counts.Warnings}, {"info", s.Counts.Infos}} {
		class := ""
		if severity.n > 0 {
			class = severity.word
		}
		all = append(all, figure{class, fmt.Sprint(severity.n), plural.Noun(severity.n, severity.word)})
	}
	if len(s.Coverage) > 0 {
		all = append(all, figure{"", fmt.Sprintf("%d / %d", coverage.Right(s), len(s.Coverage)), "of the plan's events seen without errors"})
	}
	if s.Counts.Hits > 0 {
		all = append(all, figure{"", fmt.Sprint(s.Counts.Hits), plural.Noun(s.Counts.Hits, "hit")})
	}
	return all
}

// groups returns a file's findings by code, the most severe first.
func groups(f File, rows linked.Messages) []group {
	type kind struct {
		severity rules.Severity
		code     rules.Code
	}
	type words struct {
		kind
		message, fix, note string
	}
	places := map[kind][]*place{}
	byWords := map[words]*place{}
	for r := range f.remarks() {
		for _, finding := range r.findings {
			one := kind{finding.Severity, finding.Code}
			key := words{one, finding.Message, finding.Fix, finding.Note}
			at := byWords[key]
			if at == nil {
				at = &place{Message: shown(finding.Message), Fix: shown(finding.Fix), Note: shown(finding.Note)}
				byWords[key] = at
				places[one] = append(places[one], at)
			}
			at.Times++
			if r.push != nil && len(at.Seqs) < mostSeqs {
				at.Seqs = append(at.Seqs, rows.To(r.push.Seq))
			}
		}
	}
	var all []group
	for _, severity := range []rules.Severity{rules.Error, rules.Warning, rules.Info} {
		for _, code := range rules.Codes() {
			if at := places[kind{severity, code}]; len(at) > 0 {
				e, _ := rules.Explain(code)
				all = append(all, group{severity.String(), e, at, ""})
			}
		}
	}
	return all
}

func coverageRowOf(c check.Coverage) coverageRow {
	row := coverageRow{Event: shown(c.Event), Seen: c.Right(), Wrong: c.Wrong, Required: c.Required, Unfilled: shown(strings.Join(c.Unfilled, ", "))}
	for _, name := range c.Names {
		row.Names = append(row.Names, shown(fmt.Sprintf("%s %d×", name.Name, name.Count)))
	}
	return row
}

func triggerRowOf(t session.TriggerCount) triggerRow {
	row := triggerRow{Name: shown(t.Trigger.Name), Matched: t.Matched}
	if t.Trigger.Container != nil {
		row.Container = shown(t.Trigger.Container.ID)
	}
	for _, c := range t.Trigger.Conditions {
		row.Conditions = append(row.Conditions, shown(c.String()))
	}
	return row
}

// maxCompared is the maximum number of hits that are compared with their tags. Each
// comparison evaluates about a hundred messages.
const maxCompared = 500

func hitRowOf(s session.Snapshot, hit *datalayer.Hit, rows linked.Messages, compare bool) hitRow {
	row := hitRow{
		Vendor: shown(hit.Vendor), ID: shown(hit.ID), Event: shown(hit.Event), KeyEvent: hit.KeyEvent,
		Note: names.Note(hit.Vendor), Groups: hitGroupsOf(hit),
	}
	switch {
	case hit.Error != "":
		row.Status = shown(hit.Error)
	case hit.Status == 0:
		row.Status = "no response"
	default:
		row.Status = fmt.Sprint(hit.Status)
	}
	if hit.Cause != nil {
		row.Push, row.Strength = rows.To(hit.Cause.Push), shown(hit.Cause.Confidence())
	}
	if !compare {
		return row
	}
	if c, ok := sending.Of(s, hit); ok {
		for _, p := range c.Parameters {
			row.Compared = append(row.Compared, sending.Parameter{Name: shown(p.Name), Expected: shown(p.Expected), Sent: shown(p.Sent), Verdict: p.Verdict, Reason: shown(p.Reason)})
		}
		row.NotSent, row.NotPushed = shown(strings.Join(c.NotSent, ", ")), shown(strings.Join(c.NotPushed, ", "))
	}
	return row
}

// hitGroupsOf returns the parameters of a hit; each item has its own group.
func hitGroupsOf(hit *datalayer.Hit) []hitGroup {
	var all []hitGroup
	add := func(title string, rows []names.Row) {
		g := hitGroup{Title: title}
		for _, r := range rows {
			value := r.Value.Text
			if r.Value.Kind != datalayer.String {
				value = string(datalayer.Encode(nil, r.Value))
			}
			g.Rows = append(g.Rows, hitParameter{shown(r.Wire), shown(r.Name), shown(value), r.Words})
		}
		all = append(all, g)
	}
	for _, g := range names.Describe(hit) {
		for i, item := range g.Item {
			add(fmt.Sprintf("Item %d", i+1), item)
		}
		if len(g.Rows) > 0 {
			add(g.Kind.String(), g.Rows)
		}
	}
	return all
}

// environment returns what is needed to reproduce the session.
func environment(f File) []fact {
	s := f.Session
	var all []fact
	add := func(name, text string) {
		if text != "" {
			all = append(all, fact{name, shown(text)})
		}
	}
	add("Opened", s.Header.URL)
	add("Browser", s.Header.Browser)
	add("Recorded with", s.Header.Tool)
	add("Session", s.Header.ID)
	add("Redaction", s.Header.Redact)
	add("Removed", f.Removed)
	add("Set up with", strings.Join(s.Header.Setup, " "))
	for i := range s.Len() {
		if c, ok := s.Entry(i).(*datalayer.Container); ok {
			add("Container", strings.TrimSpace(fmt.Sprintf("%s version %s on %s", c.ID, c.Version, c.Layer)))
		}
	}
	for _, tag := range googleTagsOf(s) {
		lines := []string{tag.ID + " on " + tag.Layer}
		for _, setting := range tag.Settings {
			lines = append(lines, setting.Describe(tag.ID))
		}
		add("Google tag", strings.Join(lines, "; "))
	}
	add("Data layers", strings.Join(layers(s), ", "))
	add("Pages", fmt.Sprint(pageCount(s)))
	return all
}

func pageCount(s session.Snapshot) int {
	n := 0
	for i := range s.Len() {
		if page, ok := s.Entry(i).(*datalayer.Page); ok && page.Frame == "main" {
			n++
		}
	}
	return n
}
