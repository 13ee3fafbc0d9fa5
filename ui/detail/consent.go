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
var Consent = &View{Name: "Consent", Key: "c", rows: consentItems, Needs: overview.OfMessage}

// Widths of the columns of the view.
const (
	consentName  = 20
	consentValue = 16
)

func consentItems(_ Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	answer := from.Explained.Of(push.Seq)
	if answer == nil {
		return []pane.Item{pane.Looking}
	}
	if len(answer.State.Consent) == 0 {
		return append([]pane.Item{pane.Prose(style.Faint, "· the page has set no consent so far")}, waiting(answer, nil)...)
	}
	items := []pane.Item{{Line: text.Of(style.Faint, text.Fit("type", consentName)+text.Fit("default", consentValue)+
		text.Fit("update", consentValue)+text.Fit("effective", consentValue)+"tags held back")}}
	for _, c := range answer.State.Consent {
		items = append(items, consentItem(c, heldBackBy(answer, c.Type)))
		for _, r := range c.Regional {
			items = append(items, pane.Item{Indent: 2, Line: text.Of(style.Faint, text.Fit("in "+r.Regions, consentName-2)).
				And(said(r.Default, r.By))})
		}
	}
	for _, c := range answer.State.Consent {
		if c.Wait > 0 {
			return append(items, pane.Item{}, pane.Fact("waits", strconv.Itoa(c.Wait)+" ms for an update (wait_for_update)"))
		}
	}
	return items
}

func consentItem(c gtm.Consent, tags []string) pane.Item {
	line := text.Of(style.Name, text.Fit(c.Type, consentName)).And(said(c.Default, c.DefaultBy)).And(said(c.Update, c.UpdateBy)).
		With(granted(c.Effective), text.Fit(c.Effective, consentValue))
	if len(tags) > 0 {
		line = line.With(style.Warn, "◐ "+strings.Join(tags, ", "))
	}
	if c.Default == "" {
		line = line.With(style.Warn, "▲ no default")
	}
	return pane.Item{Line: line}
}

// said is what a message said, and which.
func said(value string, by int) text.Line {
	if value == "" {
		return text.Of(style.Faint, text.Fit("–", consentValue))
	}
	number := ""
	if by > 0 {
		number = " #" + strconv.Itoa(by)
	}
	return text.Of(granted(value), value).With(style.Faint, text.Fit(number, max(consentValue-text.Width(value), 0)))
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
