package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/visible"
)

// Diff is the differences between two sessions.
type Diff struct {
	Tool          string
	Before, After File
	Differences   []diff.Difference
}

// Compare compares the messages of two sessions.
func Compare(tool string, before, after File, ignore diff.Ignore) Diff {
	return Diff{tool, before, after, diff.Sessions(before.Session, after.Session, ignore)}
}

// Same reports whether there are no differences.
func (d Diff) Same() bool { return len(d.Differences) == 0 }

// Text writes the differences for people.
func (d Diff) Text(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, f := range []File{d.Before, d.After} {
		for _, doubt := range f.doubts() {
			fmt.Fprintln(out, visible.Text(fmt.Sprintf("! %s: %s", f.Name, doubt)))
		}
	}
	if other := d.otherSites(); other != "" {
		fmt.Fprintln(out, visible.Text("! "+other))
	}
	at := ""
	for _, one := range d.Differences {
		if here := fmt.Sprintf("%s  (%s)", one.Page, one.Layer); here != at {
			at = here
			fmt.Fprintln(out, visible.Text(at))
		}
		differenceText(out, one)
	}
	fmt.Fprintln(out, visible.Text(d.summary()))
	return out.Flush()
}

// otherSites returns a sentence if the sessions are of different sites, otherwise "".
func (d Diff) otherSites() string {
	before, after, other := diff.OtherSites(d.Before.Session, d.After.Session)
	if !other {
		return ""
	}
	return fmt.Sprintf("the recordings are of different sites, %s and %s: pages are compared by their paths", before, after)
}

// doubts returns the reasons to doubt that a file has all that it should.
func (f File) doubts() []string {
	var doubts []string
	for r := range f.remarks() {
		if r.doubt != "" {
			doubts = append(doubts, r.doubt)
		}
	}
	return doubts
}

func differenceText(w io.Writer, one diff.Difference) {
	switch one.Kind {
	case diff.Missing:
		fmt.Fprintf(w, "  - %s  missing: only in the first\n", visible.Text(numbered(one.Event, one.Before)))
	case diff.Extra:
		fmt.Fprintf(w, "  + %s  extra: only in the second\n", visible.Text(numbered(one.Event, one.After)))
	case diff.Reordered:
		fmt.Fprintf(w, "  ↕ %s  moved to #%d\n", visible.Text(numbered(one.Event, one.Before)), one.After.Seq)
	default:
		fmt.Fprintf(w, "  ~ %s → #%d  %s\n", visible.Text(numbered(one.Event, one.Before)), one.After.Seq, kindWords[one.Kind])
	}
	for _, change := range one.Changes {
		fmt.Fprintf(w, "      %s\n", visible.Text(changeText(change)))
	}
}

func numbered(event string, push *datalayer.Push) string {
	return fmt.Sprintf("#%d %s", push.Seq, event)
}

func changeText(c diff.Change) string {
	at := c.Path
	if at == "" {
		at = "the message"
	}
	switch c.Kind {
	case diff.KeyMissing:
		return fmt.Sprintf("- %s: %s", at, short(c.Before))
	case diff.KeyExtra:
		return fmt.Sprintf("+ %s: %s", at, short(c.After))
	case diff.TypeChanged:
		return fmt.Sprintf("~ %s: %s %s → %s %s", at, c.Before.Kind, short(c.Before), c.After.Kind, short(c.After))
	default:
		return fmt.Sprintf("~ %s: %s → %s", at, short(c.Before), short(c.After))
	}
}

// longestShown is the maximum number of characters of a value.
const longestShown = 80

// short is a value as JSON, cut to fit on a line.
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
	for _, kind := range diff.Kinds() {
		if n := d.count(kind); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, kindWords[kind]))
		}
	}
	return fmt.Sprintf("DIFFERENT: %s → %s: %s", d.Before.Name, d.After.Name, strings.Join(parts, ", "))
}

var kindWords = map[diff.Kind]string{
	diff.Missing: "missing", diff.Extra: "extra", diff.Reordered: "reordered",
	diff.Shape: "changed in shape", diff.Value: "changed in value",
}

func (d Diff) count(kind diff.Kind) int {
	n := 0
	for _, one := range d.Differences {
		if one.Kind == kind {
			n++
		}
	}
	return n
}
