package detail

import (
	"cmp"
	"fmt"
	"strconv"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
)

// Origin shows where a message came from.
var Origin = &View{Name: "Origin", Short: "Orig", rows: func(_ Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	return originItems(from.Snapshot, from.Seen, push)
}, growing: true}

// originItems returns where a message came from.
func originItems(snapshot session.Snapshot, seen *overview.Overview, push *datalayer.Push) []pane.Item {
	items := []pane.Item{
		pane.Fact("time", describe.EntryTime(snapshot, push)),
		pane.Fact("page", snapshot.Page(push.Page).URL),
	}
	if push.Frame != "main" && push.Frame != "" {
		items = append(items, pane.Fact("frame", push.Frame))
	}
	items = append(items,
		pane.Fact("layer", push.Layer),
		pane.Fact("kind", string(push.Kind)),
		pane.Fact("method", viaWords(push)))
	if push.Called != nil {
		items = append(items, pane.Fact("called with", string(push.Called)))
	}
	if push.NotLanded {
		items = append(items, pane.Fact("landed", "no: a wrapper of push dropped it or keeps it for later"))
	}
	if push.Of != nil {
		items = append(items, pane.Fact("released", "late: message "+strconv.Itoa(push.Of.Seq)+" had not landed"))
	}
	if push.Received != datalayer.Unknown {
		items = append(items, pane.Fact("received", map[datalayer.Tristate]string{datalayer.Yes: "yes, by Google Tag Manager", datalayer.No: "no, not by Google Tag Manager"}[push.Received]))
	}
	if push.Action != nil {
		items = append(items, pane.Fact("after", push.Action.Action+" "+describe.ActionTarget(push.Action)))
	}
	if file := seen.Shots[push.Seq]; file != "" {
		items = append(items, pane.Fact("screenshot", file))
	}
	if push.ByHand() {
		return append(items, pane.Fact("pushed by", "hand, not by the page"))
	}
	for i, frame := range push.Stack {
		what := ""
		if i == 0 {
			what = "pushed by"
		}
		items = append(items, pane.Fact(what, describe.StackFrame(frame)))
	}
	if push.Stack == nil {
		items = append(items, pane.Fact("pushed by", "call stack not captured"))
	}
	return items
}

func viaWords(push *datalayer.Push) string {
	words := map[datalayer.Via]string{
		datalayer.ViaInitial: "already in the array when the hook found it",
		datalayer.ViaAssign:  "in an array assigned later",
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

// kindOf is the name of the kind of an entry that isn't a message.
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
	case *datalayer.TabClosed:
		return "tab"
	case *datalayer.Action:
		return "action"
	case *datalayer.PageValue:
		return "value read from the page"
	case *datalayer.Note:
		return "note"
	}
	return "entry"
}

// asideItems returns the rows of an entry that isn't a message.
func asideItems(snapshot session.Snapshot, e datalayer.Entry) []pane.Item {
	items := []pane.Item{pane.Fact("time", describe.EntryTime(snapshot, e))}
	switch e := e.(type) {
	case *datalayer.Page:
		items = append(items, pane.Fact("URL", e.URL))
		for _, f := range []struct{ what, value string }{{"title", e.Title}, {"referrer", e.Referrer}, {"why", e.Remark()}} {
			if f.value != "" {
				items = append(items, pane.Fact(f.what, f.value))
			}
		}
	case *datalayer.Gap:
		items = append(items, pane.Fact("why", e.Why), pane.Fact("duration", cmp.Or(describe.GapExtent(e.Until-e.T, e.Lost), "a moment")))
	case *datalayer.LayerChange:
		items = append(items, pane.Fact("page", snapshot.Page(e.Page).URL), pane.Prose(style.Plain, e.Sentence()))
	case *datalayer.TabClosed:
		items = append(items, pane.Fact("page", snapshot.Page(e.Page).URL), pane.Prose(style.Plain, e.Sentence()))
	case *datalayer.ScriptError:
		items = append(items, pane.Fact("page", snapshot.Page(e.Page).URL), pane.Fact("error", e.Message))
		if e.URL != "" {
			items = append(items, pane.Fact("location", e.Location()))
		}
	case *datalayer.Action:
		items = append(items, pane.Fact("action", e.Action), pane.Fact("on", describe.ActionTarget(e)))
		if e.Href != "" {
			items = append(items, pane.Fact("link to", e.Href))
		}
	case *datalayer.PageValue:
		items = append(items, pane.Fact("page", snapshot.Page(e.Page).URL), pane.Fact("variable", e.Variable), pane.Fact("value", string(e.Value)),
			pane.Prose(style.Faint, "used for the messages of this page that follow"))
	case *datalayer.Note:
		items = append(items, pane.Prose(style.Plain, e.Text))
	}
	return items
}
