package detail

import (
	"strings"

	"layertap/datalayer"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Hits shows the hits of a message.
var Hits = &View{Name: "Hits", Key: "H", rows: func(_ Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	return hitTabItems(from, push)
}, growing: true}

// hitTabItems returns the hits of a message with their parameters.
func hitTabItems(d overview.Source, push *datalayer.Push) []pane.Item {
	var items []pane.Item
	for _, i := range d.Seen.Hits[push.Seq] {
		hit, ok := d.Snapshot.Entry(i).(*datalayer.Hit)
		if !ok {
			continue
		}
		role, sign := describe.HitLook(hit)
		items = append(items, pane.Item{Line: text.Of(role, sign+" ").With(style.Strong, strings.TrimSpace(hit.Vendor+" "+hit.Event)).
			With(style.Plain, "  "+hit.ID).With(role, "  "+describe.HitStatus(hit))})
		for _, it := range describe.HitDetails(hit) {
			it.Indent += 2
			items = append(items, it)
		}
	}
	if items == nil {
		return []pane.Item{pane.Prose(style.Faint, "· no hits known from this message")}
	}
	return items
}
