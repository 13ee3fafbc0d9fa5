// Package session keeps what was seen, and what was found out about it, in the
// order in which it came.
//
// A [Session] takes entries from one [Source], a browser or a file, numbers and
// analyses each once, writes it to the recording, and then shows it in a new
// [Snapshot]. Readers of snapshots never hold it up: a slow one gets fewer of
// them.
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

// Source hands on entries in the order of their places.
type Source interface {
	// Next waits for the next entries. It returns io.EOF after the last ones.
	Next(ctx context.Context) (datalayer.Batch, error)
}

// Sink keeps entries. What it was given is on its way to the disk when Write
// returns.
type Sink interface {
	// Begin is called once, before the first Write.
	Begin(datalayer.Header) error
	Write([]datalayer.Entry) error
	// Close is called once, last; also after an error.
	Close() error
	// Name tells the user where the entries go.
	Name() string
}

// Analysis is what a session asks about each of its messages.
type Analysis struct {
	Rules    *check.Checker
	GTM      *engine.Engine
	Accepted accept.List // what of the findings doesn't count
}

// Session is a log of entries that grows. All its methods may be called at the
// same time.
type Session struct {
	mu       sync.Mutex
	analysis Analysis
	current  Snapshot
	last     datalayer.Place // the newest entry's number, and the latest time of any
	looked   time.Duration   // when hits that did not come were last looked for
	verdicts *verdicts
	own      map[int]bool // the chunks of the log that no snapshot has
	causes   *cause.Finder
	counts   []TriggerCount
	triggers map[*gtm.Trigger]int // where in counts
	sink     Sink                 // nil where nothing is recorded
	begun    bool                 // whether the sink has its header
	next     func(gone string) (Sink, error)
	read     []datalayer.Message // of the batch at hand, those that its source read and that are not judged yet
	seen     bool                // whether there is an entry that no user gave beforehand
	changed  chan struct{}       // closed when there is a newer snapshot
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
	s.listen()
	s.publish()
	return s
}

// Run takes entries from src until there are no more, src fails or ctx ends.
// Then it closes the session: the findings about it as a whole are known and the
// recording, if there is one, is complete. The end of ctx is not an error. A
// panic is one; the recording is then closed, too.
func (s *Session) Run(ctx context.Context, src Source) error {
	err := crash.Guard(func() error { return s.run(ctx, src) })
	return errors.Join(err, s.StopRecording()) // which is still open after a panic only
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

// Add appends entries that come from the user and not from the source.
func (s *Session) Add(entries ...datalayer.Entry) {
	s.take(datalayer.Batch{Entries: entries})
}

// Snapshot returns the session as it is now.
func (s *Session) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Wait returns a snapshot that is newer than the one with the given version,
// once there is one. When ctx ends first it returns the latest, and false.
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
	if len(batch.Entries) == 0 {
		s.record(nil)
	}
	s.read = batch.Messages
	for entries := range untilHits(batch.Entries) {
		s.admit(entries)
		if hit, ok := entries[0].(*datalayer.Hit); ok {
			s.findCause(hit)
		}
		s.record(entries) // on its way to the disk before anybody sees it
		for _, e := range entries {
			s.append(e)
		}
	}
	s.read = nil
	s.lookForHits()
	s.publish()
}

// untilHits cuts entries before each hit: its cause is looked for when all messages
// before it have been judged.
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

// attach takes in how the source stands. What the header says of it is known once
// the browser answered, and where the session attached to a tab, once that is chosen.
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

// admit counts entries and gives those that have none the sequence numbers that
// follow. A file's entries keep theirs. It comes before everything else: what is
// in the recording is then counted in its last line, whatever happens in between.
func (s *Session) admit(entries []datalayer.Entry) {
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
	case *datalayer.Push:
		v := s.judge(e)
		s.current.Counts.addVerdict(&v, 1)
		s.countMatches(e.Seq, v.Outcome)
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
	case *datalayer.ScriptError:
		s.analysis.Rules.Script(e)
	}
	s.current.log.append(r)
}

// publish makes what has come in visible.
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
