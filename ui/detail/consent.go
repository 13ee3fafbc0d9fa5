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

// Consent shows the consent state after the message, and the tags that wait for consent.
var Consent = &View{Name: "Consent", Short: "Cons", Key: "c", rows: consentItems, Needs: overview.OfMessage}

// consentName is the width of the column of types, in cells.
const consentName = 19

// leastEffective is the minimum width of the column of the effective state.
const leastEffective = 8

// consentWidth is the width of the columns of the default and the update in a pane of the
// given width.
func consentWidth(pane int) int { return min(max((pane-consentName-len("tags held back"))/3, 12), 16) }

// effectiveWidth is the width of the column of the effective state.
func effectiveWidth(pane int) int {
	return min(max(pane-consentName-2*consentWidth(pane)-len("tags held back"), leastEffective), 16)
}

func consentItems(d Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	answer := from.Explained.Of(push.Seq)
	if answer == nil {
		return []pane.Item{pane.Looking}
	}
	if len(answer.State.Consent) == 0 {
		return append([]pane.Item{pane.Prose(style.Faint, "· the page has set no consent so far")}, waiting(answer, nil)...)
	}
	w, effective := consentWidth(d.shown.width), effectiveWidth(d.shown.width)
	state := "effective"
	if effective == leastEffective {
		state = "state"
	}
	heading := text.Of(style.Faint, text.Fit("type", consentName)+text.Fit("default", w)+text.Fit("update", w)+text.Fit(state, effective))
	if all := heading.With(style.Faint, "tags held back"); all.Width() <= d.shown.width {
		heading = all
	}
	items := []pane.Item{{Line: heading}}
	for _, c := range answer.State.Consent {
		items = append(items, consentItem(c, w, effective, heldBackBy(answer, c.Type)))
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

// consentItem is the row of a type; w is the width of the columns of the default and the
// update.
func consentItem(c gtm.Consent, w, effective int, tags []string) pane.Item {
	line := text.Of(style.Name, text.Fit(c.Type, consentName)).And(said(c.Default, c.DefaultBy, w)).And(said(c.Update, c.UpdateBy, w)).
		With(granted(c.Effective), c.Effective)
	var tail text.Line
	if len(tags) > 0 {
		tail = text.Of(style.Warn, "◐ "+strings.Join(tags, ", "))
	}
	if c.Default == "" {
		tail = tail.With(style.Warn, strings.Repeat("  ", min(len(tail), 1))+"▲ no default")
	}
	if tail == nil {
		return pane.Item{Line: line}
	}
	return pane.Item{Line: line.With(style.Plain, strings.Repeat(" ", max(effective-2-text.Width(c.Effective), 0))), Tail: tail, Wrap: true}
}

// said formats a value and the message that set it.
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

// heldBackBy returns the names of the tags that a consent type holds back on the message.
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

// waiting appends the tags that need a consent type.
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
