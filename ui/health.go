package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Health says in lines what the screen of that name says of a capture, and whether
// all is well with it; file is what it was read from, empty where it is live. The
// lines are not safe to be shown.
func Health(file string, snapshot session.Snapshot) (lines []string, sound bool) {
	s := newShowing(0, Recording{File: file})
	s.snapshot = snapshot
	s.seen.extend(snapshot)
	s.explained.answer = &answer{kinds: kindsOf(snapshot), cuts: snapshot.Cuts(session.Cuts{})}
	for _, it := range s.captureItems(120) {
		lines = append(lines, strings.TrimRight(text.Fit(it.label.String(), it.indent)+it.line.String(), " "))
	}
	return lines, len(s.amiss()) == 0
}

// healthItems says what may be trusted, and how often each kind of fault was found.
func (s showing) healthItems(width int) []item {
	items := append(s.captureItems(width), labelled("Findings", s.findingCounts(), width)...)
	for i := range items {
		if items[i].tell == nil {
			items[i].tell = tellHealth
		}
	}
	return items
}

// tellHealth says how the screen is read.
func tellHealth() (text.Line, []item) {
	return text.Of(style.Strong, "how this is read"), []item{
		fact("✓", "every message is seen").in(style.Good),
		fact("▲", "something was missed, or may have been").in(style.Warn),
		fact("✗", "nothing is seen, or nothing is kept").in(style.Bad),
		fact("·", "there is nothing to see").in(style.Faint),
		fact("○", "watched for, and not there yet").in(style.Faint),
		{},
		prose(style.Faint, "Of the moment: the attachment, the frames, and how the hook stands on a data layer. "+
			"All else is worked out from what was captured, and a recording says the same."),
		{},
		prose(style.Faint, "Put the cursor on a gap, a frame or a kind of finding to be told more of it."),
	}
}

// captureItems says how the capture goes: the attachment, what was missed and cut,
// and what is recorded.
func (s showing) captureItems(width int) []item {
	all := []item{s.verdict()}
	for _, section := range []struct {
		title string
		items []item
	}{
		{"Attachment", s.attachmentItems()},
		{"Missed", s.gapItems()},
		{"Cut", s.cutItems()},
		{"Recording", []item{s.recordingItem()}},
		{"Data layers", s.layerItems()},
		{"Containers", s.containerItems()},
		{"Frames", s.frameItems(width - labelWidth)},
	} {
		all = append(all, labelled(section.title, section.items, width)...)
	}
	return all
}

// labelWidth is the width of the column of labels.
const labelWidth = 13

// labelled puts a label before the first of some items, on a line of its own where
// the screen is narrow, and leaves a line free before them.
func labelled(label string, items []item, width int) []item {
	if len(items) == 0 {
		return nil
	}
	if width < 60 {
		for i := range items {
			items[i].indent += 2
		}
		return append([]item{{}, {line: text.Of(style.Title, label)}}, items...)
	}
	for i := range items {
		items[i].indent += labelWidth
	}
	items[0].label = text.Of(style.Title, text.Fit(label, items[0].indent))
	return append([]item{{}}, items...)
}

// verdict says in a line whether anything was missed.
func (s showing) verdict() item {
	amiss := s.amiss()
	switch {
	case len(amiss) > 0:
		return prose(style.Warn, "▲ "+strings.Join(amiss, ", "))
	case s.from.File == "" && s.snapshot.Attachment.Phase == datalayer.Lost:
		return prose(style.Bad, "✗ what the page pushes now is not seen")
	case s.from.File == "" && s.snapshot.Attachment.Phase != datalayer.Live && s.snapshot.Attachment.Phase != datalayer.Over:
		return item{line: s.phase(), wrap: true}
	}
	return prose(style.Good, "✓ nothing is known to have been missed")
}

// amiss lists what was missed or may be.
func (s showing) amiss() []string {
	var amiss []string
	if c := s.snapshot.Counts; c.Gaps > 0 {
		amiss = append(amiss, count(c.Gaps, "gap")+lostWords(c.Lost))
	}
	out, silent := 0, 0
	for _, f := range s.snapshot.Attachment.Frames {
		switch {
		case !f.Silent.IsZero():
			silent++
		case frameSign(f) != "✓" && f.Remark != "" && !f.Empty:
			out++
		}
	}
	if out > 0 {
		amiss = append(amiss, count(out, "frame")+" not seen wholly")
	}
	if silent > 0 {
		amiss = append(amiss, count(silent, "frame")+" without an answer")
	}
	if a := s.explained.answer; a != nil && a.cuts.Messages > 0 {
		amiss = append(amiss, count(a.cuts.Messages, "message")+" cut")
	}
	return amiss
}

