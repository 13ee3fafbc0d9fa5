package ui

import (
	"strconv"

	"layertap/datalayer"
	"layertap/ui/style"
	"layertap/ui/text"
)

// hitItems lists the requests that left for analytics and advertising, each with
// the message that it came from.
func (m Model) hitItems() items {
	rows, snapshot := m.seen.hitRows, m.snapshot
	return items{len(rows), func(row int) item {
		hit, ok := snapshot.Entry(rows[row]).(*datalayer.Hit)
		if !ok {
			return item{}
		}
		return hitItem(snapshot.Header.Started.Add(hit.T).Format("15:04:05.000"), hit)
	}}
}

func noHits() []item {
	return []item{
		prose(style.Strong, "no hits so far"),
		prose(style.Faint, "requests to GA4, Google Ads, Meta and others stand here as they leave, each with the message that it came from"),
	}
}

func hitItem(when string, hit *datalayer.Hit) item {
	role, sign := hitLook(hit)
	line := text.Of(role, sign+" ").With(style.Faint, when+"  ").
		With(style.Strong, text.Fit(hit.Vendor, 14)).With(style.Plain, " "+text.Fit(hit.ID, 16)+" ").
		With(style.Strong, text.Fit(hit.Event, 28)+"  ")
	line = line.With(role, text.Fit(hitFate(hit), 18)+"  ")
	it := item{}
	if c := hit.Cause; c != nil {
		line = line.With(style.Info, "from "+strconv.Itoa(c.Push)).With(style.Faint, " "+c.Strength+", by "+c.By)
		it.seq = c.Push
	} else {
		line = line.With(style.Warn, "from no message that is known")
	}
	it.line = line
	if hit.Debug {
		it.line = it.line.With(style.Warn, "  debug")
	}
	if hit.Consent != "" {
		it.line = it.line.With(style.Faint, "  consent "+hit.Consent)
	}
	return it
}

// hitFate says in words what the sign says.
func hitFate(hit *datalayer.Hit) string {
	switch {
	case hit.Error != "":
		return hit.Error
	case hit.Status == 0:
		return "no answer"
	case hit.KeyEvent:
		return strconv.Itoa(hit.Status) + ", key event"
	}
	return strconv.Itoa(hit.Status)
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
		items = append(items, item{line: text.Of(role, sign+" ").With(style.Strong, hit.Vendor+" "+hit.ID).
			With(style.Plain, "  "+hit.Event).With(role, "  "+hitFate(hit))})
		items = append(items, item{indent: 2, wrap: true, line: text.Of(style.Faint, "tied to this message by "+hit.Cause.By+": "+hit.Cause.Strength)})
		if v, err := datalayer.Decode(hit.Params); err == nil {
			for _, f := range v.Fields {
				items = append(items, item{indent: 2, path: "hit." + strconv.Itoa(hit.Seq) + "." + f.Name,
					line: text.Of(style.Name, f.Name).With(style.Faint, ": ").And(inlineValue(f.Value))})
			}
		}
	}
	if items == nil {
		return []item{prose(style.Faint, "· no hit is known to have come from this message")}
	}
	return items
}
