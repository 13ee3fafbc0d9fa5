package ui

import (
	"layertap/datalayer"
	"layertap/ui/style"
	"layertap/ui/text"
)

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
	if f.Worker != "" {
		line = line.With(style.Faint, "  "+string(f.Worker)+" worker")
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
