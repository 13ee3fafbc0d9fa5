package screen

import (
	"strconv"

	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/rules/accept"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Summary is the result of `layertap check` for the session, as on the first page of its
// report: findings by cause, then tags, coverage, consent and gaps.
var Summary = &Screen{
	Key: "9", Name: "Summary", Short: "Sum", Command: "summary", Help: "findings by cause, tags, coverage, consent, gaps",
	Rows: func(d Data, width int) pane.Items {
		rows := pane.All(pane.Wrapped(summaryItems(d, width), width, nil))
		rows.Offers = true
		return rows
	},
	Needs:     overview.OfFindings,
	HasBeside: func(Data) bool { return true },
}

func summaryItems(d Data, width int) []pane.Item {
	answer := d.Explained.Answer
	if answer == nil || answer.Kinds == nil {
		return []pane.Item{pane.Looking}
	}
	items := []pane.Item{{Line: totals(d)}, {}}
	causes := answer.Causes
	switch {
	case len(causes) > 0 || len(d.Snapshot.Findings) > 0:
	case d.capture().Loading():
		items = append(items, pane.Prose(style.Faint, "no findings so far"))
	case d.Snapshot.Counts.Messages == 0:
		items = append(items, pane.Prose(style.Warn, "▲ no message reached a data layer"))
	default:
		items = append(items, pane.Prose(style.Good, "✓ no findings"))
	}
	whats, narrow, others := 0, width < 70, 44
	if narrow {
		others = 38
	}
	for _, c := range causes {
		whats = max(whats, min(text.Width(causeWords(c)), max(width-others, 16)))
	}
	for _, c := range causes {
		items = append(items, causeItem(c, whats, narrow))
	}
	for _, f := range d.Snapshot.Findings {
		role, sign := describe.SeverityLook(f.Severity)
		exception := accept.Of("", &f)
		items = append(items, pane.Item{Wrap: true, Line: text.Of(role, sign+" "+text.Fit(string(f.Code), 21)), Tail: text.Of(style.Plain, f.Message), Exception: &exception,
			Details: func() (text.Line, []pane.Item) { return text.Of(role, string(f.Code)), describe.FindingLines(f) }})
	}
	items = append(items, labelled("Accepted", acceptedItems(d), width)...)
	items = append(items, labelled("Tags", append(tagSummary(d), undecidedItems(d)...), width)...)
	items = append(items, labelled("Coverage", coverageSummary(d), width)...)
	items = append(items, labelled("Consent", consentSummary(d), width)...)
	items = append(items, labelled("Capture", captureSummary(d), width)...)
	for i := range items {
		if items[i].Details == nil {
			items[i].Details = func() (text.Line, []pane.Item) {
				return text.Of(style.Strong, "summary"), []pane.Item{
					pane.Prose(style.Plain, "The same finding on several messages is one row. Enter shows its messages."),
				}
			}
		}
	}
	return items
}

// totals counts messages, findings and hits; for a recording, it begins with whether the
// recording passes a check.
func totals(d Data) text.Line {
	c := d.Snapshot.Counts
	var line text.Line
	switch {
	case d.File == "":
	case d.capture().Loading():
		line = d.capture().Phase().With(style.Plain, "   ")
	case c.Errors > 0:
		line = text.Of(style.Bad, "✗ FAIL   ")
	default:
		line = text.Of(style.Good, "✓ PASS   ")
	}
	line = line.With(style.Strong, plural.Count(c.Messages, "message"))
	for _, n := range []struct {
		role style.Role
		sign string
		n    int
		what string
	}{{style.Bad, "✗", c.Errors, "error"}, {style.Warn, "▲", c.Warnings, "warning"}, {style.Info, "•", c.Infos, "info"}} {
		if n.n == 0 {
			n.role = style.Faint
		}
		line = line.With(n.role, "   "+n.sign+" "+plural.Count(n.n, n.what))
	}
	if c.Hits > 0 {
		line = line.With(style.Plain, "   "+plural.Count(c.Hits, "hit"))
	}
	return line
}

// causeWords describes a cause; it follows the code.
func causeWords(c overview.Cause) string {
	what := c.Path
	if what == "" && c.Suggestion != "" { // it is about the event's name
		if c.Suggestion == c.Event || c.Event == "" {
			return c.Suggestion
		}
		return c.Event + " → " + c.Suggestion
	}
	if c.Suggestion != "" {
		what += " → " + c.Suggestion
	}
	if c.Event != "" && len(c.Events) == 1 {
		if what == "" {
			return c.Event
		}
		return what + " in " + c.Event
	}
	return what
}

// causeItem is a row for a cause; whats is the width of its description.
func causeItem(c overview.Cause, whats int, narrow bool) pane.Item {
	role, sign := describe.SeverityLook(c.Severity)
	count := plural.Count(c.Count, "message")
	if narrow {
		count = strconv.Itoa(c.Count) + "×"
	}
	line := text.Of(role, sign+" "+text.Fit(string(c.Code), 22)+" ").With(style.Plain, text.Fit(causeWords(c), whats)).
		With(style.Number, "  "+count)
	if n := len(c.Events); n > 1 {
		line = line.With(style.Faint, ", "+plural.Count(n, "event"))
	}
	line = line.With(style.Faint, "  #"+strconv.Itoa(c.First))
	exception := accept.Of(c.Event, &c.Finding)
	if len(c.Events) > 1 {
		exception = exception.Everywhere()
	}
	return pane.Item{Line: line, Filter: c.Filter(), Seq: c.First, Exception: &exception, Details: func() (text.Line, []pane.Item) {
		items := describe.FindingLines(c.Finding)
		return text.Of(role, sign+" "+string(c.Code)), append(items, describe.Meaning(c.Code)...)
	}}
}

// acceptedItems lists the exceptions that cover something or are the user's own.
func acceptedItems(d Data) []pane.Item {
	counts := d.Explained.Answer.Accepted
	var items []pane.Item
	for i, e := range d.Snapshot.Exceptions {
		if i >= len(counts) {
			break
		}
		line := text.Of(style.Faint, describe.AcceptedSign+" ").With(style.Plain, e.String()).
			With(style.Number, "  "+strconv.Itoa(counts[i])+"×").With(style.Faint, "  "+e.From)
		items = append(items, pane.Item{Line: line, Exception: &e, Accepted: true})
	}
	return items
}

// tagSummary counts the tags by status.
func tagSummary(d Data) []pane.Item {
	if !hasTags(d) {
		return []pane.Item{pane.Prose(style.Faint, "· no tags known: load a container with --container")}
	}
	counts := map[gtm.Status]int{}
	for _, t := range d.Explained.Answer.TagCounts {
		counts[t.Status()]++
	}
	var line text.Line
	for _, s := range []gtm.Status{gtm.StatusFired, gtm.StatusUnknown, gtm.StatusHeldBack, gtm.StatusBlocked, gtm.StatusPaused, gtm.StatusNotTriggered} {
		if n := counts[s]; n > 0 {
			role, sign, word := describe.TagLook(s)
			line = line.With(role, sign+" "+strconv.Itoa(n)+" "+word+"   ")
		}
	}
	return []pane.Item{{Line: line, Wrap: true}}
}

func coverageSummary(d Data) []pane.Item {
	if len(d.Snapshot.Coverage) == 0 {
		return []pane.Item{pane.Prose(style.Faint, "· "+noCoverage(d))}
	}
	return []pane.Item{{Line: seenOf(d.Snapshot.Coverage).line(), Wrap: true}}
}
