package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/gtm"
	"layertap/report/unreached"
	"layertap/rules"
	"layertap/session"
	"layertap/visible"
)

// Plain prints a session in words, for screen readers, logs and line-based tools. Each
// event is one line with its time and kind, followed by indented details. It uses no
// colors, symbols or cursor movement.
type Plain struct {
	Out    io.Writer
	Filter filter.Filter // prints only the messages that it passes, and what is about them
	Zone   *time.Location
	Brief  bool // prints no entries: only the session's state, and its end
	// Now returns the time for what isn't an entry, such as the end of the browser; nil for
	// the time of the last entry.
	Now func() time.Time

	text      bytes.Buffer
	broken    bool // writing failed
	session   session.Snapshot
	begun     bool
	day       string
	told      []told // of each entry
	page      string // the ID of the last entry's page
	state     datalayer.Attachment
	unreached unreached.List
	recording session.Recording
}

// told is what was printed about a message; nothing if it was not printed.
type told struct {
	message  bool
	findings []rules.Finding
	triggers []gtm.Match
}

// Tell prints what is new in a snapshot.
func (p *Plain) Tell(s session.Snapshot) error {
	p.session = s
	p.unreached.Note(s.Attachment)
	p.begin()
	over := s.Attachment.Phase >= datalayer.Lost // after the entries
	if !over {
		p.attachment()
	}
	p.record()
	for i := len(p.told); i < s.Len(); i++ {
		p.told = append(p.told, told{})
		if push, _ := s.Entry(i).(*datalayer.Push); !p.Brief && p.passes(s, i) {
			p.entry(i, push)
		}
		if p.text.Len() > 1<<16 {
			if err := p.flush(); err != nil {
				return err
			}
		}
	}
	if over {
		p.attachment()
	}
	return p.flush()
}

// passes reports whether the entry at index i passes the filter: a matching message, what
// is about one, or what isn't about any message.
func (p *Plain) passes(s session.Snapshot, i int) bool {
	on := 0
	switch e := s.Entry(i).(type) {
	case *datalayer.Push:
		return p.Filter.Match(s, i)
	case *datalayer.Action, *datalayer.LayerChange, *datalayer.ScriptError:
		return p.Filter.All()
	case *datalayer.Hit:
		if e.Cause == nil {
			return p.Filter.All()
		}
		on = e.Cause.Push
	case *datalayer.Note:
		on = e.On
	case *datalayer.Mark:
		on = e.On
	case *datalayer.Screenshot:
		on = e.On
	}
	at := s.Find(on)
	return on == 0 || p.Filter.All() || at >= 0 && at < len(p.told) && p.told[at].message
}

// End prints a summary at the end of a session: how much was captured, what was found, and
// what is missing.
func (p *Plain) End(s session.Snapshot) error {
	if p.broken {
		return nil // it has been printed
	}
	saved := s.Recording.Saved
	if s.Recording.Err == nil { // that it is complete is part of the end
		s.Recording = session.Recording{File: cmp.Or(saved, p.recording.File), Gone: s.Recording.Gone}
	}
	if err := p.Tell(s); err != nil {
		return err
	}
	if s.Attachment.Phase == datalayer.Starting && saved == "" && s.Counts == (session.Counts{}) {
		return p.flush() // the session never started
	}
	c := s.Counts
	line := fmt.Sprintf("%s, %s, %s, %s", count(c.Messages, "message"), count(c.Errors, "error"), count(c.Warnings, "warning"), count(c.Infos, "info"))
	if c.Gaps > 0 {
		line += ", " + count(c.Gaps, "gap")
	}
	if c.Lost > 0 {
		line += ", " + count(c.Lost, "message") + " lost"
	}
	p.say(p.now(), "end", line)
	for _, f := range s.Findings {
		p.below("%s", findingSentence(f))
	}
	if len(s.Coverage) > 0 {
		p.below("%s", strings.TrimPrefix(covered(s), "; "))
	}
	if required := notSeen(s); len(required) > 0 {
		p.below("required but not seen: %s", strings.Join(required, ", "))
	}
	for _, line := range p.unreached.Lines(p.Zone) {
		p.below("%s", line)
	}
	if saved != "" && s.Recording.Err == nil {
		p.below("recorded to %s", saved)
	}
	return p.flush()
}

