package screen

import (
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Health shows how complete the capture is, and counts each kind of finding.
var Health = &Screen{
	Key: "6", Name: "Health", Command: "health", Help: "attachment, gaps, recording, findings by kind",
	Rows: func(d Data, width int) pane.Items {
		return pane.All(pane.Wrapped(d.capture().healthItems(width), width, nil))
	},
	Needs:     overview.OfFindings,
	HasBeside: func(Data) bool { return true },
}

// Capture is the state of a session's capture.
type Capture struct {
	overview.Source
	File string // the file of the session; empty if it is live
}

func (d Data) capture() Capture { return Capture{d.Source, d.File} }

// healthItems returns the rows of the screen.
func (s Capture) healthItems(width int) []pane.Item {
	items := append(s.captureItems(width), labelled("Findings", s.findingCounts(), width)...)
	for i := range items {
		if items[i].Details == nil {
			items[i].Details = healthDetails
		}
	}
	return items
}

// healthDetails describes how to read the screen.
func healthDetails() (text.Line, []pane.Item) {
	return text.Of(style.Strong, "how to read this"), []pane.Item{
		pane.Fact("✓", "every message is captured").In(style.Good),
		pane.Fact("▲", "something was or may have been missed").In(style.Warn),
		pane.Fact("✗", "nothing is captured, or nothing is saved").In(style.Bad),
		pane.Fact("·", "nothing to capture").In(style.Faint),
		pane.Fact("○", "expected, not there yet").In(style.Faint),
		{},
		pane.Prose(style.Faint, "The attachment, the frames and the hooks are shown as they are now. "+
			"Everything else comes from what was captured; a recording shows the same."),
		{},
		pane.Prose(style.Faint, "Select a gap, a frame or a kind of finding for details."),
	}
}

// captureItems returns the state of the capture: the attachment, what was missed and cut,
// and the recording.
func (s Capture) captureItems(width int) []pane.Item {
	all := []pane.Item{s.verdict()}
	for _, section := range []struct {
		title string
		items []pane.Item
	}{
		{"Attachment", s.attachmentItems()},
		{"Missed", s.gapItems()},
		{"Cut", s.cutItems()},
		{"Recording", []pane.Item{s.recordingItem()}},
		{"Data layers", s.layerItems()},
		{"Containers", s.containerItems()},
		{"Google tags", s.googleTagItems()},
		{"Frames", s.frameItems(width - labelWidth)},
	} {
		all = append(all, labelled(section.title, section.items, width)...)
	}
	return all
}

// labelWidth is the width of the column of labels, in cells.
const labelWidth = 13

// labelled puts a label before the first of some items, on its own line if the screen is
// narrow, and adds a blank line before them.
func labelled(label string, items []pane.Item, width int) []pane.Item {
	if len(items) == 0 {
		return nil
	}
	if width < 60 {
		for i := range items {
			items[i].Indent += 2
		}
		return append([]pane.Item{{}, {Line: text.Of(style.Title, label)}}, items...)
	}
	for i := range items {
		items[i].Indent += labelWidth
	}
	items[0].Label = text.Of(style.Title, text.Fit(label, items[0].Indent))
	return append([]pane.Item{{}}, items...)
}

// verdict is a line with whether anything was missed.
func (s Capture) verdict() pane.Item {
	problems := s.problems()
	switch {
	case len(problems) > 0:
		return pane.Prose(style.Warn, "▲ "+strings.Join(problems, ", "))
	case s.File == "" && s.Snapshot.Attachment.Phase == datalayer.Lost:
		return pane.Prose(style.Bad, "✗ the page's messages aren't being captured")
	case s.Loading() || s.File == "" && s.Snapshot.Attachment.Phase != datalayer.Live && s.Snapshot.Attachment.Phase != datalayer.Over:
		return pane.Item{Line: s.Phase(), Wrap: true}
	}
	return pane.Prose(style.Good, "✓ nothing missed, as far as known")
}

// problems lists what was missed, or may have been.
func (s Capture) problems() []string {
	var problems []string
	if a := s.Snapshot.Attachment; s.File != "" && a.Phase == datalayer.Over && a.Detail != "" {
		problems = append(problems, "the file is incomplete")
	}
	if c := s.Snapshot.Counts; c.Gaps > 0 {
		problems = append(problems, plural.Count(c.Gaps, "gap")+lostWords(c.Lost))
	}
	out, silent := 0, 0
	for _, f := range s.Snapshot.Attachment.Frames {
		switch {
		case !f.Silent.IsZero():
			silent++
		case frameSign(f) != "✓" && f.Remark != "" && !f.Empty:
			out++
		}
	}
	if out > 0 {
		problems = append(problems, plural.Count(out, "frame")+" not fully captured")
	}
	if silent > 0 {
		problems = append(problems, plural.Count(silent, "frame")+" not responding")
	}
	if a := s.Explained.Answer; a != nil && a.Cuts.Messages > 0 {
		problems = append(problems, plural.Count(a.Cuts.Messages, "message")+" cut")
	}
	return problems
}

// WhyUnseen returns why the page's messages can't be seen at the moment; empty if they can.
func (s Capture) WhyUnseen() string {
	if s.File != "" || s.Snapshot.Attachment.Phase != datalayer.Live {
		return ""
	}
	frames, out := s.Snapshot.Attachment.Frames, 0
	for _, f := range frames {
		switch {
		case f.Depth == 0 && !f.Silent.IsZero():
			return "the page hasn't responded since " + s.clock(f.Silent) + ": it may be busy or paused"
		case f.Hooked || f.Empty || f.Remark == "":
		case f.Depth == 0:
			return "the page isn't captured: " + f.Remark
		default:
			out++
		}
	}
	if out > 0 {
		return plural.Count(out, "frame") + " of the page not captured"
	}
	return ""
}

func lostWords(lost int) string {
	if lost == 0 {
		return ""
	}
	return ", " + plural.Count(lost, "message") + " lost"
}

func (s Capture) attachmentItems() []pane.Item {
	a := s.Snapshot.Attachment
	state := s.Phase()
	if a.Phase == datalayer.Live && !a.Since.IsZero() && s.File == "" {
		state = state.With(style.Plain, " since "+s.clock(a.Since))
	}
	if a.Detail != "" {
		state = state.With(style.Plain, "  "+a.Detail)
	}
	items := []pane.Item{{Line: state, Wrap: true}}
	if browser := s.Snapshot.Header.Browser; browser != "" {
		items[0].Line = items[0].Line.With(style.Faint, "  "+browser)
	}
	if a.Ahead != 0 {
		way := "ahead of"
		if a.Ahead < 0 {
			way = "behind"
		}
		items = append(items, pane.Prose(style.Faint, "· the browser's clock is "+text.Seconds(a.Ahead.Abs())+" "+way+" this machine's: times are this machine's"))
	}
	if setup := s.Snapshot.Header.Setup; len(setup) > 0 {
		items = append(items, pane.Prose(style.Faint, "· set up with "+strings.Join(setup, " ")))
	}
	if a.Frames != nil {
		return append(append(items, s.hookItem()), notices(a)...)
	}
	if s.Seen.Page != nil {
		items = append(items, pane.Prose(style.Plain, s.Seen.Page.URL))
	}
	items = append(items, pane.Prose(style.Faint, plural.Count(len(s.Seen.Frames), "frame")+" in "+plural.Count(len(s.Seen.Targets), "tab")+" seen"))
	return append(items, notices(a)...)
}

// notices returns what the user must see.
func notices(a datalayer.Attachment) []pane.Item {
	var items []pane.Item
	if a.Held != "" {
		items = append(items, pane.Prose(style.Warn, "▲ "+a.Held))
	}
	for _, notice := range a.Notices {
		items = append(items, pane.Prose(style.Warn, "▲ "+notice))
	}
	return items
}

// hookItem counts the frames with the hook.
func (s Capture) hookItem() pane.Item {
	hooked, all := 0, 0
	for _, f := range s.Snapshot.Attachment.Frames {
		if !f.Empty {
			all++
		}
		if f.Hooked && f.Silent.IsZero() {
			hooked++
		}
	}
	of := plural.Count(all, "frame")
	if tabs := s.openTabs(); tabs > 1 {
		of += " in " + plural.Count(tabs, "tab")
	}
	line := text.Of(style.Good, "✓ hook in place").With(style.Plain, " in "+of)
	if hooked < all {
		line = text.Of(style.Warn, "▲ hook in place").With(style.Plain, " in "+strconv.Itoa(hooked)+" of "+of)
	}
	return pane.Item{Line: line.With(style.Faint, ", checked every second"), Wrap: true}
}

// openTabs counts the tabs that have frames now.
func (s Capture) openTabs() int {
	tabs := map[string]bool{}
	for _, f := range s.Snapshot.Attachment.Frames {
		tabs[f.Target] = true
	}
	return len(tabs)
}

// clock formats a time in the time zone of the session.
func (s Capture) clock(t time.Time) string {
	return t.In(s.Snapshot.Header.Started.Location()).Format("15:04:05")
}

// shownFrames is how many frames without problems are listed.
const shownFrames = 8

func (s Capture) recordingItem() pane.Item {
	switch rec := s.Snapshot.Recording; {
	case s.File != "":
		return pane.Prose(style.Plain, "this is a recording: "+s.File)
	case rec.Err != nil:
		return pane.Prose(style.Bad, "✗ stopped: "+rec.Err.Error())
	case rec.File != "":
		return pane.Prose(style.Plain, "◉ recording to "+rec.File)
	}
	return pane.Prose(style.Faint, "not recording; a recording started now includes everything so far")
}

// findingCounts lists the kinds of findings, the most severe and most frequent first.
func (s Capture) findingCounts() []pane.Item {
	a := s.Explained.Answer
	if a == nil || a.Kinds == nil {
		return []pane.Item{pane.Looking}
	}
	var items []pane.Item
	for _, k := range a.Kinds {
		role, sign := describe.SeverityLook(k.Severity)
		items = append(items, pane.Item{Seq: k.First, Details: kindDetails(k),
			Line: text.Of(role, sign+" "+text.Fit(string(k.Code), 24)).With(style.Number, text.PadLeft(strconv.Itoa(k.Count), 6)+"×").
				With(style.Faint, "  first #"+strconv.Itoa(k.First))})
	}
	for _, f := range s.Snapshot.Findings {
		items = append(items, describe.FindingLines(f)...)
	}
	if items == nil {
		return []pane.Item{pane.Prose(style.Good, "✓ none")}
	}
	return items
}

// kindDetails describes a kind of finding.
func kindDetails(k overview.Kind) func() (text.Line, []pane.Item) {
	return func() (text.Line, []pane.Item) {
		role, sign := describe.SeverityLook(k.Severity)
		items := describe.Meaning(k.Code)
		for i := range items {
			items[i].Indent = max(items[i].Indent-4, 0)
		}
		return text.Of(role, sign+" "+string(k.Code)), items
	}
}

// Phase describes the phase of the session.
func (s Capture) Phase() text.Line {
	switch {
	case s.Loading():
		return text.Of(style.Warn, "◌ "+s.reading())
	case s.File != "":
		return text.Of(style.Info, "■ recorded")
	case s.Snapshot.Attachment.Phase == datalayer.Live:
		return text.Of(style.Good, "● live")
	case s.Snapshot.Attachment.Phase == datalayer.Lost:
		return text.Of(style.Bad, "✗ lost")
	case s.Snapshot.Attachment.Phase == datalayer.Over:
		return text.Of(style.Warn, "■ ended")
	case s.Asked():
		return text.Of(style.Warn, "◌ choosing")
	}
	return text.Of(style.Warn, "◌ starting")
}

// Loading reports whether the session is read from a file, and there is more to read.
func (s Capture) Loading() bool {
	return s.File != "" && s.Snapshot.Attachment.Phase != datalayer.Over
}

// reading says how much of the file was read, if that is known.
func (s Capture) reading() string {
	if percent := s.Snapshot.Attachment.Percent; percent > 0 {
		return "reading " + strconv.Itoa(percent) + "%"
	}
	return "reading"
}

// Asked reports whether the source waits for a choice.
func (s Capture) Asked() bool {
	phase := s.Snapshot.Attachment.Phase
	return s.File == "" && (phase == datalayer.ChoosingBrowser || phase == datalayer.ChoosingTab)
}