// blind says why the page's messages are not seen at the moment; empty where they
// are.
func (s showing) blind() string {
	if s.from.File != "" || s.snapshot.Attachment.Phase != datalayer.Live {
		return ""
	}
	frames, out := s.snapshot.Attachment.Frames, 0
	for _, f := range frames {
		switch {
		case f.Depth == 0 && !f.Silent.IsZero():
			return "the page has not answered since " + s.clock(f.Silent) + ": it is busy, or stands still"
		case f.Hooked || f.Empty || f.Remark == "":
		case f.Depth == 0:
			return "the page is not seen: " + f.Remark
		default:
			out++
		}
	}
	if out > 0 {
		return count(out, "frame") + " of the page is not seen"
	}
	return ""
}

func lostWords(lost int) string {
	if lost == 0 {
		return ""
	}
	return ", " + count(lost, "message") + " lost"
}

func (s showing) attachmentItems() []item {
	a := s.snapshot.Attachment
	state := s.phase()
	if a.Phase == datalayer.Live && !a.Since.IsZero() && s.from.File == "" {
		state = state.With(style.Plain, " since "+s.clock(a.Since))
	}
	if a.Detail != "" {
		state = state.With(style.Plain, "  "+a.Detail)
	}
	items := []item{{line: state, wrap: true}}
	if browser := s.snapshot.Header.Browser; browser != "" {
		items[0].line = items[0].line.With(style.Faint, "  "+browser)
	}
	if a.Ahead != 0 {
		way := "ahead of"
		if a.Ahead < 0 {
			way = "behind"
		}
		items = append(items, prose(style.Faint, "· the browser's clock is "+seconds(a.Ahead.Abs())+" "+way+" this machine's: all times are this machine's"))
	}
	if a.Frames != nil {
		return append(append(items, s.hookItem()), notices(a)...)
	}
	if s.seen.page != nil {
		items = append(items, prose(style.Plain, s.seen.page.URL))
	}
	items = append(items, prose(style.Faint, count(len(s.seen.frames), "frame")+" in "+count(len(s.seen.targets), "tab")+" seen"))
	return append(items, notices(a)...)
}

// notices are what the user should know all the while.
func notices(a datalayer.Attachment) []item {
	var items []item
	for _, notice := range a.Notices {
		items = append(items, prose(style.Warn, "▲ "+notice))
	}
	return items
}

// hookItem says in how many frames the hook is.
func (s showing) hookItem() item {
	hooked, all := 0, 0
	for _, f := range s.snapshot.Attachment.Frames {
		if !f.Empty {
			all++
		}
		if f.Hooked && f.Silent.IsZero() {
			hooked++
		}
	}
	of := count(all, "frame")
	if tabs := s.openTabs(); tabs > 1 {
		of += " in " + count(tabs, "tab")
	}
	line := text.Of(style.Good, "✓ hook in place").With(style.Plain, " in "+of)
	if hooked < all {
		line = text.Of(style.Warn, "▲ hook in place").With(style.Plain, " in "+strconv.Itoa(hooked)+" of "+of)
	}
	return item{line: line.With(style.Faint, ", asked every second"), wrap: true}
}

// openTabs is in how many tabs there are frames now.
func (s showing) openTabs() int {
	tabs := map[string]bool{}
	for _, f := range s.snapshot.Attachment.Frames {
		tabs[f.Target] = true
	}
	return len(tabs)
}

// clock is a time of day where the session was.
func (s showing) clock(t time.Time) string {
	return t.In(s.snapshot.Header.Started.Location()).Format("15:04:05")
}

// shownFrames is how many frames are listed of which there is nothing to say.
const shownFrames = 8

// frameItems lists the frames that there are now, with their data layers; nil where
// none are known.
func (s showing) frameItems(width int) []item {
	frames := s.snapshot.Attachment.Frames
	var items []item
	plain, longest := 0, 0
	for _, f := range frames {
		longest = max(longest, 2*f.Depth+text.Width(bareURL(f.URL)))
	}
	longest = min(longest, max(width/2, 24))
	for _, f := range frames {
		dull := f.Depth > 0 && frameSign(f) != "▲"
		if dull && plain >= shownFrames {
			plain++
			continue
		}
		if dull {
			plain++
		}
		items = append(items, s.frameItem(f, longest)...)
	}
	if more := plain - shownFrames; more > 0 {
		items = append(items, prose(style.Faint, "· and "+count(more, "frame")+" more of which there is nothing to say"))
	}
	return items
}

