// Package session stores captured entries in order, and the results of analyzing them.
//
// A [Session] receives entries from a [Source], a browser or a file. It numbers and
// analyzes each entry, writes it to the recording, and then publishes it in a new
// [Snapshot]. Readers of snapshots never block it: a slow reader gets fewer of them.
package session

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"
	"time"

	"layertap/crash"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/accept"
	"layertap/rules/check"
	"layertap/session/cause"
)

// Source returns entries in order.
type Source interface {
	// Next waits for the next entries. It returns io.EOF after the last ones.
	Next(ctx context.Context) (datalayer.Batch, error)
}

// Sink stores entries. Entries have been passed to the operating system when Write
// returns.
type Sink interface {
	// Begin is called once, before the first Write.
	Begin(datalayer.Header) error
	Write([]datalayer.Entry) error
	// Close is called once, at the end, also after an error.
	Close() error
	// Name returns the name of the destination, for messages to the user.
	Name() string
}

// Analysis is what a session analyzes its messages with.
type Analysis struct {
	Rules    *check.Checker
	GTM      *engine.Engine
	Accepted accept.List // exceptions for findings
	// Settle is called with each entry, at index i of s, once no container can change what
	// is known about it. The entries come in order, except that the last ones of a session
	// don't come. Settle returns what is kept of the entry; nil for nothing. If open is set,
	// a later hit may add findings, and the whole entry is kept in any case. If Settle is
	// nil, all entries are kept.
	Settle func(s Snapshot, i int, open bool) datalayer.Entry
}

// Session is a growing log of entries. It is safe for concurrent use.
type Session struct {
	mu       sync.Mutex
	analysis Analysis
	current  Snapshot
	last     datalayer.Place // the newest entry's number, and the latest time of any entry
	looked   time.Duration   // when lookForHits last ran
	verdicts *verdicts
	own      map[int]bool // the log's chunks that aren't in a snapshot
	causes   *cause.Finder
	counts   []TriggerCount
	triggers map[*gtm.Trigger]int // indexes in counts
	sink     Sink                 // nil if nothing is being recorded
	begun    bool                 // the header was written to the sink
	next     func(gone string) (Sink, error)
	read     []datalayer.Message // of the current batch, decoded by the source and not analyzed yet
	seen     bool                // there is an entry that the user didn't add beforehand
	changed  chan struct{}       // closed when a newer snapshot is available
}

// New returns an empty session.
func New(header datalayer.Header, analysis Analysis) *Session {
	s := &Session{
		analysis: analysis,
		verdicts: newVerdicts(),
		own:      map[int]bool{},
		triggers: map[*gtm.Trigger]int{},
		changed:  make(chan struct{}),
	}
	s.causes = cause.New(s.tagsOf)
	s.current.Header, s.current.Exceptions = header, analysis.Accepted
	analysis.Rules.Begin(header.Started)
	s.current.pages = new(sync.Map)
	s.current.gtm = analysis.GTM
	s.countTriggers()
	analysis.Rules.Containers(analysis.GTM.Triggers())
	s.publish()
	return s
}

// Run reads entries from src until it ends, fails, or ctx ends. Then it closes the
// session: the findings about it as a whole are available and the recording, if there
// is one, is complete. The end of ctx isn't an error. A panic is returned as an error,
// after the recording is closed.
func (s *Session) Run(ctx context.Context, src Source) error {
	err := crash.Guard(func() error { return s.run(ctx, src) })
	return errors.Join(err, s.StopRecording()) // still open only after a panic
}

func (s *Session) run(ctx context.Context, src Source) error {
	defer context.AfterFunc(ctx, s.analysis.GTM.Stop)()
	for {
		batch, err := src.Next(ctx)
		s.take(batch)
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) || ctx.Err() != nil {
			err = nil
		}
		return errors.Join(err, s.finish())
	}
}

// Add appends entries from the user.
func (s *Session) Add(entries ...datalayer.Entry) {
	s.take(datalayer.Batch{Entries: entries})
}

// Snapshot returns the current state of the session.
func (s *Session) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Wait waits for a snapshot newer than version and returns it. If ctx ends first, it
// returns the latest one and false.
func (s *Session) Wait(ctx context.Context, version uint64) (Snapshot, bool) {
	for {
		s.mu.Lock()
		current, changed := s.current, s.changed
		s.mu.Unlock()
		if current.Version > version {
			return current, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return current, false
		}
	}
}

