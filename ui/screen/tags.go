package screen

import (
	"slices"
	"strconv"
	"strings"

	"layertap/filter"
	"layertap/gtm"
	"layertap/ui/describe"
	"layertap/ui/detail"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Tags lists every tag with its statuses over the session.
var Tags = &Screen{
	Key: "8", Name: "Tags", Command: "tags", Help: "tags: fired, blocked, held back",
	Rows:      func(d Data, width int) pane.Items { return pane.All(pane.Wrapped(tagBoard(d, width), width, nil)) },
	Needs:     overview.OfFindings,
	Audits:    true,
	Heading:   tagHeading,
	HasBeside: hasTags,
	Tab:       detail.Tags,
}

func hasTags(d Data) bool {
	for _, t := range d.Snapshot.Triggers {
		if len(t.Trigger.Fires) > 0 {
			return true
		}
	}
	return false
}

func tagBoard(d Data, width int) []pane.Item {
	switch {
	case !hasTags(d):
		return []pane.Item{
			pane.Prose(style.Strong, "no tags known"),
			pane.Prose(style.Faint, "load a container with --container, or open a page that has Google Tag Manager"),
		}
	case d.Explained.Answer == nil || d.Explained.Answer.TagCounts == nil:
		return []pane.Item{pane.Looking}
	}
	var items []pane.Item
	found := auditedOf(d, aboutTags)
	cells := found.cells(tagPaths(d))
	items = append(items, undecidedItems(d)...)
	table := tagTableOf(d, width-cells)
	for _, t := range d.Explained.Answer.TagCounts {
		items = append(items, found.row(table.row(t, width-cells), tagPath(t), cells))
	}
	return append(items, found.rest("the container")...)
}

// tagPath is the path of findings about a tag.
func tagPath(t overview.TagCount) string { return "tags." + t.Tag.Name }

func tagPaths(d Data) []string {
	var all []string
	for _, t := range d.Explained.Answer.TagCounts {
		all = append(all, tagPath(t))
	}
	return all
}

// tagColumn is a column of counts with its width. One that is rare is left out if it is 0
// for all tags.
type tagColumn struct {
	name  string
	width int
	rare  bool
	count func(overview.TagCount) int
	role  style.Role
}

var tagColumns = []tagColumn{
	{"fired", 7, false, func(t overview.TagCount) int { return t.Fired }, style.Good},
	{"maybe", 7, true, func(t overview.TagCount) int { return t.MayFire }, style.Warn},
	{"held", 6, false, func(t overview.TagCount) int { return t.HeldBack }, style.Warn},
	{"blocked", 9, false, func(t overview.TagCount) int { return t.Blocked }, style.Bad},
	{"hits", 6, false, func(t overview.TagCount) int { return t.Hits }, style.Info},
}

// tagTable is the layout of the rows of tags: the names, the counts, and when a tag last
// fired, in at least last cells.
type tagTable struct {
	names  text.Names
	counts []tagColumn
	last   int
}

// minTagName is the width that the column of names has at least.
const minTagName = 16

// tagTableOf divides the width of a row: the names get what the other columns leave.
func tagTableOf(d Data, width int) tagTable {
	tags := d.Explained.Answer.TagCounts
	t := tagTable{last: len("last")}
	var names []string
	for _, tag := range tags {
		names = append(names, tag.Tag.Name)
		t.last = max(t.last, text.Width(lastFired(tag)))
	}
	rest := width - len("? ") - len("  ") - t.last
	for _, c := range tagColumns {
		if !c.rare || slices.ContainsFunc(tags, func(tag overview.TagCount) bool { return c.count(tag) > 0 }) {
			t.counts = append(t.counts, c)
			rest -= c.width
		}
	}
	t.names = text.NamesIn(max(rest, minTagName), names...)
	return t
}

// tagHeading names the columns.
func tagHeading(d Data, width int) text.Line {
	if !hasTags(d) || d.Explained.Answer == nil || d.Explained.Answer.TagCounts == nil {
		return nil
	}
	cells := auditedOf(d, aboutTags).cells(tagPaths(d))
	table := tagTableOf(d, width-cells)
	words := strings.Repeat(" ", 4+cells) + text.Fit("tag", table.names.Width)
	for _, c := range table.counts {
		words += text.PadLeft(c.name, c.width)
	}
	return text.Of(style.Faint, words+"  last")
}

// lastFired is the message that a tag last fired on, or why there is none.
func lastFired(t overview.TagCount) string {
	switch {
	case t.Status() == gtm.StatusPaused, t.Last == 0 && t.Status() != gtm.StatusNotTriggered:
		_, _, word := describe.TagLook(t.Status())
		return word
	case t.Last == 0:
		return "never"
	}
	return "#" + strconv.Itoa(t.Last)
}

func (table tagTable) row(t overview.TagCount, width int) pane.Item {
	role, sign, _ := describe.TagLook(t.Status())
	line := text.Of(role, sign+" ").With(style.Plain, table.names.Fit(t.Tag.Name))
	for _, c := range table.counts {
		n, role := c.count(t), c.role
		if n == 0 {
			role = style.Faint
		}
		line = line.With(role, text.PadLeft(strconv.Itoa(n), c.width))
	}
	line = line.With(style.Faint, "  "+text.Fit(lastFired(t), table.last))
	if width-line.Width() > 12 {
		line = line.With(style.Faint, "  "+describe.TagType(t.Tag))
	}
	it := pane.Item{Line: line, Details: func() (text.Line, []pane.Item) { return tagDetails(t) }}
	if t.Last > 0 {
		it.Filter = "tag=" + filter.Quote(t.Tag.Name)
	}
	return it
}

// tagDetails describes what a tag waits for, and its statuses.
func tagDetails(t overview.TagCount) (text.Line, []pane.Item) {
	items := []pane.Item{pane.Fact("type", describe.TagType(t.Tag))}
	if c := t.Tag.Container; c != nil && c.ID != "" {
		items = append(items, pane.Fact("container", describe.Container(c.ID, c.Version)))
	}
	for _, f := range []struct {
		what  string
		count int
	}{{"fired", t.Fired}, {"may fire", t.MayFire}, {"held back", t.HeldBack}, {"blocked", t.Blocked}, {"paused", t.Paused}} {
		if f.count > 0 {
			items = append(items, pane.Fact(f.what, text.Times(f.count)))
		}
	}
	if t.Why != "" {
		items = append(items, pane.Fact("why not", t.Why))
	}
	if len(t.Tag.Consent) > 0 {
		items = append(items, pane.Fact("needs", strings.Join(t.Tag.Consent, ", ")))
	}
	for _, list := range []struct {
		title    string
		triggers []*gtm.Trigger
	}{{"fires on", t.Tag.Firing}, {"blocked by", t.Tag.Blocking}} {
		if len(list.triggers) == 0 {
			continue
		}
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, list.title)})
		for _, trigger := range list.triggers {
			items = append(items, pane.Item{Wrap: true, Line: text.Of(style.Info, "▣ ").With(style.Plain, trigger.Name).
				With(style.Faint, "  "+listensTo(trigger))})
		}
	}
	return text.Of(style.Strong, t.Tag.Name), items
}