// notSeen returns the events that the plan requires and that were not seen.
func notSeen(s session.Snapshot) []string {
	var events []string
	for _, c := range s.Coverage {
		if c.Required && c.Seen == 0 {
			events = append(events, c.Event)
		}
	}
	return events
}

func (p *Plain) flush() error {
	if p.text.Len() == 0 {
		return nil
	}
	_, err := p.Out.Write(p.text.Bytes())
	p.text.Reset()
	p.broken = err != nil
	return err
}

// begin prints what is being captured.
func (p *Plain) begin() {
	if p.begun {
		return
	}
	p.begun = true
	h := p.session.Header
	var parts []string
	for _, part := range []struct{ word, of string }{{"of ", h.URL}, {"by ", h.Tool}, {"in ", h.Browser}} {
		if part.of != "" {
			parts = append(parts, part.word+part.of)
		}
	}
	p.state.Browser = h.Browser
	p.say(h.Started, "session", strings.Join(parts, ", "))
	if len(h.Setup) > 0 {
		p.below("set up with %s", strings.Join(h.Setup, " "))
	}
}

// attachment prints the state of the session if it has changed.
func (p *Plain) attachment() {
	before, a := p.state, p.session.Attachment
	a.Browser = cmp.Or(a.Browser, before.Browser)
	p.state = a
	ended := a.Phase == datalayer.Over && a.Detail == "" // the end prints it
	if !ended && a.Phase != before.Phase || a.Detail != before.Detail && a.Detail != "" {
		line := phaseWords[a.Phase]
		if a.Browser != "" && a.Browser != before.Browser {
			line += ", " + a.Browser
		}
		if a.Detail != "" {
			line += ": " + a.Detail
		}
		p.say(p.now(), "state", line)
	}
	if a.Held != "" && a.Held != before.Held {
		p.say(p.now(), "notice", a.Held)
	}
	for _, notice := range a.Notices {
		if !slices.Contains(before.Notices, notice) {
			p.say(p.now(), "notice", notice)
		}
	}
}

var phaseWords = map[datalayer.Phase]string{
	datalayer.Starting: "starting", datalayer.ChoosingBrowser: "choose a browser", datalayer.ChoosingTab: "choose a tab",
	datalayer.Live: "live", datalayer.Lost: "lost", datalayer.Over: "over",
}

// record prints the state of the recording if it has changed.
func (p *Plain) record() {
	before, r := p.recording, p.session.Recording
	p.recording = r
	switch {
	case r.Err != nil && before.Err == nil:
		p.say(p.now(), "recording", "stopped: "+r.Err.Error())
	case r.Err == nil && r.File != "" && r.File != before.File && r.Gone != "" && r.Gone == before.File:
		p.say(p.now(), "recording", r.Gone+" was deleted or replaced while recording; the whole recording is now in "+r.File)
	case r.Err == nil && r.File != "" && r.File != before.File:
		p.say(p.now(), "recording", "to "+r.File)
	case r.Err == nil && r.File == "" && before.File != "" && p.session.Len() == 0:
		p.say(p.now(), "recording", "nothing was recorded in "+before.File)
	case r.Err == nil && r.File == "" && before.File != "":
		p.say(p.now(), "recording", "saved "+before.File)
	}
}

func (p *Plain) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	if n := p.session.Len(); n > 0 {
		return p.session.Header.Started.Add(datalayer.At(p.session.Entry(n - 1)).T)
	}
	return p.session.Header.Started
}

// say writes a line.
func (p *Plain) say(when time.Time, what, line string) {
	when = when.In(p.Zone)
	if day := when.Format("2006-01-02"); day != p.day {
		p.day = day
		fmt.Fprintf(&p.text, "%s day %s, time zone %s\n", when.Format(plainClock), day, when.Format("-07:00"))
	}
	fmt.Fprintf(&p.text, "%s %s %s\n", when.Format(plainClock), what, visible.Text(line))
}

const plainClock = "15:04:05.000"

// below writes a detail line.
func (p *Plain) below(format string, args ...any) {
	fmt.Fprintf(&p.text, "    %s\n", visible.Text(fmt.Sprintf(format, args...)))
}
