package ui

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// unfolded are the hits on the Hits screen below which it stands what they say, by
// their indices. changes counts how often that has changed.
type unfolded struct {
	hits    map[int]bool
	changes int
}

// hitRow is a row of the Hits screen: a hit, or a line of what it says.
type hitRow struct {
	entry int // the hit's index
	line  int // 0 for the hit itself
}

// hitRows lays out the rows of the Hits screen. What the pane beside them says is
// not said below them again.
func (m Model) hitRows() []hitRow {
	rows := make([]hitRow, 0, len(m.seen.hitRows))
	for _, i := range m.seen.hitRows {
		rows = append(rows, hitRow{entry: i})
		if hit, ok := m.snapshot.Entry(i).(*datalayer.Hit); ok && m.unfolded.hits[i] && !m.hasBeside() {
			for n := range hitSays(hit) {
				rows = append(rows, hitRow{i, n + 1})
			}
		}
	}
	return rows
}

// hitItems lists the requests that left for analytics and advertising, each with
// the message that it came from.
func (m Model) hitItems(width int) items {
	rows, snapshot := m.hitRows(), m.snapshot
	c := m.hitColumns(width)
	return items{len(rows), func(row int) item {
		hit, ok := snapshot.Entry(rows[row].entry).(*datalayer.Hit)
		if !ok {
			return item{}
		}
		it := item{line: c.hit(snapshot.Header.Started.Add(hit.T).Format("15:04:05.000"), hit)}
		tell := func() (text.Line, []item) { return tellHit(snapshot, hit) }
		if n := rows[row].line; n > 0 {
			it = wrapped([]item{hitSays(hit)[n-1]}, width, nil)[0]
			it.indent += 4
		}
		it.tell = tell
		if hit.Cause != nil {
			it.seq = hit.Cause.Push
		}
		return it
	}}
}

func noHits() []item {
	return []item{
		prose(style.Strong, "no hits so far"),
		prose(style.Faint, "requests to GA4, Google Ads, Meta and others stand here once they are answered, each with the message that it came from"),
	}
}

// unfoldHit shows what the hit under the cursor says, or folds it away. On the other
// screens the key is for the views of the message.
func unfoldHit(open bool) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		rows := m.hitRows()
		switch row := m.board.list.Cursor; {
		case m.screen != onHits && open:
			return turnTab(1)(m)
		case m.screen != onHits:
			return turnTab(-1)(m)
		case m.hasBeside():
			m.status = told("what it says stands beside: " + shownKeyOf(m.commands, "beside-down") + " scrolls that")
		case row >= 0 && row < len(rows) && m.unfolded.hits[rows[row].entry] != open:
			m.unfolded.hits = maps.Clone(m.unfolded.hits)
			if m.unfolded.hits == nil {
				m.unfolded.hits = map[int]bool{}
			}
			m.unfolded.hits[rows[row].entry] = open
			m.unfolded.changes++
			m.board.list.Cursor = row - rows[row].line
		}
		return m, nil
	}
}

// hitColumns are the widths of what stands on the row of a hit. What is 0 wide is
// left out.
type hitColumns struct{ time, vendor, event, id, fate, cause, consent int }

// hitColumns are the columns in so many cells.
func (m Model) hitColumns(width int) hitColumns {
	c := hitColumnsFor(width)
	if m.hasBeside() && c.id == 0 && c.event < longEvent { // the pane says where it is from
		c.event, c.cause = c.event+c.cause, 0
	}
	return c
}

func hitColumnsFor(width int) hitColumns {
	c := hitColumns{time: 8, vendor: 10, fate: 9, cause: 11}
	switch {
	case width >= 140:
		c = hitColumns{time: 12, vendor: 13, id: 16, fate: 20, cause: 30}
	case width >= 110:
		c = hitColumns{time: 12, vendor: 13, id: 16, fate: 20, cause: 18}
	}
	rest := width - len("● ") - c.time - c.vendor - c.id - c.fate - c.cause - 5
	c.event = min(max(rest, 8), 36)
	c.consent = max(rest-c.event-1, 0)
	return c
}