func (s *Session) take(batch datalayer.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.own)
	if batch.Attachment != nil {
		s.attach(*batch.Attachment)
	}
	if len(batch.Entries) == 0 && batch.Attachment == nil {
		s.pass(batch.Now)
		return
	}
	if len(batch.Entries) == 0 {
		s.record(nil)
	}
	s.read = batch.Messages
	for entries := range untilHits(batch.Entries) {
		s.countAndNumber(entries)
		if hit, ok := entries[0].(*datalayer.Hit); ok {
			s.findCause(hit)
		}
		s.record(entries) // before it becomes visible
		for _, e := range entries {
			s.append(e)
		}
	}
	s.read = nil
	s.last.T = max(s.last.T, batch.Now)
	if batch.Complete && s.analysis.Settle != nil {
		s.judgeLate(s.last.T) // about messages that are settled, too
		s.forget()
	}
	if !batch.Complete { // the rest of a file is judged in a moment
		s.lookForHits()
	}
	s.publish()
}

// pass advances the session's time without entries: what should have come by now is missing.
func (s *Session) pass(now time.Duration) {
	s.last.T = max(s.last.T, now)
	if s.lookForHits() {
		s.publish()
	}
}

// untilHits splits entries before each hit, because its cause is searched for after all
// earlier messages are analyzed.
func untilHits(entries []datalayer.Entry) iter.Seq[[]datalayer.Entry] {
	return func(yield func([]datalayer.Entry) bool) {
		from := 0
		for i, e := range entries {
			if _, ok := e.(*datalayer.Hit); ok && i > from {
				if !yield(entries[from:i:i]) {
					return
				}
				from = i
			}
		}
		if from < len(entries) {
			yield(entries[from:])
		}
	}
}

// attach updates the state of the source. The header's browser is known once the
// browser has responded, and the tab that the session attached to once it is chosen.
func (s *Session) attach(a datalayer.Attachment) {
	s.current.Attachment = a
	header := &s.current.Header
	header.Browser = cmp.Or(a.Browser, header.Browser)
	if a.Phase != datalayer.Live || header.URL != "" {
		return
	}
	if i := slices.IndexFunc(a.Choices, func(c datalayer.Choice) bool { return c.Watched }); i >= 0 {
		header.URL = a.Choices[i].URL
	}
}

// countAndNumber counts entries and numbers those that have no sequence number. A file's entries
// keep theirs. It is called first, so that the recording's last line counts everything
// in it, whatever fails later.
func (s *Session) countAndNumber(entries []datalayer.Entry) {
	counts := &s.current.Counts
	for _, e := range entries {
		if datalayer.At(e).Seq == 0 {
			datalayer.Stamp(e, s.last.Seq+1)
		}
		at := datalayer.At(e)
		s.last = datalayer.Place{Seq: at.Seq, T: max(at.T, s.last.T)}
		if _, given := e.(*datalayer.Container); !given {
			s.seen = true
		}
		switch e := e.(type) {
		case *datalayer.Push:
			counts.Messages++
		case *datalayer.Hit:
			counts.Hits++
		case *datalayer.Gap:
			counts.Gaps++
			counts.Lost += max(e.Lost, 0)
		}
	}
}

func (s *Session) append(e datalayer.Entry) {
	r := row{entry: e}
	switch e := e.(type) {
	case *datalayer.Page:
		s.current.pages.Store(e.ID, e)
		s.analysis.GTM.Open(e)
		s.causes.Page(e)
		s.analysis.Rules.Open(e)
	case *datalayer.Container:
		s.analysis.Rules.Loaded(e)
		if err := s.load(e); err != nil {
			r.verdict = &Verdict{Err: err}
		}
	case *datalayer.PageValue:
		s.analysis.GTM.Observe(e)
	case *datalayer.Push:
		v := s.judge(e)
		s.current.Counts.addVerdict(&v, 1)
		s.countMatches(e.Seq, v.Outcome, 1)
		r.verdict = s.verdicts.one(v)
		s.causes.Message(e)
	case *datalayer.Hit:
		s.judgeHit(e)
	case *datalayer.Gap:
		s.analysis.Rules.Gap(e)
	case *datalayer.Action:
		s.analysis.Rules.Act(e)
	case *datalayer.LayerChange:
		s.analysis.Rules.Layer(e)
		if e.What == datalayer.LayerTaken {
			s.revise(s.analysis.GTM.Taken(e))
		}
	case *datalayer.ScriptError:
		s.analysis.Rules.Script(e)
	}
	s.current.log.append(r)
}

// publish makes new entries visible.
func (s *Session) publish() {
	s.current.Version++
	s.current.Triggers = slices.Clone(s.counts)
	s.current.Coverage = covered(s.analysis.Rules.Coverage(), s.current.Exceptions)
	s.current.SteppedBack = ""
	if p := s.analysis.Rules.SteppedBack(); p != nil {
		s.current.SteppedBack = p.Name
		s.current.Triggers = slices.DeleteFunc(s.current.Triggers, func(c TriggerCount) bool {
			return c.Trigger.Container != nil && c.Trigger.Container.Form == gtm.FormSuggested
		})
	}
	close(s.changed)
	s.changed = make(chan struct{})
}
