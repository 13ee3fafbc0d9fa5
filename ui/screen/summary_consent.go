package screen

import (
	"strconv"
	"strings"

	"layertap/filter"
	"layertap/internal/plural"
	"layertap/session/consent"
	"layertap/ui/detail"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// mostCommands is the maximum number of different consent commands in the summary.
const mostCommands = 8

// consentSummary lists the consent commands, equal ones once, and the tags that consent
// held back.
func consentSummary(d Data) []pane.Item {
	answer := d.Explained.Answer
	if len(answer.Consent)+len(answer.Held) == 0 {
		return []pane.Item{pane.Prose(style.Faint, "· the page set no consent")}
	}
	type command struct{ command, sets, applies string }
	count := map[command]int{}
	var first []consent.Step
	for _, s := range answer.Consent {
		c := command{s.Command, s.Sets, s.Applies}
		if count[c]++; count[c] == 1 {
			first = append(first, s)
		}
	}
	var items []pane.Item
	for _, s := range first[:min(len(first), mostCommands)] {
		items = append(items, consentStep(s, count[command{s.Command, s.Sets, s.Applies}]))
	}
	if more := len(first) - len(items); more > 0 {
		items = append(items, pane.Prose(style.Faint, "and "+plural.Count(more, "other command")+": layertap report lists them"))
	}
	for _, h := range answer.Held {
		items = append(items, heldBack(h))
	}
	return items
}

// consentStep is a consent command that came the given number of times.
func consentStep(s consent.Step, times int) pane.Item {
	line := text.Of(style.Faint, text.Fit("#"+strconv.Itoa(s.Seq), 6)).With(style.Plain, text.Fit(s.Command, 9)+s.Sets)
	if s.Applies != "" {
		line = line.With(style.Faint, "  "+s.Applies)
	}
	if times > 1 {
		line = line.With(style.Number, "  "+strconv.Itoa(times)+"×")
	}
	early := s.Hits > 0 && s.Command == "default"
	if early {
		line = line.With(style.Warn, "  ▲ "+plural.Count(s.Hits, "hit")+" to Google before it")
	}
	return pane.Item{Line: line, Wrap: true, Seq: s.Seq, View: detail.Consent.Name, Details: func() (text.Line, []pane.Item) {
		items := []pane.Item{pane.Fact("message", strconv.Itoa(s.Seq)), pane.Fact("sets", s.Sets)}
		if s.Applies != "" {
			items = append(items, pane.Fact("applies", s.Applies))
		}
		if early {
			items = append(items, pane.Fact("too late", plural.Count(s.Hits, "hit")+" to Google before it on the page").In(style.Warn))
		}
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "consent after it")})
		for _, c := range s.After {
			items = append(items, pane.Item{Line: text.Of(style.Name, text.Fit(c.Type, 20)).With(style.Plain, c.Effective)})
		}
		return text.Of(style.Strong, "consent "+s.Command), items
	}}
}

func heldBack(h consent.Held) pane.Item {
	line := text.Of(style.Warn, "◐ ").With(style.Plain, h.Tag).
		With(style.Warn, "  held back "+text.Times(h.Times)+", "+h.Consent+" denied").With(style.Faint, "  #"+strconv.Itoa(h.First))
	later := "it didn't fire later"
	if h.Later > 0 {
		later = "it fired later, in #" + strconv.Itoa(h.Later)
	}
	return pane.Item{Line: line.With(style.Faint, "  "+later), Wrap: true, Filter: "tag=" + filter.Quote(h.Tag), Details: func() (text.Line, []pane.Item) {
		return text.Of(style.Strong, h.Tag), []pane.Item{
			pane.Fact("held back", text.Times(h.Times)+", first in message "+strconv.Itoa(h.First)),
			pane.Fact("denied", h.Consent), pane.Fact("later", later),
		}
	}}
}

// captureSummary lists why the session may be incomplete. Problems with the file are shown
// above all screens.
func captureSummary(d Data) []pane.Item {
	capture := d.capture()
	items := []pane.Item{capture.verdict()}
	if len(d.Seen.Gaps) > 0 {
		items = append(items, capture.gapItems()...)
	}
	for _, c := range d.Seen.Containers {
		if err := capture.unevaluated(c); err != nil {
			items = append(items, pane.Prose(style.Warn, "▲ "+strings.TrimSpace("container "+c.ID)+": "+err.Error()))
		}
	}
	return items
}
