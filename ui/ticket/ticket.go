// Package ticket writes a message for others: as a ticket, as JSON, as a snippet for
// the console.
package ticket

import (
	"fmt"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/text"
)

// Source is what is written of a message.
type Source struct {
	Snapshot session.Snapshot
	Seen     *overview.Overview
	Push     *datalayer.Push
}

// Markdown is the message as Markdown for the person who can fix it: what is wrong,
// what to do, and all that it takes to see it again.
func Markdown(s Source) string {
	push := s.Push
	v := s.verdict()
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: %s\n\n", mdCode(push.Title()), headline(len(v.Findings)))
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

func headline(findings int) string {
	if findings == 0 {
		return "no findings"
	}
	return text.Count(findings, "finding")
}

// facts hands on where and when the message came, and what heard it.
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
	var heard []string
	for _, match := range m.verdict().Outcome.Triggers {
		name := match.Trigger.Name
		if match.Matched == gtm.Unknown {
			name += " (unknown)"
		}
		heard = append(heard, name)
	}
	if heard == nil {
		heard = []string{"none"}
	}
	fact("triggers", strings.Join(heard, ", "))
	if browser := m.Snapshot.Header.Browser; browser != "" {
		fact("browser", browser)
	}
	fact("message", fmt.Sprintf("%d of session %s", push.Seq, m.Snapshot.Header.ID))
}

// mdCode is s as code in Markdown, on one line and safe in a table.
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

// JSON is the message as it was pushed.
func JSON(push *datalayer.Push) string {
	return describe.Script(push.Value(), "", false)
}

// Snippet pushes the message again when it is pasted into the browser's console.
func Snippet(push *datalayer.Push) string {
	message := push.Value()
	if push.Kind == datalayer.KindGtag {
		message.Kind = datalayer.Array
		call := describe.Script(message, "", true)
		return "gtag(" + call[1:len(call)-1] + ");"
	}
	return "window." + push.Layer + ".push(" + describe.Script(message, "", true) + ");"
}

// At returns the member of v, which stands at path, that a longer path leads to.
func At(v datalayer.Value, path, to string) (datalayer.Value, bool) {
	if path == to {
		return v, true
	}
	for _, f := range v.Fields {
		if found, ok := At(f.Value, datalayer.Member(path, f.Name), to); ok {
			return found, true
		}
	}
	for i, item := range v.Items {
		if found, ok := At(item, datalayer.Item(path, i), to); ok {
			return found, true
		}
	}
	return datalayer.Value{}, false
}
