// Package plain prints a session in words, for screen readers, logs and line-based tools.
// Each event is one line with its time and kind, followed by indented details. There are no
// colors, symbols or cursor movements.
package plain

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/report/coverage"
	"layertap/report/unreached"
	"layertap/rules"
	"layertap/session"
	"layertap/visible"
)

// Log prints a session in words. It is safe for concurrent use.
type Log struct {
	Out    io.Writer
	Filter filter.Filter // prints only the messages that it passes, and what is about them
	Zone   *time.Location
	Brief  bool // prints only the session's state, pages whose server responded with an error, and the end
	// Now returns the time for what isn't an entry, such as the end of the browser; nil for
	// the time of the last entry.
	Now func() time.Time

	mu        sync.Mutex
	text      bytes.Buffer
	broken    error // why writing failed
	session   session.Snapshot
	begun     bool
	day       string
	last      int              // the Seq of the entry that was looked at last
	printed   map[int]*printed // the messages that may change, by their Seq
	chosen    map[int]bool     // the Seqs of all that were printed, if there is a filter
	page      string           // the ID of the last entry's page
	state     datalayer.Attachment
	unreached unreached.List
	recording session.Recording
}

// printed is what was printed about a message.
type printed struct {
	findings []rules.Finding
	triggers []gtm.Match
}

// Print prints what is new in a snapshot.
func (l *Log) Print(s session.Snapshot) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.print(s)
}

func (l *Log) print(s session.Snapshot) error {
	if l.broken != nil {
		return l.broken
	}
	l.session = s
	l.unreached.Note(s.Attachment)
	l.begin()
	over := s.Attachment.Phase >= datalayer.Lost // after the entries
	if !over {
		l.attachment()
	}
	l.record()
	for i := sort.Search(s.Len(), func(i int) bool { return datalayer.At(s.Entry(i)).Seq > l.last }); i < s.Len(); i++ {
		if err := l.look(i); err != nil {
			return err
		}
	}
	if over {
		l.attachment()
	}
	return l.flush()
}

// look prints the entry at index i of the session if it is to be printed.
func (l *Log) look(i int) error {
	l.last = datalayer.At(l.session.Entry(i)).Seq
	if l.prints(l.session, i) {
		push, _ := l.session.Entry(i).(*datalayer.Push)
		l.entry(i, push)
	}
	if l.text.Len() > 1<<16 {
		return l.flush()
	}
	return nil
}

// Settle is for the session's analysis, unless the filter asks for what comes after a message.
// It prints an entry if it wasn't, or what has changed since.
func (l *Log) Settle(s session.Snapshot, i int, open bool) datalayer.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil { // Print returns it
		return nil
	}
	l.session = s
	l.begin()
	seq := datalayer.At(s.Entry(i)).Seq
	if seq > l.last {
		_ = l.look(i)
	}
	if !open {
		l.again(i)
		delete(l.printed, seq)
	}
	return nil
}

// prints reports whether the entry at index i is printed.
func (l *Log) prints(s session.Snapshot, i int) bool {
	if l.Brief {
		page, ok := s.Entry(i).(*datalayer.Page)
		return ok && page.Status != 0 && page.Frame == "main"
	}
	return l.passes(s, i)
}

// passes reports whether the entry at index i passes the filter: a message that matches, what
// is about one, or what isn't about any message.
func (l *Log) passes(s session.Snapshot, i int) bool {
	on := 0
	switch e := s.Entry(i).(type) {
	case *datalayer.Push:
		return l.Filter.Match(s, i)
	case *datalayer.Action, *datalayer.LayerChange, *datalayer.ScriptError, *datalayer.PageValue, *datalayer.TabClosed:
		return l.Filter.All()
	case *datalayer.Hit:
		if e.Cause == nil {
			return l.Filter.All()
		}
		on = e.Cause.Push
	case *datalayer.Note:
		on = e.On
	case *datalayer.Mark:
		on = e.On
	case *datalayer.Screenshot:
		on = e.On
	}
	return on == 0 || l.Filter.All() || l.chosen[on]
}

