package messages

import (
	"layertap/datalayer"
	"layertap/filter"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/text"
)

// Search returns the index of the next entry that contains word and passes the filter,
// folded or not. It searches from an index in a direction and wraps around; -1 if there is
// none.
func Search(snapshot session.Snapshot, chosen filter.Filter, word string, from, direction int) int {
	n, has := snapshot.Len(), filter.Containing(word)
	for step := 1; step <= n; step++ {
		i := ((from+direction*step)%n + n) % n
		if searchable(snapshot, chosen, i) && (has.Match(snapshot, i) || mentions(snapshot, i, word)) {
			return i
		}
	}
	return -1
}

func searchable(snapshot session.Snapshot, chosen filter.Filter, i int) bool {
	if _, ok := snapshot.Entry(i).(*datalayer.Page); ok {
		return chosen.All()
	}
	return RowFilter{Filter: chosen, Noise: true}.Passes(snapshot, i)
}

// mentions reports whether an entry that isn't a message contains the word.
func mentions(snapshot session.Snapshot, i int, word string) bool {
	switch e := snapshot.Entry(i).(type) {
	case *datalayer.Page:
		return text.Mentions(e.URL+" "+e.Title, word)
	case *datalayer.Action:
		return text.Mentions(e.Action+" "+describe.ActionTarget(e), word)
	case *datalayer.Gap:
		return text.Mentions(e.Why, word)
	case *datalayer.LayerChange:
		return text.Mentions(e.Sentence(), word)
	case *datalayer.ScriptError:
		return text.Mentions(e.Sentence(), word)
	case *datalayer.PageValue:
		return text.Mentions(e.Sentence(), word)
	case *datalayer.TabClosed:
		return text.Mentions(e.Sentence(), word)
	case *datalayer.Note:
		return text.Mentions(e.Text, word)
	}
	return false
}

// PathWith returns the first path in a message whose name or value contains the word; empty
// if there is none.
func PathWith(push *datalayer.Push, word string) string {
	message, err := datalayer.Decode(push.Message)
	if err != nil {
		return ""
	}
	return pathIn(message, "", word)
}

func pathIn(v datalayer.Value, path, word string) string {
	for _, f := range v.Fields {
		at := datalayer.Member(path, f.Name)
		if text.Mentions(f.Name, word) {
			return at
		}
		if found := pathIn(f.Value, at, word); found != "" {
			return found
		}
	}
	for i, element := range v.Items {
		if found := pathIn(element, datalayer.Item(path, i), word); found != "" {
			return found
		}
	}
	if !describe.IsNested(v) && (text.Mentions(v.Text, word) || text.Mentions(describe.Scalar(v).String(), word)) {
		return path
	}
	return ""
}