// hit is a hit on a line.
func (c hitColumns) hit(when string, hit *datalayer.Hit) text.Line {
	role, sign := hitLook(hit)
	line := text.Of(role, sign+" ").With(style.Faint, text.Fit(when[:min(c.time, len(when))], c.time)+" ").
		With(style.Plain, text.Fit(hit.Vendor, c.vendor)+" ").With(style.Strong, text.Fit(hit.Event, c.event)+" ")
	fate := hitFate(hit)
	if c.id > 0 {
		line = line.With(style.Plain, text.Fit(hit.ID, c.id)+" ")
	} else {
		fate = shortFate(hit)
	}
	if hit.Debug {
		fate += " debug"
	}
	line = line.With(role, text.Fit(fate, c.fate)+" ")
	from, fromRole := "none known", style.Faint
	if hit.Cause != nil {
		from, fromRole = c.from(hit.Cause), strengthRole(hit.Cause.Strength)
	}
	line = line.With(fromRole, text.Fit(from, c.cause))
	if c.consent >= len(hit.Consent) {
		line = line.With(consentRole(hit.Consent), " "+hit.Consent)
	}
	return line
}

// from names the message that a hit came from, and how sure that is.
func (c hitColumns) from(cause *datalayer.HitCause) string {
	words := padLeft(strconv.Itoa(cause.Push), 3) + " " + cause.Strength
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
	}{{"time", c.time}, {"vendor", c.vendor}, {"event", c.event}, {"id", c.id}, {"answer", c.fate}, {"message", c.cause}, {"consent", c.consent}} {
		if column.width >= len(column.name) {
			words += text.Fit(column.name, column.width) + " "
		}
	}
	return text.Of(style.Faint, words)
}

// strengthRole is how it is drawn that a hit came from a message: the less it is
// known, the fainter.
func strengthRole(strength string) style.Role {
	if strength == "weak" {
		return style.Faint
	}
	return style.Info
}

func consentRole(consent string) style.Role {
	if strings.Contains(consent, "denied") {
		return style.Warn
	}
	return style.Faint
}

// hitFate says in words what the sign says.
func hitFate(hit *datalayer.Hit) string {
	switch {
	case hit.Error != "":
		return hit.Error
	case hit.Status == 0:
		return "no answer"
	case hit.KeyEvent:
		return strconv.Itoa(hit.Status) + " key event"
	}
	return strconv.Itoa(hit.Status)
}

// shortFate is hitFate in nine cells: the sign tells a key event.
func shortFate(hit *datalayer.Hit) string {
	switch {
	case strings.HasPrefix(hit.Error, "blocked"):
		return "blocked"
	case hit.Error != "":
		return "failed"
	case hit.Status == 0:
		return "no answer"
	}
	return strconv.Itoa(hit.Status)
}

// hitSays lists what there is to say of a hit: how its message is known, the
// request, and the parameters.
func hitSays(hit *datalayer.Hit) []item {
	items := []item{fact("from", causeSentence(hit.Cause))}
	address, _, _ := strings.Cut(hit.URL, "?")
	request := strings.TrimSpace(hit.Method + " " + address)
	if hit.Batch.Of > 0 {
		request += fmt.Sprintf(", %d of %d in one request", hit.Batch.Index+1, hit.Batch.Of)
	}
	if request != "" {
		items = append(items, fact("request", request))
	}
	if hit.Consent != "" {
		items = append(items, fact("consent", hit.Consent).in(consentRole(hit.Consent)))
	}
	if hit.KeyEvent {
		items = append(items, fact("counts", "as a key event, or a conversion").in(style.Good))
	}
	if hit.Debug {
		items = append(items, fact("debug", "it shows in the vendor's debugger").in(style.Warn))
	}
	if v, err := datalayer.Decode(hit.Params); err == nil {
		for _, f := range v.Fields {
			items = append(items, item{path: "hit." + strconv.Itoa(hit.Seq) + "." + f.Name,
				line: text.Of(style.Name, f.Name).With(style.Faint, ": ").And(inlineValue(f.Value))})
		}
	}
	return items
}