// frameSign is "✓" for a frame that is seen, "▲" for one that is not, or not wholly,
// and "·" for one that is on its way or holds nothing.
func frameSign(f datalayer.Frame) string {
	switch {
	case !f.Silent.IsZero() || f.Remark != "" && !f.Empty:
		return "▲"
	case !f.Hooked:
		return "·"
	}
	return "✓"
}

var frameRoles = map[string]style.Role{"✓": style.Good, "▲": style.Warn, "·": style.Faint}

func (s showing) frameItem(f datalayer.Frame, width int) []item {
	sign := frameSign(f)
	role := frameRoles[sign]
	name := style.Plain
	if f.Depth == 0 {
		name = style.Strong
	}
	address := bareURL(f.URL)
	if address == "" {
		address = "(no address)"
	}
	line := text.Of(role, sign+" ").With(name, text.Fit(address, max(width-2*f.Depth, 8))).With(style.Plain, "  ")
	held := 0
	for _, l := range f.Layers {
		if l.Hook == datalayer.HookAwaited {
			continue
		}
		if held++; held > 1 {
			line = line.With(style.Plain, "  ")
		}
		role, sign, _ := layerLook(l)
		line = line.With(role, sign+" ").With(style.Plain, l.Name)
	}
	switch {
	case f.Empty:
		line = line.With(style.Faint, f.Remark)
	case !f.Hooked && f.Remark == "" && f.Silent.IsZero():
		line = line.With(style.Faint, "not looked at yet")
	case f.Hooked && held == 0:
		line = line.With(style.Faint, "no data layer")
	}
	if f.Depth == 0 && s.openTabs() > 1 {
		line = line.With(style.Faint, "  tab "+f.Target)
	}
	items := []item{{line: line, indent: 2 * f.Depth, tell: func() (text.Line, []item) { return s.tellFrame(f) }}}
	if !f.Silent.IsZero() {
		items = append(items, under(f, style.Warn, "has not answered since "+s.clock(f.Silent)+": it is busy, or stands still"))
	}
	if f.Remark != "" && !f.Empty {
		items = append(items, under(f, style.Warn, f.Remark))
	}
	return items
}

// tellFrame tells how the hook stands in a frame, layer by layer.
func (s showing) tellFrame(f datalayer.Frame) (text.Line, []item) {
	hook := fact("hook", "in place").in(style.Good)
	switch {
	case !f.Silent.IsZero():
		hook = fact("hook", "without an answer since "+s.clock(f.Silent)).in(style.Warn)
	case f.Empty:
		hook = fact("hook", "nothing to hook: "+f.Remark).in(style.Faint)
	case !f.Hooked && f.Remark != "":
		hook = fact("hook", "not in place: "+f.Remark).in(style.Warn)
	case !f.Hooked:
		hook = fact("hook", "not looked at yet").in(style.Faint)
	}
	items := []item{fact("address", f.URL), fact("tab", f.Target), hook}
	if f.Hooked && f.Remark != "" {
		items = append(items, prose(style.Warn, "▲ "+f.Remark))
	}
	for _, l := range f.Layers {
		role, sign, words := layerLook(l)
		items = append(items, item{}, item{line: text.Of(role, sign+" ").With(style.Name, l.Name)})
		if words == "" {
			words = "every message is seen"
		}
		items = append(items, item{indent: 2, wrap: true, line: text.Of(role, words)})
	}
	return text.Of(style.Strong, bareURL(f.URL)), items
}

// under is a remark below a frame.
func under(f datalayer.Frame, role style.Role, remark string) item {
	return item{indent: 2*f.Depth + 2, wrap: true, line: text.Of(role, remark)}
}

