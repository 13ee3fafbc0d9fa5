package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/googletag"
	"layertap/internal/plural"
	"layertap/rules"
	"layertap/session"
)

// entry prints the entry at index i; push is set if it is a message.
func (l *Log) entry(i int, push *datalayer.Push) {
	s, e := l.session, l.session.Entry(i)
	at := s.Header.Started.Add(datalayer.At(e).T)
	if page := datalayer.PageOf(e); page != "" && page != l.page {
		_, begins := e.(*datalayer.Page)
		if known := s.Page(page); known.Target != "" && l.page != "" && !begins {
			l.line(at, "page", whereSentence(known)+", continued")
		}
		l.page = page
	}
	switch e := e.(type) {
	case *datalayer.Push:
		v := s.Verdict(i)
		l.keep(push.Seq, &printed{v.Findings, v.Outcome.Triggers})
		l.message(at, push, v)
	case *datalayer.Page:
		l.line(at, "page", pageSentence(e))
	case *datalayer.Gap:
		l.line(at, "gap", gapSentence(e))
	case *datalayer.LayerChange:
		l.line(at, "layer", strings.TrimPrefix(e.Sentence(), "data layer "))
	case *datalayer.ScriptError:
		l.line(at, "error", strings.TrimPrefix(e.Sentence(), "script error: "))
	case *datalayer.TabClosed:
		l.line(at, "tab", strings.TrimPrefix(e.Sentence(), "tab "))
	case *datalayer.Action:
		l.line(at, "action", actionSentence(e))
	case *datalayer.Hit:
		l.line(at, "hit", hitSentence(e))
		if e.Cause != nil {
			l.again(l.session.Find(e.Cause.Push))
		}
	case *datalayer.Container:
		l.line(at, "container", containerSentence(e))
		if err := s.Verdict(i).Err; err != nil {
			l.detail("not evaluated: %v", err)
		}
		l.rematched()
		for before := range i {
			l.again(before)
		}
	case *datalayer.GoogleTag:
		l.googleTag(at, e)
	case *datalayer.PageValue:
		l.line(at, "value", e.Sentence())
	case *datalayer.Note:
		l.line(at, "note", fmt.Sprintf("on %d: %s", e.On, e.Text))
	case *datalayer.Mark:
		if e.Mark == "" {
			l.line(at, "mark", fmt.Sprintf("removed from %d", e.On))
		} else {
			l.line(at, "mark", fmt.Sprintf("on %d", e.On))
		}
	case *datalayer.Screenshot:
		l.line(at, "screenshot", fmt.Sprintf("of %d: %s", e.On, e.File))
	}
}

// keep keeps what was printed about a message.
func (l *Log) keep(seq int, p *printed) {
	if l.printed == nil {
		l.printed, l.chosen = map[int]*printed{}, map[int]bool{}
	}
	l.printed[seq] = p
	if !l.Filter.All() {
		l.chosen[seq] = true
	}
}

// message prints a message: its findings, then its contents.
func (l *Log) message(at time.Time, push *datalayer.Push, v session.Verdict) {
	line := fmt.Sprintf("%d %s", push.Seq, push.Title())
	if push.Layer != "dataLayer" {
		line += " in data layer " + push.Layer
	}
	line += ", " + severities(v.Findings)
	if names := triggerNames(v.Outcome.Listening()); len(names) > 0 {
		line += ", triggers: " + strings.Join(names, ", ")
	} else if len(l.session.Triggers) > 0 && push.Event != "" {
		line += ", no trigger"
	}
	if push.Recovered {
		line += ", pushed before layertap attached"
	}
	if push.ByHand() {
		line += ", pushed by hand"
	}
	l.line(at, "message", line)
	for _, f := range v.Findings {
		l.detail("%s", findingSentence(f))
	}
	if carried := contents(push); carried != "" {
		l.detail("with %s", carried)
	}
}

// again prints findings about an earlier message that have changed because of a later hit
// or container.
func (l *Log) again(i int) {
	if i < 0 {
		return
	}
	seq := datalayer.At(l.session.Entry(i)).Seq
	printed := l.printed[seq]
	if printed == nil {
		return
	}
	before, now := printed.findings, l.session.Verdict(i).Findings
	for _, f := range without(now, before) {
		l.detail("about message %d: %s", seq, findingSentence(f))
	}
	for _, f := range without(before, now) {
		l.detail("about message %d: no longer %s, %s", seq, f.Severity, f.Code)
	}
	printed.findings = now
}

// byNumber lists messages by number; of many, the first ones.
func byNumber(messages []int) string {
	var numbers []string
	for _, seq := range messages[:min(len(messages), longestList)] {
		numbers = append(numbers, strconv.Itoa(seq))
	}
	if more := len(messages) - len(numbers); more > 0 {
		numbers = append(numbers, fmt.Sprintf("and %d more", more))
	}
	return plural.Noun(len(messages), "message") + " " + strings.Join(numbers, ", ")
}

// without returns the findings that aren't in others.
func without(findings, others []rules.Finding) []rules.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f rules.Finding) bool {
		return slices.ContainsFunc(others, func(other rules.Finding) bool { return f.Equal(&other) })
	})
}

// rematched prints which earlier messages the triggers of a new container match.
func (l *Log) rematched() {
	var order []string
	messages := map[string][]int{} // by trigger name
	for i := range l.session.Len() {
		seq, now := datalayer.At(l.session.Entry(i)).Seq, l.session.Verdict(i).Outcome.Triggers
		printed := l.printed[seq]
		if printed == nil || slices.Equal(printed.triggers, now) {
			continue
		}
		printed.triggers = now
		names := cmp.Or(strings.Join(triggerNames(now), ", "), "none")
		if messages[names] == nil {
			order = append(order, names)
		}
		messages[names] = append(messages[names], seq)
	}
	for _, names := range order {
		l.detail("about %s: triggers: %s", byNumber(messages[names]), names)
	}
}

