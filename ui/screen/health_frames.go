package screen

import (
	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// frameItems lists the current frames with their data layers; nil if none are known.
func (s Capture) frameItems(width int) []pane.Item {
	frames := s.Snapshot.Attachment.Frames
	var items []pane.Item
	plain, longest := 0, 0
	for _, f := range frames {
		longest = max(longest, 2*f.Depth+text.Width(text.BareURL(f.URL)))
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
		items = append(items, pane.Prose(style.Faint, "· and "+plural.Count(more, "more frame")+" without problems"))
	}
	return items
}

// frameSign is "✓" for a frame that is captured, "▲" for one that isn't, or not completely,
// and "·" for one that is loading or has no data layer.
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

func (s Capture) frameItem(f datalayer.Frame, width int) []pane.Item {
	sign := frameSign(f)
	role := frameRoles[sign]
	name := style.Plain
	if f.Depth == 0 {
		name = style.Strong
	}
	address := text.BareURL(f.URL)
	if address == "" {
		address = "(no URL)"
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
		line = line.With(style.Faint, "not checked yet")
	case f.Hooked && held == 0:
		line = line.With(style.Faint, "no data layer")
	}
	if f.Worker != "" {
		line = line.With(style.Faint, "  "+string(f.Worker)+" worker")
	}
	if f.Depth == 0 && s.openTabs() > 1 {
		line = line.With(style.Faint, "  tab "+f.Target)
	}
	items := []pane.Item{{Line: line, Indent: 2 * f.Depth, Details: func() (text.Line, []pane.Item) { return s.frameDetails(f) }}}
	if !f.Silent.IsZero() {
		items = append(items, under(f, style.Warn, "no response since "+s.clock(f.Silent)+": it may be busy or paused"))
	}
	if f.Remark != "" && !f.Empty {
		items = append(items, under(f, style.Warn, f.Remark))
	}
	return items
}

// frameDetails describes the hook in a frame, layer by layer.
func (s Capture) frameDetails(f datalayer.Frame) (text.Line, []pane.Item) {
	hook := pane.Fact("hook", "in place").In(style.Good)
	switch {
	case !f.Silent.IsZero():
		hook = pane.Fact("hook", "no response since "+s.clock(f.Silent)).In(style.Warn)
	case f.Empty:
		hook = pane.Fact("hook", "nothing to hook: "+f.Remark).In(style.Faint)
	case !f.Hooked && f.Remark != "":
		hook = pane.Fact("hook", "not in place: "+f.Remark).In(style.Warn)
	case !f.Hooked:
		hook = pane.Fact("hook", "not checked yet").In(style.Faint)
	}
	items := []pane.Item{pane.Fact("URL", f.URL), pane.Fact("tab", f.Target), hook}
	if f.Hooked && f.Remark != "" {
		items = append(items, pane.Prose(style.Warn, "▲ "+f.Remark))
	}
	for _, l := range f.Layers {
		role, sign, words := layerLook(l)
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(role, sign+" ").With(style.Name, l.Name)})
		if words == "" {
			words = "every message is captured"
		}
		items = append(items, pane.Item{Indent: 2, Wrap: true, Line: text.Of(role, words)})
	}
	return text.Of(style.Strong, text.BareURL(f.URL)), items
}

// under is a remark below a frame.
func under(f datalayer.Frame, role style.Role, remark string) pane.Item {
	return pane.Item{Indent: 2*f.Depth + 2, Wrap: true, Line: text.Of(role, remark)}
}
