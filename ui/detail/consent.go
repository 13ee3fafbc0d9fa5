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

// Consent is what the page said of the visitor's consent so far, and the tags that
// wait for it.
var Consent = &View{Name: "Consent", Short: "Cons", Key: "c", rows: consentItems, Needs: overview.OfMessage}

// consentName is the width of the column of types.
const consentName = 20

// consentWidth is the width of the other columns, in a pane of so many cells.
func consentWidth(pane int) int { return min(max((pane-consentName-len("tags held back"))/3, 10), 16) }

func consentItems(d Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	answer := from.Explained.Of(push.Seq)
	if answer == nil {
		return []pane.Item{pane.Looking}
	}
	if len(answer.State.Consent) == 0 {
		return append([]pane.Item{pane.Prose(style.Faint, "· the page has set no consent so far")}, waiting(answer, nil)...)
	}
	w := consentWidth(d.shown.width)
	items := []pane.Item{{Line: text.Of(style.Faint, text.Fit("type", consentName)+text.Fit("default", w)+
		text.Fit("update", w)+text.Fit("effective", w)+"tags held back")}}
	for _, c := range answer.State.Consent {
		items = append(items, consentItem(c, w, heldBackBy(answer, c.Type)))
		for _, r := range c.Regional {
			items = append(items, pane.Item{Indent: 2, Line: text.Of(style.Faint, text.Fit("in "+r.Regions, consentName-2)).
				And(said(r.Default, r.By, w))})
		}
	}
	for _, c := range answer.State.Consent {
		if c.Wait > 0 {
			return append(items, pane.Item{}, pane.Fact("waits", strconv.Itoa(c.Wait)+" ms for an update (wait_for_update)"))
		}
	}
	return items
}

func consentItem(c gtm.Consent, w int, tags []string) pane.Item {
	line := text.Of(style.Name, text.Fit(c.Type, consentName)).And(said(c.Default, c.DefaultBy, w)).And(said(c.Update, c.UpdateBy, w)).
		With(granted(c.Effective), text.Fit(c.Effective, w))
	if len(tags) > 0 {
		line = line.With(style.Warn, "◐ "+strings.Join(tags, ", "))
	}
	if c.Default == "" {
		line = line.With(style.Warn, "▲ no default")
	}
	return pane.Item{Line: line, Wrap: true}
}

// said is what a message said, and which.
func said(value string, by, w int) text.Line {
	if value == "" {
		return text.Of(style.Faint, text.Fit("–", w))
	}
	number := ""
	if by > 0 {
		number = " #" + strconv.Itoa(by)
	}
	return text.Of(granted(value), value).With(style.Faint, text.Fit(number, max(w-text.Width(value), 0)))
}

func granted(value string) style.Role {
	switch value {
	case "granted":
		return style.Good
	case "denied":
		return style.Warn
	}
	return style.Faint
}

// heldBackBy names the tags that a consent type holds back on the message.
func heldBackBy(answer *overview.Answer, consent string) []string {
	var names []string
	for _, t := range answer.Tags {
		for _, denied := range t.Denied {
			if denied == consent && t.Status == gtm.StatusHeldBack {
				names = append(names, t.Tag.Name)
			}
		}
	}
	return names
}

// waiting lists the tags that need a consent.
func waiting(answer *overview.Answer, items []pane.Item) []pane.Item {
	for _, t := range answer.Tags {
		if len(t.Tag.Consent) > 0 {
			role, sign, _ := describe.TagLook(t.Status)
			items = append(items, pane.Item{Line: text.Of(role, sign+" ").With(style.Plain, t.Tag.Name).
				With(style.Faint, "  needs "+strings.Join(t.Tag.Consent, ", "))})
		}
	}
	return items
}