// tellHit tells all that is known of a hit.
func tellHit(snapshot session.Snapshot, hit *datalayer.Hit) (text.Line, []item) {
	role, sign := hitLook(hit)
	items := []item{fact("answer", sign+" "+hitFate(hit)).in(role)}
	if i := snapshot.Find(causeOf(hit)); i >= 0 {
		if push, ok := snapshot.Entry(i).(*datalayer.Push); ok {
			items = append(items, fact("message", strconv.Itoa(push.Seq)+" "+push.Title()))
		}
	}
	items = append(items, fact("sent to", hit.ID), fact("at", moment(snapshot, hit)), fact("page", snapshot.Page(hit.Page).URL))
	for _, it := range hitSays(hit) {
		it.wrap = true
		items = append(items, it)
	}
	return text.Of(style.Strong, strings.TrimSpace(hit.Vendor+" "+hit.Event)), items
}

// causeOf is the Seq of the message that a hit came from; 0 where none is known.
func causeOf(hit *datalayer.Hit) int {
	if hit.Cause == nil {
		return 0
	}
	return hit.Cause.Push
}

// causeSentence says how it is known from which message a hit came.
func causeSentence(c *datalayer.HitCause) string {
	if c == nil {
		return "no message that is known"
	}
	message := "message " + strconv.Itoa(c.Push)
	switch {
	case c.By == "initiator" && c.Strength == "certain":
		return message + ", for certain: it left while that was being pushed"
	case c.By == "initiator":
		return message + ", most likely: it left while one was being pushed there, and others were at about the same time"
	case c.By == "name":
		return message + ", most likely: its event is that message's"
	case c.By == "time":
		return "perhaps " + message + ", which came just before it"
	}
	return strings.TrimSpace(message + ", " + c.Strength)
}

// hitTabItems lists the hits of a message, with what they carried.
func hitTabItems(d source, push *datalayer.Push) []item {
	var items []item
	for _, i := range d.seen.hits[push.Seq] {
		hit, ok := d.snapshot.Entry(i).(*datalayer.Hit)
		if !ok {
			continue
		}
		role, sign := hitLook(hit)
		items = append(items, item{line: text.Of(role, sign+" ").With(style.Strong, strings.TrimSpace(hit.Vendor+" "+hit.Event)).
			With(style.Plain, "  "+hit.ID).With(role, "  "+hitFate(hit))})
		for _, it := range hitSays(hit) {
			it.indent += 2
			items = append(items, it)
		}
	}
	if items == nil {
		return []item{prose(style.Faint, "· no hit is known to have come from this message")}
	}
	return items
}

// hitCells is how wide the column of hits has to be; 0 where there are no hits.
func (m Model) hitCells() int {
	if m.snapshot.Counts.Hits == 0 {
		return 0
	}
	return max(m.seen.hitCells, len("none"))
}

// hitCell says what hits a message led to.
func (m Model) hitCell(push *datalayer.Push, width int) text.Line {
	line := hitLine(m.snapshot, m.seen.hits[push.Seq])
	if line == nil && push.Event != "" && !isNoise(push) {
		return text.Of(style.Faint, text.Fit("none", width))
	}
	return line
}

// hitLine names the vendors that heard of a message, and how: a sign for each hit,
// fainter where it only may have come from it.
func hitLine(snapshot session.Snapshot, hits []int) text.Line {
	var line text.Line
	vendor := ""
	for _, i := range hits {
		hit, ok := snapshot.Entry(i).(*datalayer.Hit)
		if !ok {
			continue
		}
		role, sign := hitLook(hit)
		if hit.Cause != nil && hit.Cause.Strength == "weak" {
			role, sign = style.Faint, "○"
		}
		if hit.Vendor != vendor {
			vendor = hit.Vendor
			sign = strings.Repeat(" ", min(len(line), 1)) + vendor + " " + sign
		}
		line = line.With(role, sign)
	}
	return line
}

// hitLook is how the fate of a hit is drawn.
func hitLook(hit *datalayer.Hit) (style.Role, string) {
	switch {
	case hit.Error != "" || hit.Status >= 400:
		return style.Bad, "✗"
	case hit.Status == 0:
		return style.Warn, "…"
	case hit.KeyEvent:
		return style.Good, "◆"
	}
	return style.Info, "●"
}
