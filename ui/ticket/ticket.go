// Package ticket formats a message for sharing: as a ticket, as JSON, or as a snippet for
// the console.
package ticket

import (
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
)

// Source is the data of a ticket.
type Source struct {
	Snapshot session.Snapshot
	Seen     *overview.Overview
	Push     *datalayer.Push
}

// Markdown returns a ticket for a message in Markdown, for the person who can fix it: what
// is wrong, how to fix it, and how to reproduce it.
func Markdown(s Source) string {
	push := s.Push
	v := s.verdict()
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", headline(push, v.Findings))
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "- **%s** (%s)", f.Code, f.Severity)
		if f.Path != "" {
			fmt.Fprintf(&b, " %s", mdCode(f.Path))
		}
		if f.Suggestion != "" {
			fmt.Fprintf(&b, ", did you mean %s?", mdCode(f.Suggestion))
		}
		fmt.Fprintf(&b, ": %s", f.Message)
		if f.Fix != "" {
			fmt.Fprintf(&b, " %s", f.Fix)
		}
		b.WriteByte('\n')
	}
	if note := s.Seen.Notes[push.Seq]; note != "" {
		fmt.Fprintf(&b, "\n> %s\n", strings.ReplaceAll(note, "\n", "\n> "))
	}
	fmt.Fprintf(&b, "\n| | |\n|---|---|\n")
	facts(s, func(what, how string) {
		fmt.Fprintf(&b, "| %s | %s |\n", what, mdCode(how))
	})
	fence := strings.Repeat("`", longestRun(JSON(push), '`')+3)
	fmt.Fprintf(&b, "\n%sjson\n%s\n%s\n", fence, JSON(push), fence)
	return b.String()
}

// mdText escapes text from a page for Markdown.
var mdText = strings.NewReplacer("`", "\\`", "*", "\\*", "[", "\\[", "<", "&lt;")

// headline is the title: the worst finding, and the number of the others.
func headline(push *datalayer.Push, findings []rules.Finding) string {
	if len(findings) == 0 {
		return mdCode(push.Title()) + ": no findings"
	}
	worst := slices.MaxFunc(findings, func(a, b rules.Finding) int { return int(a.Severity) - int(b.Severity) })
	title := mdText.Replace(strings.TrimSuffix(strings.Join(strings.Fields(worst.Message), " "), "."))
	if more := len(findings) - 1; more > 0 {
		title += fmt.Sprintf(" (and %d more)", more)
	}
	return title
}

// facts passes when and on which page the message came, and its effects in the containers,
// to fact.
func facts(m Source, fact func(what, how string)) {
	push := m.Push
	fact("page", m.Snapshot.Page(push.Page).URL)
	fact("time", m.Snapshot.Header.Started.Add(push.T).UTC().Format("2006-01-02 15:04:05.000 UTC"))
	fact("data layer", push.Layer)
	if push.Action != nil {
		fact("after", push.Action.Action+" "+describe.ActionTarget(push.Action))
	}
	if file := m.Seen.Shots[push.Seq]; file != "" {
		fact("screenshot", file)
	}
	if push.ByHand() {
		fact("pushed by", "hand, not by the page")
	} else if len(push.Stack) > 0 {
		fact("pushed by", describe.StackFrame(push.Stack[0]))
	}
	outcome := m.verdict().Outcome
	var triggers, fired, kept []string
	for _, match := range outcome.Triggers {
		triggers = append(triggers, maybe(match.Trigger.Name, match.Matched))
	}
	for _, f := range outcome.Tags {
		fired = append(fired, maybe(f.Tag.Name, f.Fires))
	}
	for _, n := range outcome.NotFired {
		kept = append(kept, n.Tag.Name+" ("+n.Why+")")
	}
	if triggers == nil {
		triggers = []string{"none"}
	}
	fact("triggers", strings.Join(triggers, ", "))
	if fired != nil {
		fact("tags fired", strings.Join(fired, ", "))
	}
	if kept != nil {
		fact("tags not fired", strings.Join(kept, ", "))
	}
	if consent := m.consent(); consent != "" {
		fact("consent", consent)
	}
	if n := len(m.Seen.Containers); n > 0 {
		c := m.Seen.Containers[n-1]
		fact("container", describe.Container(c.ID, c.Version))
	} else if n := len(m.Seen.GoogleTags); n > 0 {
		fact("Google tag", m.Seen.GoogleTags[n-1].ID)
	}
	if browser := m.Snapshot.Header.Browser; browser != "" {
		fact("browser", browser)
	}
	for _, hit := range m.hits() {
		fact("sent to "+hit.Vendor, strings.TrimSuffix(hit.Event+", "+describe.HitStatus(hit)+"; "+describe.EventParameters(hit), "; "))
	}
	fact("message", fmt.Sprintf("%d of session %s", push.Seq, m.Snapshot.Header.ID))
}

