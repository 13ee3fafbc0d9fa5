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

// consentColumns are the widths of the columns, in cells.
type consentColumns struct{ name, value, effective int }

// columnsFor returns the widths that fit what is in the columns.
func columnsFor(all []gtm.Consent) consentColumns {
	c := consentColumns{len("type"), len("default"), len("effective")}
	for _, one := range all {
		c.name, c.effective = max(c.name, text.Width(one.Type)), max(c.effective, len(one.Effective))
		c.value = max(c.value, setting(one.Default, one.DefaultBy, 0).Width(), setting(one.Update, one.UpdateBy, 0).Width())
		for _, r := range one.Regional {
			c.value = max(c.value, setting(r.Default, r.By, 0).Width())
		}
	}
	return consentColumns{min(c.name, 40) + 1, c.value + 2, c.effective}
}

func consentItems(d Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	answer := from.Explained.Of(push.Seq)
	if answer == nil {
		return []pane.Item{pane.Looking}
	}
	if len(answer.State.Consent) == 0 {
		return append([]pane.Item{pane.Prose(style.Faint, "· the page has set no consent so far")}, waiting(answer, nil)...)
	}
	c := columnsFor(answer.State.Consent)
	heading := text.Of(style.Faint, text.Fit("type", c.name)+text.Fit("default", c.value)+text.Fit("update", c.value)+"effective")
	if all := heading.With(style.Faint, "  tags held back"); all.Width() <= d.shown.width {
		heading = all
	}
	items := []pane.Item{{Line: heading}}
	for _, of := range answer.State.Consent {
		items = append(items, c.row(of, heldBackBy(answer, of.Type)))
		for _, r := range of.Regional {
			items = append(items, c.regional(r))
		}
	}
	for _, of := range answer.State.Consent {
		if of.Wait > 0 {
			return append(items, pane.Item{}, pane.Fact("waits", strconv.Itoa(of.Wait)+" ms for an update (wait_for_update)"))
		}
	}
	return items
}

// row is the row of a type.
func (c consentColumns) row(of gtm.Consent, tags []string) pane.Item {
	line := text.Of(style.Name, text.Fit(of.Type, c.name)).And(setting(of.Default, of.DefaultBy, c.value)).And(setting(of.Update, of.UpdateBy, c.value)).
		With(granted(of.Effective), of.Effective)
	var tail text.Line
	if len(tags) > 0 {
		tail = text.Of(style.Warn, "◐ "+strings.Join(tags, ", "))
	}
	if of.Default == "" {
		tail = tail.With(style.Warn, strings.Repeat("  ", min(len(tail), 1))+"▲ no default")
	}
	if tail == nil {
		return pane.Item{Line: line}
	}
	return pane.Item{Line: line.With(style.Plain, strings.Repeat(" ", max(c.effective-text.Width(of.Effective), 0))), Tail: tail, Wrap: true}
}

// regional is the row of a default for some regions. A long list of them follows the value.
func (c consentColumns) regional(r gtm.RegionalConsent) pane.Item {
	const indent = 2
	if in := "in " + r.Regions; text.Width(in) < c.name-indent {
		return pane.Item{Indent: indent, Line: text.Of(style.Faint, text.Fit(in, c.name-indent)).And(setting(r.Default, r.By, c.value))}
	}
	return pane.Item{Indent: indent, Wrap: true, Tail: text.Of(style.Faint, "in "+r.Regions),
		Line: text.Of(style.Faint, text.Fit("by region", c.name-indent)).And(setting(r.Default, r.By, 0))}
}

// setting formats a consent value and the number of the message that set it, in at least w
// cells.
func setting(value string, by, w int) text.Line {
	if value == "" {
		return text.Of(style.Faint, text.Fit("–", max(w, 1)))
	}
	number := ""
	if by > 0 {
		number = " #" + strconv.Itoa(by)
	}
	return text.Of(granted(value), value).With(style.Faint, text.Fit(number, max(w-text.Width(value), len(number))))
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
