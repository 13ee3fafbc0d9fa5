package screen

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/detail"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Unfolded are the indices of the hits whose details are shown below them on the Hits
// screen. changes counts changes to it.
type Unfolded struct {
	Hits    map[int]bool
	Changes int
}

// HitRow is a row of the Hits screen: a hit, or a line of its details.
type HitRow struct {
	Entry int // the hit's index
	Line  int // 0 for the hit itself
}

// Hits lists the requests to analytics and advertising.
var Hits = &Screen{
	Key: "5", Name: "Hits", Command: "hits", Help: "hits sent",
	Rows: func(d Data, width int) pane.Items {
		if len(d.Seen.HitRows) > 0 {
			return hitItems(d, width)
		}
		return pane.All(pane.Wrapped(noHits(), width, nil))
	},
	tally: func(d Data) string {
		if d.Snapshot.Counts.Hits == 0 {
			return ""
		}
		return " " + strconv.Itoa(d.Snapshot.Counts.Hits)
	},
	Heading: func(d Data, width int) text.Line {
		if len(d.Seen.HitRows) == 0 {
			return nil
		}
		return hitColumnsOf(d, width).heading()
	},
	HasBeside: func(d Data) bool { return len(d.Seen.HitRows) > 0 },
	Tab:       detail.Hits,
	Hint: func(d Data) (string, string) {
		if d.Beside || len(d.Seen.HitRows) == 0 {
			return "", ""
		}
		return "unfold", "what it sent"
	},
}

// HitRows returns the rows of the Hits screen. What the side pane shows isn't repeated
// below them.
func HitRows(d Data) []HitRow {
	rows := make([]HitRow, 0, len(d.Seen.HitRows)) // in order of time
	for _, i := range d.Seen.HitRows {
		rows = append(rows, HitRow{Entry: i})
		if hit, ok := d.Snapshot.Entry(i).(*datalayer.Hit); ok && d.Unfolded.Hits[i] && !d.Beside {
			for n := range describe.HitDetails(hit) {
				rows = append(rows, HitRow{i, n + 1})
			}
		}
	}
	return rows
}

// hitItems lists the requests to analytics and advertising, each with the message that
// caused it.
func hitItems(d Data, width int) pane.Items {
	rows, snapshot := HitRows(d), d.Snapshot
	c := hitColumnsOf(d, width)
	return pane.Items{Len: len(rows), ID: func(row int) int { return rows[row].Entry<<20 | rows[row].Line }, At: func(row int) pane.Item {
		hit, ok := snapshot.Entry(rows[row].Entry).(*datalayer.Hit)
		if !ok {
			return pane.Item{}
		}
		it := pane.Item{Line: c.hit(snapshot.Header.Started.Add(hit.T).Format("15:04:05.000"), hit)}
		details := func() (text.Line, []pane.Item) { return hitDetails(snapshot, hit) }
		if n := rows[row].Line; n > 0 {
			it = pane.Wrapped([]pane.Item{describe.HitDetails(hit)[n-1]}, width, nil)[0]
			it.Indent += 4
		}
		it.Details = details
		if hit.Cause != nil {
			it.Seq = hit.Cause.Push
		}
		return it
	}}
}

func noHits() []pane.Item {
	return []pane.Item{
		pane.Prose(style.Strong, "no hits so far"),
		pane.Prose(style.Faint, "requests to GA4, Google Ads, Meta and others appear here when they finish, each with the message that caused it"),
	}
}

// hitColumns are the widths of the columns of a hit's row. Columns with width 0 are left
// out.
type hitColumns struct{ time, vendor, event, id, status, cause, consent, params int }

// A row has the event's own parameters if at least minParams cells are left for them, and
// shortEvent for the event.
const minParams, shortEvent = 20, 30

// hitColumnsOf returns the columns for the given width.
func hitColumnsOf(d Data, width int) hitColumns {
	c := hitColumnsFor(width)
	if d.Beside && c.id == 0 && c.params == 0 && c.event < describe.LongEvent { // the side pane shows the cause
		c.event, c.cause = c.event+c.cause, 0
	}
	return c
}

