package report

import (
	"encoding/json"
	"io"

	"layertap/datalayer"
	"layertap/diff"
)

// The keys of the JSON form of a comparison. Keys may be added, but not removed. Values are
// encoded as in session files.

type diffJSON struct {
	Format      int               `json:"format"`
	Tool        string            `json:"tool"`
	Same        bool              `json:"same"`
	OtherSites  string            `json:"otherSites,omitempty"` // a sentence, if they have no site in common
	Before      sideJSON          `json:"before"`
	After       sideJSON          `json:"after"`
	Counts      map[diff.Kind]int `json:"counts"`
	Differences []differenceJSON  `json:"differences"`
}

type sideJSON struct {
	File     string   `json:"file"`
	Messages int      `json:"messages"`
	Doubts   []string `json:"doubts,omitempty"`
}

type differenceJSON struct {
	Kind    diff.Kind    `json:"kind"`
	Page    string       `json:"page"`
	Layer   string       `json:"layer"`
	Event   string       `json:"event"`
	Before  int          `json:"before,omitempty"` // a sequence number
	After   int          `json:"after,omitempty"`
	Changes []changeJSON `json:"changes,omitempty"`
}

type changeJSON struct {
	Kind   diff.ChangeKind `json:"kind"`
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// JSON writes the differences for other programs.
func (d Diff) JSON(w io.Writer) error {
	out := diffJSON{
		Format: 1, Tool: d.Tool, Same: d.Same(), OtherSites: d.otherSites(), Before: side(d.Before), After: side(d.After),
		Counts: map[diff.Kind]int{}, Differences: []differenceJSON{},
	}
	for _, kind := range diff.Kinds() {
		out.Counts[kind] = d.count(kind)
	}
	for _, one := range d.Differences {
		out.Differences = append(out.Differences, differenceOf(one))
	}
	return WriteJSON(w, out)
}

func side(f File) sideJSON { return sideJSON{f.Name, f.Session.Counts.Messages, f.doubts()} }

func differenceOf(one diff.Difference) differenceJSON {
	out := differenceJSON{Kind: one.Kind, Page: one.Page, Layer: one.Layer, Event: one.Event}
	if one.Before != nil {
		out.Before = one.Before.Seq
	}
	if one.After != nil {
		out.After = one.After.Seq
	}
	for _, c := range one.Changes {
		change := changeJSON{Kind: c.Kind, Path: c.Path}
		if c.Kind != diff.KeyExtra {
			change.Before = datalayer.Encode(nil, c.Before)
		}
		if c.Kind != diff.KeyMissing {
			change.After = datalayer.Encode(nil, c.After)
		}
		out.Changes = append(out.Changes, change)
	}
	return out
}
