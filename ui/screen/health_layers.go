package screen

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// layerLook returns the role and the sign for the hook on a layer, and describes what can't
// be captured because of its state.
func layerLook(l datalayer.Layer) (style.Role, string, string) {
	switch {
	case l.Hook == datalayer.HookFrozen:
		return style.Warn, "▲", "frozen by the page, so it can't be hooked: messages it rejects aren't captured"
	case l.Hook == datalayer.HookObject:
		return style.Warn, "▲", "not an array: what is pushed into it isn't captured"
	case l.Hook == datalayer.HookNone:
		return style.Warn, "▲", "it has no push method, so it receives no messages"
	case l.Hook == datalayer.HookAwaited:
		return style.Faint, "○", "not defined yet"
	case l.Lexical:
		return style.Warn, "▲", "declared with let or const: Google Tag Manager can't see it"
	case l.Displaced > 0:
		return style.Warn, "▲", "the page removed the hook " + text.Times(l.Displaced) + "; it was reinstalled, but values that aren't objects may be missing"
	case l.Rested > 0:
		return style.Warn, "▲", "the page was paused, so the hook was removed " + text.Times(l.Rested) + "; it is back"
	}
	return style.Good, "✓", ""
}

// layerItems lists the data layers with their number of messages, and the containers.
func (s Capture) layerItems() []pane.Item {
	var items []pane.Item
	for _, l := range s.Seen.Layers {
		items = append(items, s.layerItem(l.Name, l.Messages)...)
	}
	for _, f := range s.Snapshot.Attachment.Frames {
		for _, l := range f.Layers {
			if !s.Seen.HasLayer(l.Name) && !slices.ContainsFunc(items, func(it pane.Item) bool { return it.Path == l.Name }) {
				items = append(items, s.layerItem(l.Name, 0)...)
			}
		}
	}
	if items == nil {
		items = append(items, pane.Prose(style.Faint, "· none seen yet"))
	}
	for i := range items {
		items[i].Path = "" // nothing can be folded
	}
	return items
}

func (s Capture) containerItems() []pane.Item {
	var items []pane.Item
	for _, c := range s.Seen.Containers {
		line := text.Of(style.Good, "✓ ").With(style.Plain, cmp.Or(c.ID, "unnamed"))
		if c.Version != "" {
			line = line.With(style.Plain, " version "+c.Version)
		}
		if c.Layer != "" {
			line = line.With(style.Faint, "  uses "+c.Layer)
		}
		line = line.With(style.Faint, ", from the "+cmp.Or(c.Source, "page"))
		if err := s.unevaluated(c); err != nil {
			line[0] = text.Span{Role: style.Warn, Text: "▲ "}
			line = line.With(style.Warn, ", not evaluated: "+err.Error())
		}
		items = append(items, pane.Item{Wrap: true, Line: line})
	}
	loaded := map[*gtm.Container]bool{}
	for _, t := range s.Snapshot.Triggers {
		c := t.Trigger.Container
		if c == nil || c.ID == "" || loaded[c] || slices.ContainsFunc(s.Seen.Containers, func(seen *datalayer.Container) bool { return seen.ID == c.ID }) {
			continue
		}
		loaded[c] = true
		items = append(items, pane.Item{Wrap: true, Line: text.Of(style.Good, "✓ ").With(style.Plain, c.ID+" version "+cmp.Or(c.Version, "unknown")).
			With(style.Faint, ", loaded from a file")})
	}
	if items == nil {
		items = append(items, pane.Prose(style.Faint, "· none found: load one with --container"))
	}
	return items
}

// googleTagItems lists the Google tags that the page loaded, with their settings.
func (s Capture) googleTagItems() []pane.Item {
	var items []pane.Item
	for _, tag := range s.Seen.GoogleTags {
		line := text.Of(style.Good, "✓ ").With(style.Plain, tag.ID).With(style.Faint, "  uses "+tag.Layer)
		if tag.Err != nil {
			line[0] = text.Span{Role: style.Warn, Text: "▲ "}
			line = line.With(style.Warn, ", "+tag.Err.Error())
		}
		items = append(items, pane.Item{Wrap: true, Line: line})
		for _, setting := range tag.Settings {
			items = append(items, pane.Item{Indent: 2, Wrap: true, Line: text.Of(style.Plain, setting.Describe(tag.ID))})
		}
	}
	return items
}

// unevaluated returns why a container can't be evaluated; nil if it can.
func (s Capture) unevaluated(c *datalayer.Container) error {
	i := s.Snapshot.Find(c.Seq)
	if i < 0 {
		return nil
	}
	err := s.Snapshot.Verdict(i).Err
	if reason := errors.Unwrap(err); reason != nil {
		return reason // without the container's name, which is shown anyway
	}
	return err
}

// layerItem returns the number of messages in a layer and the state of the hook, for each
// frame in which that is unusual.
func (s Capture) layerItem(name string, messages int) []pane.Item {
	role, sign, hooked := style.Faint, "·", 0
	var remarks []pane.Item
	for _, f := range s.Snapshot.Attachment.Frames {
		for _, l := range f.Layers {
			if l.Name != name || l.Hook == datalayer.HookAwaited {
				continue
			}
			r, at, words := layerLook(l)
			if words != "" {
				role, sign = r, at
				remarks = append(remarks, pane.Item{Indent: 2, Wrap: true, Line: text.Of(r, words).With(style.Faint, "  in "+text.Cut(text.BareURL(f.URL), 40))})
				continue
			}
			if hooked++; sign == "·" {
				role, sign = r, at
			}
		}
	}
	line := text.Of(role, sign+" ").With(style.Plain, text.Fit(name, max(16, min(text.Width(name), 40)))).With(style.Number, text.PadLeft(strconv.Itoa(messages), 7)).
		With(style.Faint, strings.TrimPrefix(" "+plural.Count(messages, "message"), " "+strconv.Itoa(messages)))
	switch {
	case hooked > 0:
		line = line.With(style.Good, "  hook in place").With(style.Faint, " in "+plural.Count(hooked, "frame"))
	case remarks == nil && s.Snapshot.Attachment.Frames != nil:
		line = line.With(style.Faint, "  expected: not defined now")
	}
	return append([]pane.Item{{Line: line, Path: name}}, remarks...)
}
