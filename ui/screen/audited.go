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

// audited are the findings about the containers that a screen shows: those about its rows,
// and the rest below them.
type audited struct{ left []rules.Finding }

// auditedOf are the findings about the containers that count and that a screen is for.
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

// take returns the findings about a path, which are then shown.
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

// markCells is the width of the column that counts what was found about a row.
const markCells = 4

// cells is the width of that column for rows about some paths: 0 if nothing was found
// about any.
func (a *audited) cells(paths []string) int {
	if slices.ContainsFunc(a.left, func(f rules.Finding) bool { return slices.Contains(paths, f.Path) }) {
		return markCells
	}
	return 0
}

// row returns a row with what was found about what it shows: how much in a column of so
// many cells behind its sign, and all of it below what there is to tell.
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
	tell := it.Tell
	it.Tell = func() (text.Line, []pane.Item) {
		title, items := tell()
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "in the container")})
		for _, f := range findings {
			f.Path = "" // it is the row's
			items = append(items, describe.FindingLines(f)...)
		}
		return title, items
	}
	return it
}

// rest lists what was found about nothing that has a row, below a title.
func (a *audited) rest(title string) []pane.Item {
	if len(a.left) == 0 {
		return nil
	}
	items := []pane.Item{{}, {Line: text.Of(style.Title, title)}}
	for _, f := range a.left {
		role, sign := describe.SeverityLook(f.Severity)
		exception := accept.Of("", &f)
		items = append(items, pane.Item{Line: text.Of(role, sign+" ").With(style.Plain, f.Message), Exception: &exception, Missing: missing(f),
			Tell: func() (text.Line, []pane.Item) {
				return text.Of(role, sign+" "+string(f.Code)), append(describe.FindingLines(f), describe.Meaning(f.Code)...)
			}})
	}
	a.left = nil
	return items
}

// missing is what a container lacks according to a finding; nil for nothing that could be
// added by itself.
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

// What a finding about a container is about: by its path, or by its code where that is the
// name of an event or a parameter of the plan.
func aboutTags(f *rules.Finding) bool {
	return strings.HasPrefix(f.Path, "tags.") || f.Path == "" && f.Code != rules.EventWithoutTrigger
}

func aboutVariables(f *rules.Finding) bool {
	return strings.HasPrefix(f.Path, "variables.") || f.Code == rules.ParameterNotRead || f.Code == rules.ParameterNotSent
}

func aboutTriggers(f *rules.Finding) bool { return !aboutTags(f) && !aboutVariables(f) }
