package ui

import (
	"fmt"
	"strings"

	"layertap/gtm"
)

// ticket is the message as Markdown for the person who can fix it: what is wrong,
// what to do, and all that it takes to see it again.
func (m Model) ticket() string {
	push := m.currentPush()
	i := m.messages.current()
	v := m.snapshot.Verdict(i)
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: %s\n\n", mdCode(push.Title()), headline(len(v.Findings)))
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "- **%s** (%s)", f.Code, f.Severity)
		if f.Path != "" {
			fmt.Fprintf(&b, " %s", mdCode(f.Path))
		}
		if f.Suggestion != "" {
			fmt.Fprintf(&b, ", probably meant: %s", mdCode(f.Suggestion))
		}
		fmt.Fprintf(&b, ": %s", f.Message)
		if f.Fix != "" {
			fmt.Fprintf(&b, " %s", f.Fix)
		}
		b.WriteByte('\n')
	}
	if note := m.seen.notes[push.Seq]; note != "" {
		fmt.Fprintf(&b, "\n> %s\n", strings.ReplaceAll(note, "\n", "\n> "))
	}
	fmt.Fprintf(&b, "\n| | |\n|---|---|\n")
	m.ticketFacts(func(what, how string) {
		fmt.Fprintf(&b, "| %s | %s |\n", what, mdCode(how))
	})
	fence := strings.Repeat("`", longestRun(messageJSON(m), '`')+3)
	fmt.Fprintf(&b, "\n%sjson\n%s\n%s\n", fence, messageJSON(m), fence)
	return b.String()
}

func headline(findings int) string {
	if findings == 0 {
		return "no findings"
	}
	return count(findings, "finding")
}

// ticketFacts hands on where and when the message came, and what heard it.
func (m Model) ticketFacts(fact func(what, how string)) {
	push := m.currentPush()
	fact("page", m.snapshot.Page(push.Page).URL)
	fact("time", m.snapshot.Header.Started.Add(push.T).UTC().Format("2006-01-02 15:04:05.000 UTC"))
	fact("data layer", push.Layer)
	if push.Action != nil {
		fact("after", push.Action.Action+" "+actionTarget(push.Action))
	}
	if file := m.seen.shots[push.Seq]; file != "" {
		fact("screenshot", file)
	}
	if push.ByHand() {
		fact("pushed by", "hand, and not by the page")
	} else if len(push.Stack) > 0 {
		fact("pushed by", stackFrame(push.Stack[0]))
	}
	var heard []string
	for _, match := range m.snapshot.Verdict(m.messages.current()).Outcome.Triggers {
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
	if browser := m.snapshot.Header.Browser; browser != "" {
		fact("browser", browser)
	}
	fact("message", fmt.Sprintf("%d of session %s", push.Seq, m.snapshot.Header.ID))
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
