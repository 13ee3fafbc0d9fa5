package report

import (
	"fmt"
	"iter"
	"time"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/rules"
	"layertap/session"
)

// pushes yields the messages of a session with their indices, in order.
func pushes(s session.Snapshot) iter.Seq2[int, *datalayer.Push] {
	return func(yield func(int, *datalayer.Push) bool) {
		for i := range s.Len() {
			if push, ok := s.Entry(i).(*datalayer.Push); ok && !yield(i, push) {
				return
			}
		}
	}
}

// remark is an item of a report: findings at one place of a file, or a reason to doubt
// that the file has all that it should.
type remark struct {
	push     *datalayer.Push // the message; nil for the session as a whole
	page     *datalayer.Page // its page
	line     int             // in the file, from 1
	doubt    string          // empty if there are findings
	about    string          // the heading of the doubt
	findings []rules.Finding
	whole    string // the subject if there is no message
}

// remarks yields all remarks on a file in order of time, with those about the session as a
// whole last.
func (f File) remarks() iter.Seq[remark] {
	return func(yield func(remark) bool) {
		if f.Trouble != "" && !yield(remark{line: 1, doubt: f.Trouble, about: "Incomplete file"}) {
			return
		}
		if f.Container == "" && f.Session.Counts.Messages == 0 && !yield(remark{line: 1, doubt: f.none(), about: "No messages"}) {
			return
		}
		for i := range f.Session.Len() {
			if r, ok := f.remark(i); ok && !yield(r) {
				return
			}
		}
		if findings := f.Session.Findings; len(findings) > 0 {
			yield(remark{line: 1, findings: findings, whole: f.whole()})
		}
	}
}

// whole names the subject of findings that aren't about a message.
func (f File) whole() string {
	if f.Container != "" {
		return "the container"
	}
	return "the whole session"
}

// none returns the reason why there are no messages.
func (f File) none() string {
	if f.Filter != "" {
		return "no message matches the filter " + f.Filter
	}
	return "no message reached a data layer"
}

// messages counts the messages, and names the filter that selected them.
func (f File) messages() string {
	if f.Container != "" {
		return f.Container
	}
	n := plural.Count(f.Session.Counts.Messages, "message")
	if f.Filter != "" {
		n += " matching the filter " + f.Filter
	}
	return n
}

// remark returns the remark on the entry at index i, and whether there is one.
func (f File) remark(i int) (remark, bool) {
	entry := f.Session.Entry(i)
	r := remark{line: f.Line(datalayer.At(entry).Seq), findings: f.Session.Verdict(i).Findings}
	switch e := entry.(type) {
	case *datalayer.Push:
		r.push, r.page = e, f.Session.Page(e.Page)
	case *datalayer.Page:
		if e.Status != 0 && e.Frame == "main" {
			r.doubt, r.about = fmt.Sprintf("%s: %s: the server responded with %d", clock(e.T), e.URL, e.Status), "Error page"
		}
	case *datalayer.Gap:
		r.doubt, r.about = fmt.Sprintf("%s: %s", clock(e.T), e.Why), "Incomplete recording"
	case *datalayer.Container:
		if err := f.Session.Verdict(i).Err; err != nil {
			r.doubt, r.about = fmt.Sprintf("%s: %v", clock(e.T), err), "Container not evaluated"
		}
	}
	return r, r.doubt != "" || len(r.findings) > 0
}

// title names the subject of a remark.
func (r remark) title() string {
	if r.push == nil {
		return r.whole
	}
	return fmt.Sprintf("#%d %s", r.push.Seq, r.push.Title())
}

// advice is the text of a finding with its fix.
func advice(f rules.Finding) string {
	if f.Fix == "" {
		return f.Message
	}
	return f.Message + " " + f.Fix
}

// layers returns the names of the data layers, in the order of their first messages.
func layers(s session.Snapshot) []string {
	names, known := []string{}, map[string]bool{}
	for _, push := range pushes(s) {
		if !known[push.Layer] {
			known[push.Layer] = true
			names = append(names, push.Layer)
		}
	}
	return names
}

// worst is the symbol of the highest severity of the findings.
func worst(findings []rules.Finding) string {
	worst := rules.Off
	for _, f := range findings {
		worst = max(worst, f.Severity)
	}
	if worst == rules.Off {
		return "✓"
	}
	return symbol(worst)
}

// clock is a time since the session's start, as "1:02.345".
func clock(t time.Duration) string {
	t = t.Round(time.Millisecond)
	return fmt.Sprintf("%d:%02d.%03d", t/time.Minute, t%time.Minute/time.Second, t%time.Second/time.Millisecond)
}
