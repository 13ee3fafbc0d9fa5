package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui/style"
	"layertap/ui/text"
)

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
	loaded := map[*gtm.Container]bool{}
	for _, t := range s.snapshot.Triggers {
		c := t.Trigger.Container
		if c == nil || c.ID == "" || loaded[c] || slices.ContainsFunc(s.seen.containers, func(seen *datalayer.Container) bool { return seen.ID == c.ID }) {
			continue
		}
		loaded[c] = true
		items = append(items, item{wrap: true, line: text.Of(style.Good, "✓ ").With(style.Plain, c.ID+" version "+cmp.Or(c.Version, "unknown")).
			With(style.Faint, ", loaded from a file")})
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