// End prints a summary at the end of a session: how much was captured, what was found, and
// what is missing.
func (l *Log) End(s session.Snapshot) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return nil // Print returned it
	}
	saved := s.Recording.Saved
	if s.Recording.Err == nil { // that it is complete is part of the end
		s.Recording = session.Recording{File: cmp.Or(saved, l.recording.File), Gone: s.Recording.Gone}
	}
	if err := l.print(s); err != nil {
		return err
	}
	if s.Attachment.Phase == datalayer.Starting && saved == "" && s.Counts == (session.Counts{}) {
		return l.flush() // the session never started
	}
	c := s.Counts
	line := fmt.Sprintf("%s, %s, %s, %s", plural.Count(c.Messages, "message"), plural.Count(c.Errors, "error"), plural.Count(c.Warnings, "warning"), plural.Count(c.Infos, "info"))
	if c.Gaps > 0 {
		line += ", " + plural.Count(c.Gaps, "gap")
	}
	if c.Lost > 0 {
		line += ", " + plural.Count(c.Lost, "message") + " lost"
	}
	l.line(l.now(), "end", line)
	for i := range s.Len() {
		l.again(i) // what is known only now
	}
	for _, f := range s.Findings {
		l.detail("%s", findingSentence(f))
	}
	if len(s.Coverage) > 0 {
		l.detail("%s", coverage.Sentence(s))
	}
	if required := coverage.Missing(s); len(required) > 0 {
		l.detail("required but not seen: %s", strings.Join(required, ", "))
	}
	for _, line := range l.unreached.Lines(l.Zone) {
		l.detail("%s", line)
	}
	if saved != "" && s.Recording.Err == nil {
		l.detail("recorded to %s", saved)
	}
	return l.flush()
}

func (l *Log) flush() error {
	if l.text.Len() == 0 {
		return nil
	}
	_, err := l.Out.Write(l.text.Bytes())
	l.text.Reset()
	l.broken = err
	return err
}

// begin prints what is being captured.
func (l *Log) begin() {
	if l.begun {
		return
	}
	l.begun = true
	h := l.session.Header
	var parts []string
	for _, part := range []struct{ word, of string }{{"of ", h.URL}, {"by ", h.Tool}, {"in ", h.Browser}} {
		if part.of != "" {
			parts = append(parts, part.word+part.of)
		}
	}
	l.state.Browser = h.Browser
	l.line(h.Started, "session", strings.Join(parts, ", "))
	if len(h.Setup) > 0 {
		l.detail("set up with %s", strings.Join(h.Setup, " "))
	}
}

// attachment prints the state of the session if it has changed.
func (l *Log) attachment() {
	before, a := l.state, l.session.Attachment
	a.Browser = cmp.Or(a.Browser, before.Browser)
	l.state = a
	ended := a.Phase == datalayer.Over && a.Detail == "" // the end prints it
	if !ended && a.Phase != before.Phase || a.Detail != before.Detail && a.Detail != "" {
		line := phaseWords[a.Phase]
		if a.Browser != "" && a.Browser != before.Browser {
			line += ", " + a.Browser
		}
		if a.Detail != "" {
			line += ": " + a.Detail
		}
		l.line(l.now(), "state", line)
	}
	if a.Held != "" && a.Held != before.Held {
		l.line(l.now(), "notice", a.Held)
	}
	for _, notice := range a.Notices {
		if !slices.Contains(before.Notices, notice) {
			l.line(l.now(), "notice", notice)
		}
	}
}

var phaseWords = map[datalayer.Phase]string{
	datalayer.Starting: "starting", datalayer.ChoosingBrowser: "choose a browser", datalayer.ChoosingTab: "choose a tab",
	datalayer.Live: "live", datalayer.Lost: "lost", datalayer.Over: "over",
}

// record prints the state of the recording if it has changed.
func (l *Log) record() {
	before, r := l.recording, l.session.Recording
	l.recording = r
	switch {
	case r.Err != nil && before.Err == nil:
		l.line(l.now(), "recording", "stopped: "+r.Err.Error())
	case r.Err == nil && r.File != "" && r.File != before.File && r.Gone != "" && r.Gone == before.File:
		l.line(l.now(), "recording", r.Gone+" was deleted or replaced while recording; the whole recording is now in "+r.File)
	case r.Err == nil && r.File != "" && r.File != before.File:
		l.line(l.now(), "recording", "to "+r.File)
	case r.Err == nil && r.File == "" && before.File != "" && l.session.Len() == 0:
		l.line(l.now(), "recording", "nothing was recorded in "+before.File)
	case r.Err == nil && r.File == "" && before.File != "":
		l.line(l.now(), "recording", "saved "+before.File)
	}
}

func (l *Log) now() time.Time {
	if l.Now != nil {
		return l.Now()
	}
	if n := l.session.Len(); n > 0 {
		return l.session.Header.Started.Add(datalayer.At(l.session.Entry(n - 1)).T)
	}
	return l.session.Header.Started
}

// line writes a line with its time and kind.
func (l *Log) line(when time.Time, what, line string) {
	when = when.In(l.Zone)
	if day := when.Format("2006-01-02"); day != l.day {
		l.day = day
		fmt.Fprintf(&l.text, "%s day %s, time zone %s\n", when.Format(plainClock), day, when.Format("-07:00"))
	}
	fmt.Fprintf(&l.text, "%s %s %s\n", when.Format(plainClock), what, visible.Text(line))
}

const plainClock = "15:04:05.000"

// detail writes an indented line below the last one.
func (l *Log) detail(format string, args ...any) {
	fmt.Fprintf(&l.text, "    %s\n", visible.Text(fmt.Sprintf(format, args...)))
}