// maybe is a name, with a remark if it is uncertain.
func maybe(name string, is gtm.Truth) string {
	if is == gtm.Unknown {
		name += " (unknown)"
	}
	return name
}

// consent is the effective consent after the message; empty if the page set none.
func (s Source) consent() string {
	state, ok := s.Snapshot.State(s.Snapshot.Find(s.Push.Seq))
	if !ok {
		return ""
	}
	var words []string
	for _, c := range state.Consent {
		words = append(words, c.Type+": "+c.Effective)
	}
	return strings.Join(words, ", ")
}

// maxHits bounds the hits in a ticket.
const maxHits = 10

// hits returns the known hits of the message.
func (s Source) hits() []*datalayer.Hit {
	var hits []*datalayer.Hit
	for _, e := range s.Snapshot.About(s.Snapshot.Find(s.Push.Seq)) {
		if hit, ok := e.(*datalayer.Hit); ok && hit.Cause != nil && hit.Cause.Strength != "weak" && len(hits) < maxHits {
			hits = append(hits, hit)
		}
	}
	return hits
}

// mdCode formats s as code in Markdown, on one line and safe in a table.
func mdCode(s string) string {
	s = strings.NewReplacer("\n", " ", "\r", " ", "|", `\|`).Replace(s)
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

func longestRun(s string, of byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		run++
		if s[i] != of {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

func (s Source) verdict() session.Verdict { return s.Snapshot.Verdict(s.Snapshot.Find(s.Push.Seq)) }

// JSON returns the message as it was pushed.
func JSON(push *datalayer.Push) string {
	return describe.Script(push.Value(), "", false)
}

// Snippet returns JavaScript that pushes the message again from the browser's console.
func Snippet(push *datalayer.Push) string {
	message := push.Value()
	if push.Kind == datalayer.KindGtag {
		message.Kind = datalayer.Array
		call := describe.Script(message, "", true)
		return "gtag(" + call[1:len(call)-1] + ");"
	}
	return "window." + push.Layer + ".push(" + describe.Script(message, "", true) + ");"
}

// Value returns the value at a path in a message, as JSON if it has members; empty if there
// is none.
func Value(push *datalayer.Push, path string) string {
	v, ok := at(push.Value(), "", path)
	switch {
	case path == "" || !ok:
		return ""
	case len(v.Fields) > 0 || len(v.Items) > 0:
		return describe.Script(v, "", false)
	}
	return v.Text
}

// at returns the member of v, which is at path, at a longer path to.
func at(v datalayer.Value, path, to string) (datalayer.Value, bool) {
	if path == to {
		return v, true
	}
	for _, f := range v.Fields {
		if found, ok := at(f.Value, datalayer.Member(path, f.Name), to); ok {
			return found, true
		}
	}
	for i, item := range v.Items {
		if found, ok := at(item, datalayer.Item(path, i), to); ok {
			return found, true
		}
	}
	return datalayer.Value{}, false
}
