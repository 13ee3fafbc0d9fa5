package ui

import (
	"cmp"
	"fmt"
	"strconv"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// factWidth is the width of the first of the two columns of facts.
const factWidth = 11

// fact is a row of two columns: what, and how it is.
func fact(what, value string) item {
	return item{label: text.Of(style.Faint, text.Fit(what, factWidth-1)+" "), indent: factWidth, line: text.Of(style.Plain, value), wrap: true}
}

// in returns a fact in another role.
func (it item) in(role style.Role) item {
	it.line = text.Of(role, it.line.String())
	return it
}

// originItems says where a message came from.
func originItems(snapshot session.Snapshot, seen *overview, push *datalayer.Push) []item {
	items := []item{
		fact("time", moment(snapshot, push)),
		fact("page", snapshot.Page(push.Page).URL),
	}
	if push.Frame != "main" && push.Frame != "" {
		items = append(items, fact("frame", push.Frame))
	}
	items = append(items,
		fact("layer", push.Layer),
		fact("kind", string(push.Kind)),
		fact("came by", viaWords(push)))
	if push.Called != nil {
		items = append(items, fact("called with", string(push.Called)))
	}
	if push.NotLanded {
		items = append(items, fact("landed", "no: a wrapper of push dropped it or keeps it for later"))
	}
	if push.Of != nil {
		items = append(items, fact("released", "late: message "+strconv.Itoa(push.Of.Seq)+" had not landed"))
	}
	if push.Received != datalayer.Unknown {
		items = append(items, fact("received", map[datalayer.Tristate]string{datalayer.Yes: "yes, by Google Tag Manager", datalayer.No: "no, not by Google Tag Manager"}[push.Received]))
	}
	if push.Action != nil {
		items = append(items, fact("after", push.Action.Action+" "+actionTarget(push.Action)))
	}
	if file := seen.shots[push.Seq]; file != "" {
		items = append(items, fact("screenshot", file))
	}
	if push.ByHand() {
		return append(items, fact("pushed by", "hand, and not by the page"))
	}
	for i, frame := range push.Stack {
		what := ""
		if i == 0 {
			what = "pushed by"
		}
		items = append(items, fact(what, stackFrame(frame)))
	}
	if push.Stack == nil {
		items = append(items, fact("pushed by", "the call stack was not captured"))
	}
	return items
}

// moment is the time of an entry on the clock and since the start.
func moment(snapshot session.Snapshot, e datalayer.Entry) string {
	t := datalayer.At(e).T
	since := "+" + seconds(t) + " since the start"
	if push, ok := e.(*datalayer.Push); ok && push.Recovered {
		since += "; pushed before the hook was in place, at a time unknown"
	}
	if started := snapshot.Header.Started; !started.IsZero() {
		return started.Add(t).Format("15:04:05.000") + "  " + since
	}
	return since
}

func viaWords(push *datalayer.Push) string {
	words := map[datalayer.Via]string{
		datalayer.ViaInitial: "already in the array when the hook came",
		datalayer.ViaAssign:  "with an array that was assigned later",
	}[push.Via]
	switch {
	case words != "":
	case push.Via == "":
		words = string(datalayer.ViaPush)
	default:
		words = string(push.Via)
	}
	if push.Call > 0 {
		words += fmt.Sprintf(", argument %d of call %d", push.Arg+1, push.Call)
	}
	return words
}

func stackFrame(f datalayer.StackFrame) string {
	name := f.Func
	if name == "" {
		name = "(anonymous)"
	}
	return name + "  " + bareURL(f.URL) + ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Col)
}

// kindOf names the kind of an entry that is not a message.
func kindOf(e datalayer.Entry) string {
	switch e.(type) {
	case *datalayer.Page:
		return "page"
	case *datalayer.Gap:
		return "gap"
	case *datalayer.LayerChange:
		return "data layer"
	case *datalayer.ScriptError:
		return "script error"
	case *datalayer.Action:
		return "action"
	case *datalayer.Note:
		return "note"
	}
	return "entry"
}

// asideItems shows an entry that is not a message.
func asideItems(snapshot session.Snapshot, e datalayer.Entry) []item {
	items := []item{fact("time", moment(snapshot, e))}
	switch e := e.(type) {
	case *datalayer.Page:
		items = append(items, fact("address", e.URL))
		for _, f := range []struct{ what, value string }{{"title", e.Title}, {"came from", e.Referrer}, {"why", e.Cause.Words()}} {
			if f.value != "" {
				items = append(items, fact(f.what, f.value))
			}
		}
	case *datalayer.Gap:
		items = append(items, fact("why", e.Why), fact("extent", cmp.Or(gapExtent(e.Until-e.T, e.Lost), "a moment")))
	case *datalayer.LayerChange:
		items = append(items, fact("page", snapshot.Page(e.Page).URL), prose(style.Plain, e.Sentence()))
	case *datalayer.ScriptError:
		items = append(items, fact("page", snapshot.Page(e.Page).URL), fact("error", e.Message))
		if e.URL != "" {
			items = append(items, fact("at", e.Location()))
		}
	case *datalayer.Action:
		items = append(items, fact("action", e.Action), fact("on", actionTarget(e)))
		if e.Href != "" {
			items = append(items, fact("leads to", e.Href))
		}
	case *datalayer.Note:
		items = append(items, prose(style.Plain, e.Text))
	}
	return items
}
