package screen

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/ui/describe"
	"layertap/ui/detail"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// mostUndecided is the number of variables that are listed.
const mostUndecided = 3

// undecidedItems lists the unknown variables on which most tags depend.
func undecidedItems(d Data) []pane.Item {
	var items []pane.Item
	answer := d.Explained.Answer
	for _, u := range answer.Undecided[:min(len(answer.Undecided), mostUndecided)] {
		waiting := plural.Count(u.Tags, "tag") + " may depend on " + u.Variable.Name
		it := pane.Item{Wrap: true, Line: text.Of(style.Warn, "? "+waiting).With(style.Plain, ": "+u.Reason)}
		if d.Push != nil { // it is of the page of that message, and read there
			it.Seq, it.View, it.Readable = d.Push.Seq, detail.Variables.Name, answer.Readable(u.Variable)
		}
		if read := readFor(d, it.Readable); read != nil {
			value, _ := datalayer.Decode(read.Value)
			it.Line = text.Of(style.Good, "✓ ").With(style.Plain, waiting+": ").And(describe.Typed(value)).And(describe.Observed(read.Seq))
		}
		it.Details = func() (text.Line, []pane.Item) { return undecidedDetails(u, it.Readable != nil) }
		items = append(items, it)
	}
	return items
}

// readFor returns the last value that was read for a variable in the page of the message
// under the cursor, even if that was after the message; nil for none.
func readFor(d Data, r *gtm.Reading) *datalayer.PageValue {
	if r == nil {
		return nil
	}
	if read := d.Seen.Values[r.Page.Source]; read != nil && read.Page == d.Push.Page {
		return read
	}
	return nil
}

func undecidedDetails(u gtm.Undecided, readable bool) (text.Line, []pane.Item) {
	items := []pane.Item{
		pane.Prose(style.Plain, "The value of this variable isn't known: "+u.Reason+". So for some messages it isn't known whether "+plural.Count(u.Tags, "tag")+" fired."),
	}
	if readable {
		items = append(items, pane.Item{}, pane.Prose(style.Plain, "While the page is open, its value can be read from there. You are asked each time."))
	}
	return text.Of(style.Strong, u.Variable.Name), items
}