// layerLook is how the hook's standing on a layer is drawn, and in words what is not
// seen because of it.
func layerLook(l datalayer.Layer) (style.Role, string, string) {
	switch {
	case l.Hook == datalayer.HookFrozen:
		return style.Warn, "▲", "the page froze it, so that the hook cannot be put on: messages that it refuses are not seen"
	case l.Hook == datalayer.HookObject:
		return style.Warn, "▲", "it is no array: only what goes through its push is seen"
	case l.Hook == datalayer.HookNone:
		return style.Warn, "▲", "it has no push, so that it receives no messages"
	case l.Hook == datalayer.HookAwaited:
		return style.Faint, "○", "there is no such variable yet"
	case l.Lexical:
		return style.Warn, "▲", "declared with let or const: Google Tag Manager does not see it"
	case l.Displaced > 0:
		return style.Warn, "▲", "the page took the hook off " + times(l.Displaced) + "; it was put back, and values that are no objects may be missing"
	case l.Rested > 0:
		return style.Warn, "▲", "the page stood still, so that the hook had stepped aside " + times(l.Rested) + "; it is back"
	}
	return style.Good, "✓", ""
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// layerItems lists the data layers with what they received, and the containers.
func (s showing) layerItems() []item {
	var items []item
	for _, l := range s.seen.layers {
		items = append(items, s.layerItem(l.name, l.messages)...)
	}
	for _, f := range s.snapshot.Attachment.Frames {
		for _, l := range f.Layers {
			if !s.seen.hasLayer(l.Name) && !slices.ContainsFunc(items, func(it item) bool { return it.path == l.Name }) {
				items = append(items, s.layerItem(l.Name, 0)...)
			}
		}
	}
	if items == nil {
		items = append(items, prose(style.Faint, "· none seen yet"))
	}
	for i := range items {
		items[i].path = "" // nothing to fold
	}
	return items
}

func (s showing) containerItems() []item {
	var items []item
	for _, c := range s.seen.containers {
		line := text.Of(style.Good, "✓ ").With(style.Plain, cmp.Or(c.ID, "one without a name"))
		if c.Version != "" {
			line = line.With(style.Plain, " version "+c.Version)
		}
		if c.Layer != "" {
			line = line.With(style.Faint, "  listens to "+c.Layer)
		}
		items = append(items, item{seq: 0, wrap: true, line: line.With(style.Faint, ", from the "+cmp.Or(c.Source, "page"))})
	}
	if items == nil {
		items = append(items, prose(style.Faint, "· none seen: --container loads one from a file"))
	}
	return items
}

// layerItem says of a layer what it received and how the hook stands on it, in
// whatever frame that is worth saying.
func (s showing) layerItem(name string, messages int) []item {
	role, sign, hooked := style.Faint, "·", 0
	var remarks []item
	for _, f := range s.snapshot.Attachment.Frames {
		for _, l := range f.Layers {
			if l.Name != name || l.Hook == datalayer.HookAwaited {
				continue
			}
			r, at, words := layerLook(l)
			if words != "" {
				role, sign = r, at
				remarks = append(remarks, item{indent: 2, wrap: true, line: text.Of(r, words).With(style.Faint, "  in "+text.Cut(bareURL(f.URL), 40))})
				continue
			}
			if hooked++; sign == "·" {
				role, sign = r, at
			}
		}
	}
	line := text.Of(role, sign+" ").With(style.Plain, text.Fit(name, max(16, min(text.Width(name), 40)))).With(style.Number, padLeft(strconv.Itoa(messages), 7)).
		With(style.Faint, strings.TrimPrefix(" "+count(messages, "message"), " "+strconv.Itoa(messages)))
	switch {
	case hooked > 0:
		line = line.With(style.Good, "  hook in place").With(style.Faint, " in "+count(hooked, "frame"))
	case remarks == nil && s.snapshot.Attachment.Frames != nil:
		line = line.With(style.Faint, "  watched for: there is no such variable now")
	}
	return append([]item{{line: line, path: name}}, remarks...)
}

// gapItems says what was missed, a row for each reason.
func (s showing) gapItems() []item {
	var items []item
	for _, g := range s.seen.gaps {
		line := text.Of(style.Warn, "▲ ")
		if g.count > 1 {
			line = line.With(style.Number, strconv.Itoa(g.count)+"× ")
		}
		where := []string{gapExtent(g.took, g.lost)}
		if where[0] == "" {
			where = nil
		}
		if g.count > 1 {
			where = append(where, "first in row "+strconv.Itoa(g.first.Seq)+", last in "+strconv.Itoa(g.last))
		} else {
			where = append(where, "row "+strconv.Itoa(g.first.Seq))
		}
		items = append(items, item{seq: g.first.Seq, wrap: true, tell: s.tellGaps(g), line: line.With(style.Plain, g.first.Why).
			With(style.Faint, "  ("+strings.Join(where, "; ")+")")})
	}
	if s.seen.otherGaps > 0 {
		items = append(items, prose(style.Warn, "▲ and "+count(s.seen.otherGaps, "gap")+" of other kinds: ] leads from one to the next"))
	}
	if items == nil {
		items = append(items, prose(style.Good, "✓ no gaps"))
	}
	if n := s.seen.recovered; n > 0 {
		items = append(items, prose(style.Faint, "· "+count(n, "message")+" stood in a data layer before the hook came: in the right order, at a time unknown"))
	}
	return items
}

// tellGaps lists the gaps of a kind.
func (s showing) tellGaps(g gapKind) func() (text.Line, []item) {
	return func() (text.Line, []item) {
		items := []item{prose(style.Plain, g.first.Why), {}}
		for _, gap := range g.some {
			items = append(items, item{label: text.Of(style.Faint, text.Fit("row "+strconv.Itoa(gap.Seq), 12)), indent: 12, wrap: true,
				line: text.Of(style.Plain, s.clock(s.snapshot.Header.Started.Add(gap.T))).With(style.Faint, inBrackets(gapExtent(gap.Until-gap.T, gap.Lost)))})
		}
		if more := g.count - len(g.some); more > 0 {
			items = append(items, prose(style.Faint, "and "+count(more, "gap")+" more"))
		}
		return text.Of(style.Strong, count(g.count, "gap")), items
	}
}

// cutItems says what was left out of messages because it was too large.
func (s showing) cutItems() []item {
	a := s.explained.answer
	if a == nil || a.kinds == nil {
		return []item{looking}
	}
	if a.cuts.Messages == 0 {
		return []item{prose(style.Good, "✓ every value was kept whole")}
	}
	items := []item{prose(style.Warn, "▲ "+count(a.cuts.Messages, "message")+" with values that were too large to be kept whole")}
	for _, k := range []struct {
		cut        session.Cut
		what, left string
	}{
		{a.cuts.Strings, "string", "character"}, {a.cuts.Arrays, "array", "item"},
		{a.cuts.Objects, "object", "key"}, {a.cuts.Depths, "nested object", "key"},
	} {
		if k.cut.Values == 0 {
			continue
		}
		line := text.Of(style.Plain, count(k.cut.Values, k.what)).With(style.Faint, ", "+count(k.cut.Left, k.left)+" left out")
		if k.cut.Values > 1 {
			line = line.With(style.Faint, ", most of them "+strconv.Itoa(k.cut.Most))
		}
		if k.cut.Path != "" {
			line = line.With(style.Faint, " of ").With(style.Name, text.Cut(k.cut.Path, 40))
		}
		items = append(items, item{indent: 2, seq: k.cut.On, wrap: true, line: line.With(style.Faint, " in row "+strconv.Itoa(k.cut.On))})
	}
	return items
}

func (s showing) recordingItem() item {
	switch rec := s.snapshot.Recording; {
	case s.from.File != "":
		return prose(style.Plain, "this is a recording: "+s.from.File)
	case rec.Err != nil:
		return prose(style.Bad, "✗ it has stopped: "+rec.Err.Error())
	case rec.File != "":
		return prose(style.Plain, "◉ everything goes to "+rec.File)
	}
	return prose(style.Faint, "nothing is being recorded: r starts it, with all that came before")
}

// findingCounts lists the kinds of findings, the worst and most frequent first.
func (s showing) findingCounts() []item {
	a := s.explained.answer
	if a == nil || a.kinds == nil {
		return []item{looking}
	}
	var items []item
	for _, k := range a.kinds {
		role, sign := severityLook(k.severity)
		items = append(items, item{seq: k.first, tell: k.tell,
			line: text.Of(role, sign+" "+text.Fit(string(k.code), 24)).With(style.Number, padLeft(strconv.Itoa(k.count), 6)+"×").
				With(style.Faint, "  first in "+strconv.Itoa(k.first))})
	}
	for _, f := range s.snapshot.Findings {
		items = append(items, findingLines(f)...)
	}
	if items == nil {
		return []item{prose(style.Good, "✓ none")}
	}
	return items
}

// kind is a kind of finding and how often it was found.
type kind struct {
	code         rules.Code
	severity     rules.Severity
	count, first int // first is a Seq
}

// tell says what a kind of finding means.
func (k kind) tell() (text.Line, []item) {
	role, sign := severityLook(k.severity)
	items := meaning(k.code)
	for i := range items {
		items[i].indent = max(items[i].indent-4, 0)
	}
	return text.Of(role, sign+" "+string(k.code)), items
}

// kindsOf counts the findings about messages by their kinds.
func kindsOf(snapshot session.Snapshot) []kind {
	at := map[rules.Code]int{}
	kinds := []kind{}
	for i := range snapshot.Len() {
		for _, f := range snapshot.Verdict(i).Findings {
			n, ok := at[f.Code]
			if !ok {
				n = len(kinds)
				at[f.Code] = n
				kinds = append(kinds, kind{code: f.Code, first: datalayer.At(snapshot.Entry(i)).Seq})
			}
			kinds[n].count++
			kinds[n].severity = max(kinds[n].severity, f.Severity)
		}
	}
	slices.SortStableFunc(kinds, func(a, b kind) int {
		return cmp.Or(int(b.severity)-int(a.severity), b.count-a.count)
	})
	return kinds
}