// severities counts the findings by severity.
func severities(findings []rules.Finding) string {
	var parts []string
	for _, severity := range []rules.Severity{rules.Error, rules.Warning, rules.Info} {
		n := 0
		for _, f := range findings {
			if f.Severity == severity {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, plural.Count(n, severity.String()))
		}
	}
	if parts == nil {
		return "no findings"
	}
	return strings.Join(parts, ", ")
}

// findingSentence is a finding with its fix.
func findingSentence(f rules.Finding) string {
	sentence := fmt.Sprintf("%s, %s: %s", f.Severity, f.Code, f.Message)
	if f.Fix != "" {
		sentence += " fix: " + f.Fix
	}
	if f.Note != "" {
		sentence += " note: " + f.Note
	}
	return sentence
}

// triggerNames lists the triggers that match a message or may match.
func triggerNames(matches []gtm.Match) []string {
	names := make([]string, len(matches))
	for i, match := range matches {
		names[i] = match.Trigger.Name
		if match.Matched == gtm.Unknown {
			names[i] += " (maybe)"
		}
	}
	return names
}

// longestShown is the maximum number of printed characters of a value.
const longestShown = 80

// longestList is the maximum number of printed parameters of a message.
const longestList = 40

// contents lists the contents of a message except its event.
func contents(push *datalayer.Push) string {
	var parts []string
	message := push.Read()
	message.Content().Leaves(func(path string, v datalayer.Value) {
		parts = append(parts, strings.TrimPrefix(path+": "+inWords(v), ": "))
	})
	if more := len(parts) - longestList; more > 0 {
		parts = append(parts[:longestList], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}

// inWords formats a value in words. A string is quoted if it could be mistaken for something
// else.
func inWords(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.String:
		runes := []rune(v.Text)
		if len(runes) > longestShown {
			return fmt.Sprintf("%s, cut from %d characters", string(runes[:longestShown]), len(runes))
		}
		_, err := strconv.ParseFloat(v.Text, 64)
		if err == nil || strings.TrimSpace(v.Text) != v.Text || strings.Contains(v.Text, ", ") || isWord(v.Text) {
			return strconv.Quote(v.Text)
		}
		return v.Text
	case datalayer.Bool, datalayer.Number, datalayer.BigInt, datalayer.Date:
		return v.Text
	case datalayer.Object, datalayer.Array:
		return "empty " + v.Kind.String()
	}
	words := v.Kind.String()
	if v.Name != "" {
		words += " " + v.Name
	}
	return strings.TrimSpace(words + " " + v.Text)
}

// isWord reports whether a string equals the word for a value that isn't a string.
func isWord(s string) bool {
	switch s {
	case "", "true", "false", "null", "undefined", "NaN":
		return true
	}
	return false
}

// whereSentence describes a page by its URL and title, and by its kind if it isn't the main
// frame of a tab.
func whereSentence(page *datalayer.Page) string {
	sentence := page.URL
	if page.Title != "" {
		sentence += ", " + page.Title
	}
	switch {
	case page.Worker != "":
		sentence += ", in a " + string(page.Worker) + " worker"
	case page.Frame != "main" && page.Frame != "":
		sentence += ", in a frame"
	}
	return sentence
}

func pageSentence(page *datalayer.Page) string {
	sentence := whereSentence(page)
	if why := page.Remark(); why != "" {
		sentence += ", " + why
	}
	return sentence
}

func gapSentence(gap *datalayer.Gap) string {
	sentence := gap.Why
	if gap.Until > gap.T {
		sentence += fmt.Sprintf(", for %.1f seconds", (gap.Until - gap.T).Seconds())
	}
	switch {
	case gap.Lost > 0:
		sentence += ", " + plural.Count(gap.Lost, "message") + " lost"
	case gap.Lost < 0:
		sentence += ", number of missed messages unknown"
	}
	return sentence
}

func actionSentence(a *datalayer.Action) string {
	sentence := a.Action
	if a.Text != "" {
		sentence += " on " + strconv.Quote(a.Text)
	}
	if a.Selector != "" { // a position on the page isn't useful when read aloud
		sentence += ", " + a.Element()
	}
	return sentence
}

func hitSentence(hit *datalayer.Hit) string {
	sentence := strings.TrimSpace("to " + hit.Vendor + " " + hit.ID)
	if hit.Event != "" {
		sentence += ", event " + hit.Event
	}
	switch {
	case hit.Error != "":
		sentence += ", failed: " + hit.Error
	case hit.Status == 0:
		sentence += ", no response"
	default:
		sentence += fmt.Sprintf(", status %d", hit.Status)
	}
	if hit.KeyEvent {
		sentence += ", key event"
	}
	if c := hit.Cause; c != nil {
		sentence += fmt.Sprintf(", from message %d, %s", c.Push, c.Confidence())
	}
	return sentence
}

// googleTag prints a Google tag and its settings.
func (l *Log) googleTag(at time.Time, tag *datalayer.GoogleTag) {
	l.line(at, "tag", "Google tag "+tag.ID+", uses "+tag.Layer)
	settings, err := googletag.Read(tag)
	if err != nil {
		l.detail("%v", err)
	}
	for _, setting := range settings {
		l.detail("%s", setting.Describe(tag.ID))
	}
}

func containerSentence(c *datalayer.Container) string {
	sentence := c.ID
	if c.Version != "" {
		sentence += " version " + c.Version
	}
	if c.Layer != "" {
		sentence += ", uses " + c.Layer
	}
	if c.Source != "" {
		sentence += ", from the " + c.Source
	}
	return sentence
}
