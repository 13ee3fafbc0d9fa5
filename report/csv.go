package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/session"
	"layertap/visible"
)

var columns = []string{"seq", "time", "page", "layer", "event", "parameter", "type", "value"}

// csvRows writes a row for each parameter of each message, and one for a message without
// parameters. Spreadsheets don't treat any text from a page as a formula.
type csvRows struct{ *table }

func newCSV(w io.Writer, _ string) Entries { return csvRows{newTable(w, columns)} }

// Add writes the rows of a message.
func (c csvRows) Add(s session.Snapshot, i int) error {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return nil
	}
	head := []string{
		strconv.Itoa(push.Seq), timeOfDay(s, push.T),
		cell(s.Page(push.Page).URL), cell(push.Layer), cell(push.Event),
	}
	rows := parameters(push)
	if len(rows) == 0 {
		rows = [][3]string{{}}
	}
	for _, row := range rows {
		if err := c.out.Write(append(head, row[:]...)); err != nil {
			return err
		}
	}
	return nil
}

// table is a table of comma-separated values.
type table struct{ out *csv.Writer }

func newTable(w io.Writer, columns []string) *table {
	t := &table{csv.NewWriter(w)}
	_ = t.out.Write(columns) // End returns the error
	return t
}

// End completes the table.
func (t *table) End(session.Snapshot) error {
	t.out.Flush()
	return t.out.Error()
}

// parameters returns the path, type and value of everything in a message except its event.
func parameters(push *datalayer.Push) [][3]string {
	var rows [][3]string
	message := push.Read()
	message.Content().Leaves(func(path string, v datalayer.Value) {
		rows = append(rows, [3]string{cell(path), v.Kind.String(), valueCell(v)})
	})
	return rows
}

func valueCell(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Number:
		return v.Text // a negative number isn't a formula
	case datalayer.String:
		return cell(v.Text)
	default:
		return cell(string(datalayer.Encode(nil, v)))
	}
}

// formula are the characters with which formulas begin in spreadsheets, including the
// full-width ones of East Asian keyboards
// (https://owasp.org/www-community/attacks/CSV_Injection).
const formula = "=+-@＝＋－＠"

// cell returns text from a page for a spreadsheet: with hidden characters made visible, and
// never as a formula.
func cell(text string) string {
	text = visible.Text(text)
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " ")); strings.ContainsRune(formula, first) {
		return "'" + text
	}
	return text
}
