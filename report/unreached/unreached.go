// Package unreached lists the pages and frames of a capture whose messages were not seen.
package unreached

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
)

// List keeps in mind the pages and frames whose messages were not seen, or not
// all of them. A session lists them only while they are there, and no recording
// does.
type List struct{ frames []frame }

type frame struct {
	name   string
	wholly bool // there is no hook in it
	why    string
	silent time.Time // since when it had not answered, where why is empty
}

// Note takes in how the frames are now. That one does not answer counts only where it
// is so to the end: it may be busy for a while, and Chrome asks nothing of a page that
// it is about to leave for one that is slow to come.
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

// longest is how many frames are listed one by one.
const longest = 20

// Lines says of each frame why it was not reached. The lines are not safe to be shown.
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

// longestAddress is how many characters of an address are told: it may hold a whole
// page.
const longestAddress = 120

// nameOf is a frame by its tab and address. What is asked of the address is left
// out: advertisements come and go, and each asks otherwise.
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
