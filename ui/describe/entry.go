// Package describe formats the data of a session as rows: values, findings, hits and facts
// about an entry.
package describe

import (
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/text"
)

// EntryTime is the time of an entry: the time of day, and since the start.
func EntryTime(snapshot session.Snapshot, e datalayer.Entry) string {
	t := datalayer.At(e).T
	since := "+" + text.Seconds(t) + " after the start"
	if push, ok := e.(*datalayer.Push); ok && push.Recovered {
		since += "; pushed before the hook was in place, time unknown"
	}
	if started := snapshot.Header.Started; !started.IsZero() {
		return started.Add(t).Format("15:04:05.000") + "  " + since
	}
	return since
}

// Container names a container with its version, if that is known.
func Container(id, version string) string {
	if version == "" {
		return id
	}
	return id + " version " + version
}

// StackFrame is a place in the code of a page.
func StackFrame(f datalayer.StackFrame) string {
	name := f.Func
	if name == "" {
		name = "(anonymous)"
	}
	return name + "  " + text.BareURL(f.URL) + ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Col)
}

// LongEvent is the width of a column that fits the longest common event names.
const LongEvent = 34

// ShotSign marks screenshots.
const ShotSign = "◫"

// GapExtent describes the duration of a gap and the number of lost messages, if known.
func GapExtent(took time.Duration, lost int) string {
	var words []string
	if took > 0 {
		words = append(words, text.Seconds(took))
	}
	if lost > 0 {
		words = append(words, plural.Count(lost, "message")+" lost")
	} else if lost < 0 {
		words = append(words, "number of missed messages unknown")
	}
	return strings.Join(words, ", ")
}

// ActionTarget describes the element the user acted on: its selector and its text.
func ActionTarget(a *datalayer.Action) string {
	if a.Text != "" {
		return a.Selector + " “" + a.Text + "”"
	}
	return a.Selector
}

// ShortTarget is like ActionTarget, with the text first.
func ShortTarget(a *datalayer.Action) string {
	if a.Text != "" {
		return "“" + a.Text + "” " + a.Element()
	}
	return a.Element()
}

// MarkSign is shown in the rows that the user marked.
const MarkSign = "★"
