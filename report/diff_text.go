package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/visible"
)

// Text writes the differences for people.
func (d Diff) Text(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, f := range []File{d.Before, d.After} {
		for _, doubt := range f.doubts() {
			fmt.Fprintln(out, visible.Text(fmt.Sprintf("! %s: %s", f.Name, doubt)))
		}
	}
	var at spot
	for _, one := range d.Differences {
		if here := (spot{one.Page, one.Layer}); here != at {
			at = here
			fmt.Fprintln(out, visible.Text(fmt.Sprintf("%s  (%s)", at.page, at.layer)))
		}
		one.text(out)
	}
	fmt.Fprintln(out, visible.Text(d.summary()))
	return out.Flush()
}

// doubts say why a file may not hold everything.
func (f File) doubts() []string {
	var doubts []string
	for r := range f.remarks() {
		if r.doubt != "" {
			doubts = append(doubts, r.doubt)
		}
	}
	return doubts
}

func (one Difference) text(w io.Writer) {
	switch one.Kind {
	case Missing:
		fmt.Fprintf(w, "  - %s  missing: only the first has it\n", visible.Text(numbered(one.Event, one.Before)))
	case Extra:
		fmt.Fprintf(w, "  + %s  extra: only the second has it\n", visible.Text(numbered(one.Event, one.After)))
	case Reordered:
		fmt.Fprintf(w, "  ↕ %s  stands in another place: #%d\n", visible.Text(numbered(one.Event, one.Before)), one.After.Seq)
	default:
		fmt.Fprintf(w, "  ~ %s → #%d  %s\n", visible.Text(numbered(one.Event, one.Before)), one.After.Seq, kindWords[one.Kind])
	}
	for _, change := range one.Changes {
		fmt.Fprintf(w, "      %s\n", visible.Text(change.text()))
	}
}

func numbered(event string, push *datalayer.Push) string {
	return fmt.Sprintf("#%d %s", push.Seq, event)
}

func (c Change) text() string {
	at := c.Path
	if at == "" {
		at = "the message"
	}
	switch c.Kind {
	case KeyMissing:
		return fmt.Sprintf("- %s: %s", at, short(c.Before))
	case KeyExtra:
		return fmt.Sprintf("+ %s: %s", at, short(c.After))
	case TypeChanged:
		return fmt.Sprintf("~ %s: %s %s → %s %s", at, c.Before.Kind, short(c.Before), c.After.Kind, short(c.After))
	default:
		return fmt.Sprintf("~ %s: %s → %s", at, short(c.Before), short(c.After))
	}
}

// longestShown is how many characters of a value are shown.
const longestShown = 80

// short is a value as JSON, cut to what a line can hold.
func short(v datalayer.Value) string {
	text := []rune(string(datalayer.Encode(nil, v)))
	if len(text) > longestShown {
		text = append(text[:longestShown-1], '…')
	}
	return string(text)
}

func (d Diff) summary() string {
	if d.Same() {
		return fmt.Sprintf("SAME: %s and %s", d.Before.Name, d.After.Name)
	}
	var parts []string
	for _, kind := range differenceKinds {
		if n := d.count(kind); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kindWords[kind]))
		}
	}
	return fmt.Sprintf("DIFFERENT: %s → %s: %s", d.Before.Name, d.After.Name, strings.Join(parts, ", "))
}

var kindWords = map[DifferenceKind]string{
	Missing: "missing", Extra: "extra", Reordered: "reordered", Shape: "changed in shape", Value: "changed in value",
}

func (d Diff) count(kind DifferenceKind) int {
	n := 0
	for _, one := range d.Differences {
		if one.Kind == kind {
			n++
		}
	}
	return n
}
