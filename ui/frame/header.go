// Package frame draws what surrounds the panes: the header, the notice below it, and the
// text that is shown if there are no messages.
package frame

import (
	"path"
	"strconv"

	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/messages"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Header is the first line: the attachment and its target, the recording, and whether
// anything is wrong.
type Header struct {
	screen.Capture
	Recording session.Recording // the current state, even if the screen is frozen
	Shown     int               // messages in the list; -1 if not counted yet
	Folded    int               // messages that the filter passes but that are folded away
	Fold      string            // the key that shows them
	Width     int
}

// Draw draws the header.
func (h Header) Draw(sheet *style.Sheet) string {
	right := h.Totals()
	room := h.Width - right.Width() - 2
	left := text.Of(style.Title, " layertap  ")
	left = append(left, h.Phase()...)
	for _, part := range h.optionalParts(room - left.Width()) {
		free := room - left.Width() - 2
		for len(part) > 1 && part.Width() > free {
			part = part[:len(part)-1]
		}
		switch {
		case part.Width() <= free:
			left = left.With(style.Plain, "  ").And(part)
		case len(part) == 1 && free >= minOptionalParts:
			left = left.With(style.Plain, "  ").With(part[0].Role, text.Cut(part[0].Text, free))
		}
	}
	return text.Spread(sheet, style.Bar, h.Width, left, right)
}

// minOptionalParts is the minimum width at which a cut name is shown.
const minOptionalParts = 10

// optionalParts returns the optional parts of the header, the more important ones first, and
// each with its more important words first. The name of what is shown is cut if the other
// parts would not fit.
func (h Header) optionalParts(room int) []text.Line {
	var parts []text.Line
	if rec := h.Recording; rec.Err != nil {
		parts = append(parts, text.Of(style.Bad, "✗ REC stopped"))
	} else if rec.File != "" {
		recording := text.Of(style.Bad, "◉ REC")
		if h.Width >= messages.OneLineWidth {
			recording = recording.With(style.Plain, " "+path.Base(rec.File))
		}
		parts = append(parts, recording)
	}
	container := h.container()
	room -= container.Width() + 4
	for _, part := range parts {
		room -= part.Width() + 2
	}
	switch {
	case h.File != "":
		parts = append(parts, text.Of(style.Strong, text.Cut(path.Base(h.File), max(h.Width/3, 12, room))))
	case h.Seen.Page != nil:
		parts = append(parts, text.Of(style.Strong, text.Cut(text.BareURL(h.Seen.Page.URL), max(h.Width/4, 16, room))))
	}
	return append(parts, container)
}

// container names the container, or the Google tag of a page without one, and the layers.
func (h Header) container() text.Line {
	layers := h.Seen.LayerNames()
	n, tags := len(h.Seen.Containers), len(h.Seen.GoogleTags)
	var line text.Line
	switch {
	case n > 0:
		c := h.Seen.Containers[n-1]
		line = text.Of(style.Plain, c.ID)
		if c.Version != "" {
			line = line.With(style.Plain, " v"+c.Version)
		}
	case tags > 0:
		line = text.Of(style.Plain, h.Seen.GoogleTags[tags-1].ID)
	default:
		return text.Of(style.Faint, layers)
	}
	if layers != "" {
		line = line.With(style.Faint, " · "+layers)
	}
	return line
}

// shown counts the messages in the list, and gives the reason if some are left out.
func (h Header) shown() text.Line {
	all := h.Snapshot.Counts.Messages
	if h.Folded == 0 || h.Shown+h.Folded < all { // there is a filter
		return text.Of(style.Plain, strconv.Itoa(h.Shown)+" of "+plural.Count(all, "message"))
	}
	what := " hidden"
	if h.Width >= messages.OneLineWidth {
		what = " gtm.* hidden"
	}
	return text.Of(style.Plain, strconv.Itoa(h.Shown)+" shown, "+strconv.Itoa(h.Folded)+what+" ("+h.Fold+")")
}

// Totals counts the messages and the findings.
func (h Header) Totals() text.Line {
	c := h.Snapshot.Counts
	line := text.Of(style.Plain, plural.Count(c.Messages, "message"))
	if h.Shown >= 0 && h.Shown < c.Messages && h.Width >= messages.NarrowRow {
		line = h.shown()
	}
	for _, n := range []struct {
		role  style.Role
		sign  string
		count int
	}{{style.Bad, "✗", c.Errors}, {style.Warn, "▲", c.Warnings}} {
		role := n.role
		if n.count == 0 {
			role = style.Faint
		}
		line = line.With(style.Plain, "  ").With(role, n.sign+" "+strconv.Itoa(n.count))
	}
	return line.With(style.Plain, " ")
}
