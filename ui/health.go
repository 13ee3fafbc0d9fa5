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
	if a := s.snapshot.Attachment; s.from.File != "" && a.Phase == datalayer.Over && a.Detail != "" {
		amiss = append(amiss, "the file is not whole")
	}
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

func (s showing) recordingItem() item {
	switch rec := s.snapshot.Recording; {
	case s.from.File != "":
		return prose(style.Plain, "this is a recording: "+s.from.File)
	case rec.Err != nil:
		return prose(style.Bad, "✗ it has stopped: "+rec.Err.Error())
	case rec.File != "":
		return prose(style.Plain, "◉ everything goes to "+rec.File)
	}
	return prose(style.Faint, "nothing is being recorded; a recording has all that came before")
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
