package detail

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Tags shows the status of every tag and what it sends.
var Tags = &View{Name: "Tags", Key: "T", rows: tagItems, Needs: overview.OfMessage, growing: true}

// tagOrder is the display order of tags by status.
var tagOrder = []gtm.Status{
	gtm.StatusFired, gtm.StatusUnknown, gtm.StatusHeldBack, gtm.StatusBlocked, gtm.StatusPaused, gtm.StatusNotTriggered,
}

func tagItems(d Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	answer := from.Explained.Of(push.Seq)
	switch {
	case answer == nil:
		return []pane.Item{pane.Looking}
	case answer.Skipped != "":
		return []pane.Item{pane.Prose(style.Faint, "· Google Tag Manager ignores this message: "+answer.Skipped)}
	case len(answer.Tags) == 0:
		return []pane.Item{pane.Prose(style.Faint, "· no tags known: load a container with --container")}
	}
	var all []string
	for _, t := range answer.Tags {
		all = append(all, t.Tag.Name)
	}
	names := text.NamesIn(max(d.shown.width*2/5, 34), all...)
	var items []pane.Item
	for _, status := range tagOrder {
		for i, t := range answer.Tags {
			if t.Status == status {
				items = append(items, d.tag(answer, t, i, names, hitsOfTag(from, push, t.Tag.Name))...)
			}
		}
	}
	return items
}

// tag is a tag with what it sends, which is folded unless the tag fires.
func (d Detail) tag(answer *overview.Answer, t gtm.TagVerdict, i int, names text.Names, hits string) []pane.Item {
	path := "tag." + strconv.Itoa(i)
	fires := t.Status == gtm.StatusFired || t.Status == gtm.StatusUnknown
	open := len(t.Sends) > 0 && fires != d.Folds[path]
	fold := "▹ "
	switch {
	case len(t.Sends) == 0:
		fold = "  "
	case open:
		fold = "▾ "
	}
	role, sign, word := describe.TagLook(t.Status)
	line := text.Of(role, sign+" "+text.Fit(word, 9)+" ").With(style.Faint, fold).
		With(style.Strong, names.Fit(t.Tag.Name)).With(style.Faint, "  "+describe.TagType(t.Tag))
	it := pane.Item{Line: line, Path: path, Nested: true, Wrap: t.Status != gtm.StatusNotTriggered}
	if hits != "" {
		it.Tail = text.Of(style.Info, hits+"  ")
	}
	switch why := tagReason(t); {
	case it.Wrap:
		it.Tail = it.Tail.With(style.Faint, why)
	case line.Width()+2+text.Width(why) <= d.shown.width: // its sign already shows most of it
		it.Line = line.With(style.Faint, "  "+why)
	}
	items := []pane.Item{it}
	if open {
		items = append(items, describe.Sends(t.Sends, d.shown.width, answer.Readable)...)
	}
	return items
}

// tagReason is the reason why a tag fires or doesn't.
func tagReason(t gtm.TagVerdict) string {
	if t.Status != gtm.StatusFired || len(t.By) == 0 {
		return t.Reason
	}
	names := make([]string, len(t.By))
	for i, trigger := range t.By {
		names[i] = trigger.Name
	}
	return "by " + strings.Join(names, ", ")
}

// hitsOfTag lists the hits of a message that a tag sent.
func hitsOfTag(from overview.Source, push *datalayer.Push, tag string) string {
	var hits []string
	for _, i := range from.Seen.Hits[push.Seq] {
		hit, ok := from.Snapshot.Entry(i).(*datalayer.Hit)
		if ok && hit.Cause != nil && hit.Cause.Tag == tag {
			_, sign := describe.HitLook(hit)
			hits = append(hits, sign+" hit "+strconv.Itoa(hit.Seq))
		}
	}
	return strings.Join(hits, ", ")
}