func hitColumnsFor(width int) hitColumns {
	c := hitColumns{time: 8, vendor: 10, status: 11, cause: 11}
	switch {
	case width >= 140:
		c = hitColumns{time: 12, vendor: 13, id: 16, status: 20, cause: 30}
	case width >= 110:
		c = hitColumns{time: 12, vendor: 13, id: 16, status: 20, cause: 18}
	}
	rest := width - len("● ") - c.time - c.vendor - c.id - c.status - c.cause - 5
	c.event = min(max(rest, 8), 36)
	c.consent = max(rest-c.event-1, 0)
	if params := rest - shortEvent - 1; params >= minParams {
		c.event, c.params, c.consent = shortEvent, params, 0
	}
	return c
}

// hit is a hit on one line.
func (c hitColumns) hit(when string, hit *datalayer.Hit) text.Line {
	role, sign := describe.HitLook(hit)
	line := text.Of(role, sign+" ").With(style.Faint, text.Fit(when[:min(c.time, len(when))], c.time)+" ").
		With(style.Plain, text.Fit(hit.Vendor, c.vendor)+" ").With(style.Strong, text.Fit(hit.Event, c.event)+" ")
	status := describe.HitStatus(hit)
	if c.id > 0 {
		line = line.With(style.Plain, text.Fit(hit.ID, c.id)+" ")
	} else {
		status = describe.ShortStatus(hit)
	}
	if hit.Debug {
		status += " debug"
	}
	line = line.With(role, text.Fit(status, c.status)+" ")
	from, fromRole := "    unknown", style.Faint
	if hit.Cause != nil {
		from, fromRole = c.from(hit.Cause), describe.StrengthRole(hit.Cause.Strength)
	}
	line = line.With(fromRole, text.Fit(from, c.cause))
	if c.params > 0 {
		return line.With(style.Plain, " "+text.Fit(describe.EventParameters(hit), c.params))
	}
	if c.consent >= len(hit.Consent) {
		line = line.With(describe.ConsentRole(hit.Consent), " "+hit.Consent)
	}
	return line
}

// from names the message that caused a hit, and how certain that is.
func (c hitColumns) from(cause *datalayer.HitCause) string {
	words := text.PadLeft(strconv.Itoa(cause.Push), 3) + " " + strings.TrimSuffix(cause.Confidence(), " confidence")
	if c.cause >= 30 && cause.By != "" {
		words += " by " + cause.By
	}
	return words
}

// heading names the columns.
func (c hitColumns) heading() text.Line {
	words := "    " // the gutter, and the sign
	for _, column := range []struct {
		name  string
		width int
	}{{"time", c.time}, {"vendor", c.vendor}, {"event", c.event}, {"id", c.id}, {"status", c.status}, {"message", c.cause}, {"consent", c.consent}, {"parameters", c.params}} {
		if column.width >= len(column.name) {
			words += text.Fit(column.name, column.width) + " "
		}
	}
	return text.Of(style.Faint, words)
}

// hitDetails returns the details of a hit.
func hitDetails(snapshot session.Snapshot, hit *datalayer.Hit) (text.Line, []pane.Item) {
	role, sign := describe.HitLook(hit)
	items := []pane.Item{pane.Fact("status", sign+" "+describe.HitStatus(hit)).In(role)}
	if i := snapshot.Find(describe.CauseOf(hit)); i >= 0 {
		if push, ok := snapshot.Entry(i).(*datalayer.Push); ok {
			items = append(items, pane.Fact("message", strconv.Itoa(push.Seq)+" "+push.Title()))
		}
	}
	items = append(items, pane.Fact("sent to", hit.ID), pane.Fact("time", describe.EntryTime(snapshot, hit)), pane.Fact("page", snapshot.Page(hit.Page).URL))
	for _, it := range describe.HitDetails(hit) {
		it.Wrap = true
		items = append(items, it)
	}
	return text.Of(style.Strong, strings.TrimSpace(hit.Vendor+" "+hit.Event)), items
}
