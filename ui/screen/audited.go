package screen

import (
	"slices"
	"strconv"
	"strings"

	"layertap/rules"
	"layertap/rules/accept"
	"layertap/ui/describe"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// audited are the findings about the containers that a screen shows: on the rows that they
// are about, and the others below.
type audited struct{ left []rules.Finding }

// auditedOf returns the findings about the containers that count and for which mine returns
// true.
func auditedOf(d Data, mine func(f *rules.Finding) bool) *audited {
	if d.Audited == nil {
		return &audited{}
	}
	counted, _ := d.Snapshot.Exceptions.Split("", d.Audited.Findings)
	a := &audited{}
	for i := range counted {
		if mine(&counted[i]) {
			a.left = append(a.left, counted[i])
		}
	}
	return a
}

// take removes the findings about a path and returns them.
func (a *audited) take(path string) []rules.Finding {
	var about []rules.Finding
	a.left = slices.DeleteFunc(a.left, func(f rules.Finding) bool {
		if f.Path != path {
			return false
		}
		about = append(about, f)
		return true
	})
	return about
}

// markCells is the width of the column that counts the findings of a row.
const markCells = 4

// cells is the width of that column for rows with the given paths: 0 if none has findings.
func (a *audited) cells(paths []string) int {
	if slices.ContainsFunc(a.left, func(f rules.Finding) bool { return slices.Contains(paths, f.Path) }) {
		return markCells
	}
	return 0
}

// row returns a row with its findings: counted in a column of the given width after its
// sign, and listed below its details.
func (a *audited) row(it pane.Item, path string, cells int) pane.Item {
	findings := a.take(path)
	mark, role := "", style.Plain
	if len(findings) > 0 {
		worst := slices.MaxFunc(findings, func(x, y rules.Finding) int { return int(x.Severity) - int(y.Severity) })
		role, mark = describe.SeverityLook(worst.Severity)
		mark += strconv.Itoa(min(len(findings), 99))
	}
	if cells > 0 {
		it.Line = slices.Insert(slices.Clone(it.Line), 1, text.Span{Role: role, Text: text.Fit(mark, cells)})
	}
	if len(findings) == 0 {
		return it
	}
	exception := accept.Of("", &findings[0])
	it.Exception = &exception
	details := it.Details
	it.Details = func() (text.Line, []pane.Item) {
		title, items := details()
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "in the container")})
		for _, f := range findings {
			f.Path = "" // it is the row's path
			items = append(items, describe.FindingLines(f)...)
		}
		return title, items
	}
	return it
}

// rest lists the findings that aren't about any row, below a title.
func (a *audited) rest(title string) []pane.Item {
	if len(a.left) == 0 {
		return nil
	}
	items := []pane.Item{{}, {Line: text.Of(style.Title, title)}}
	for _, f := range a.left {
		role, sign := describe.SeverityLook(f.Severity)
		exception := accept.Of("", &f)
		items = append(items, pane.Item{Wrap: true, Line: text.Of(role, sign+" ").With(style.Plain, f.Message), Exception: &exception, Missing: missing(f),
			Details: func() (text.Line, []pane.Item) {
				return text.Of(role, sign+" "+string(f.Code)), append(describe.FindingLines(f), describe.Meaning(f.Code)...)
			}})
	}
	a.left = nil
	return items
}

// missing returns what a container lacks according to a finding; nil if nothing could be
// added separately.
func missing(f rules.Finding) *pane.Piece {
	switch {
	case f.Path == "":
		return nil
	case f.Code == rules.ParameterNotRead:
		return &pane.Piece{Kind: pane.MissingVariable, Name: f.Path}
	case f.Code == rules.EventWithoutTrigger:
		return &pane.Piece{Kind: pane.MissingTrigger, Name: f.Path}
	}
	return nil
}

// aboutTags reports whether a finding about a container is about its tags. The code decides
// if the path is the name of an event or a parameter of the plan.
func aboutTags(f *rules.Finding) bool {
	return strings.HasPrefix(f.Path, "tags.") || f.Path == "" && f.Code != rules.EventWithoutTrigger
}

func aboutVariables(f *rules.Finding) bool {
	return strings.HasPrefix(f.Path, "variables.") || f.Code == rules.ParameterNotRead || f.Code == rules.ParameterNotSent
}

func aboutTriggers(f *rules.Finding) bool { return !aboutTags(f) && !aboutVariables(f) }
