// Package unreached lists the pages and frames of a capture whose messages were not seen.
package unreached

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
)

// List tracks the pages and frames whose messages were not seen, or not all of them. A
// session only lists them while they exist, and recordings don't.
type List struct{ frames []frame }

type frame struct {
	name   string
	wholly bool // it has no hook
	why    string
	silent time.Time // since when it doesn't respond, if why is empty
}

// Note updates the list with the current frames. A frame that doesn't respond only counts
// if it still doesn't at the end: it may be busy for a while, and Chrome sends no requests
// to a page while it waits for the next one.
func (u *List) Note(a datalayer.Attachment) {
	if len(a.Frames) > 0 {
		u.frames = slices.DeleteFunc(u.frames, func(known frame) bool { return known.why == "" })
	}
	for _, f := range a.Frames {
		if f.Empty || f.Remark == "" && f.Silent.IsZero() {
			continue
		}
		now := frame{name: nameOf(f), wholly: !f.Hooked, why: f.Remark, silent: f.Silent}
		switch i := slices.IndexFunc(u.frames, func(known frame) bool { return known.name == now.name }); {
		case i < 0:
			u.frames = append(u.frames, now)
		case now.why != "":
			u.frames[i] = now
		}
	}
}

// longest is the maximum number of frames in the list.
const longest = 20

// Lines returns a line for each frame with the reason why it was not reached. The lines
// aren't safe to show.
func (u *List) Lines(zone *time.Location) []string {
	var lines []string
	for _, f := range u.frames[:min(len(u.frames), longest)] {
		reached, why := "not reached", f.why
		if !f.wholly {
			reached = "partly reached"
		}
		if why == "" {
			why = fmt.Sprintf("no response since %s (busy or paused)", f.silent.In(zone).Format(time.TimeOnly))
		}
		lines = append(lines, fmt.Sprintf("%s: %s: %s", reached, f.name, why))
	}
	if more := len(u.frames) - len(lines); more > 0 {
		lines = append(lines, "not reached: "+fmt.Sprintf("%d more", more))
	}
	return lines
}

// longestAddress is the maximum number of characters of a URL: a data URL may contain a
// whole page.
const longestAddress = 120

// nameOf identifies a frame by its tab and URL. The query is left out, because it differs
// between ads.
func nameOf(f datalayer.Frame) string {
	what, address := "page", f.URL
	switch {
	case f.Worker != "":
		what = string(f.Worker) + " worker"
	case f.Depth > 0:
		what = "frame"
	}
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		address = address[:end]
	}
	if runes := []rune(address); len(runes) > longestAddress {
		address = string(runes[:longestAddress]) + "…"
	}
	if address == "" {
		address = "without a URL"
	}
	if f.Target != "t1" {
		address += " in tab " + f.Target
	}
	return what + " " + address
}
