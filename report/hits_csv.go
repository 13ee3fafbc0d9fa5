package report

import (
	"io"
	"strconv"

	"layertap/datalayer"
	"layertap/hits/names"
	"layertap/session"
)

var hitColumns = []string{"seq", "time", "page", "vendor", "id", "event", "message", "group", "parameter", "name", "value", "means"}

// hitRows writes a row for each parameter of each hit, in groups and in plain words, and
// one for a hit without parameters. Spreadsheets don't treat any text from a page as a
// formula.
type hitRows struct{ *table }

func newHitsCSV(w io.Writer, _ string) Entries { return hitRows{newTable(w, hitColumns)} }

// Add writes the rows of a hit.
func (r hitRows) Add(s session.Snapshot, i int) error {
	hit, ok := s.Entry(i).(*datalayer.Hit)
	if !ok {
		return nil
	}
	message := ""
	if hit.Cause != nil {
		message = strconv.Itoa(hit.Cause.Push)
	}
	head := []string{
		strconv.Itoa(hit.Seq), timeOfDay(s, hit.T), cell(s.Page(hit.Page).URL),
		cell(hit.Vendor), cell(hit.ID), cell(hit.Event), message,
	}
	for _, row := range hitCells(hit) {
		if err := r.out.Write(append(head, row[:]...)); err != nil {
			return err
		}
	}
	return nil
}

// hitCells returns the group, parameter, name, value and meaning of each parameter of a
// hit.
func hitCells(hit *datalayer.Hit) [][5]string {
	var rows [][5]string
	add := func(group string, of []names.Row) {
		for _, r := range of {
			rows = append(rows, [5]string{group, cell(r.Wire), cell(r.Name), valueCell(r.Value), r.Words})
		}
	}
	for _, g := range names.Describe(hit) {
		for i, item := range g.Item {
			add("Item "+strconv.Itoa(i+1), item)
		}
		add(g.Kind.String(), g.Rows)
	}
	if rows == nil {
		rows = [][5]string{{}}
	}
	return rows
}
