package sweep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"layertap/cli/capture"
	"layertap/cli/files"
	"layertap/cli/livepage"
	"layertap/gtm"
	"layertap/probe"
	"layertap/recording"
	"layertap/report/pages"
	"layertap/session"
	"layertap/sweep"
)

// diskError is an error in writing a recording, for which another browser would not
// help.
type diskError struct{ error }

// choice is what the visitor does first on each page, such as accepting cookies.
type choice struct {
	name string // part of the names of its recordings; empty if it is the only choice
	file string // the file of the flow; empty for none
}

// choicesOf returns a choice for each flow, named after its file, or a single one
// without a flow.
func choicesOf(flows []string) ([]choice, error) {
	if len(flows) == 0 {
		return []choice{{}}, nil
	}
	var all []choice
	known := map[string]bool{}
	for _, file := range flows {
		if err := checkFlow(file); err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		if known[name] {
			return nil, fmt.Errorf("--consent: there are two files of the name %s: their names tell the recordings apart", name)
		}
		known[name] = true
		all = append(all, choice{name, file})
	}
	return all, nil
}

// checkFlow returns an error if a flow can't be read.
func checkFlow(file string) error {
	_, err := capture.ReadFlow(file, files.Read, &probe.Options{URL: "https://shop.example/"})
	return err
}

// visit records a page in a browser, once for each choice. If that fails, it leaves no
// recording.
func (r *run) visit(ctx context.Context, b browser, v *sweep.Visit) (result pages.Result, err error) {
	var first session.Snapshot
	var made []string
	defer func() {
		for _, path := range made {
			if err != nil {
				_ = os.Remove(path) // it may not exist
			}
		}
	}()
	for i, c := range r.choices {
		name := sweep.FileName(v.Page, c.name)
		path := filepath.Join(r.dir, name)
		made = append(made, path)
		s, err := r.record(ctx, b, v.Page, c, path)
		switch {
		case err != nil:
			return pages.Result{}, err
		case i == 0:
			first, result = s, pages.Recorded(v, name, s)
			result.Variant = c.name
		default:
			result.Compared(c.name, name, first, s)
		}
	}
	return result, nil
}

// record records a page to a file, for the duration of a visit.
func (r *run) record(ctx context.Context, b browser, page string, c choice, path string) (session.Snapshot, error) {
	where, release, err := b.where(ctx)
	if err != nil {
		return session.Snapshot{}, err
	}
	defer release()
	analysis, given, err := r.analysis()
	if err != nil {
		return session.Snapshot{}, err
	}
	o := *r.program.Options
	o.URL, o.Attach, o.Fresh = page, where, true
	var flows []capture.Flow
	for _, file := range []string{c.file, r.flags.flow} {
		if file == "" {
			continue
		}
		f, err := capture.ReadFlow(file, files.Read, &o)
		if err != nil {
			return session.Snapshot{}, err
		}
		flows = append(flows, f)
	}
	s := capture.Session(capture.Header(&o, r.program.Tool, r.program.Setup()), analysis, given)
	w, err := recording.Replace(path)
	if err == nil {
		err = s.Record(r.program.Sink(w))
	}
	if err != nil {
		return session.Snapshot{}, &diskError{err}
	}
	p, err := probe.Open(o)
	if err != nil {
		return session.Snapshot{}, errors.Join(err, s.StopRecording())
	}
	visiting, end := context.WithCancel(ctx)
	defer end()
	played := make(chan error, 1)
	go func() {
		defer end()
		played <- r.stay(visiting, s, p, flows)
	}()
	err = errors.Join(s.Run(visiting, livepage.Source{Probe: p}), p.Close())
	end()
	err = errors.Join(err, <-played)
	snapshot := s.Snapshot()
	switch failure := snapshot.Recording.Err; {
	case failure != nil:
		return snapshot, &diskError{failure}
	case err != nil:
		return snapshot, err
	}
	return snapshot, capture.NeverLive(snapshot)
}

// analysis returns what one page is checked against.
func (r *run) analysis() (session.Analysis, []*gtm.Container, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program.Analysis()
}

// stay waits until the time on a page is over, or the page failed to become live.
// Before, it performs the flows.
func (r *run) stay(ctx context.Context, s *session.Session, p *probe.Probe, flows []capture.Flow) error {
	if len(flows) > 0 {
		return capture.Play(ctx, flows, s, p, r.flags.within, r.flags.lasts)
	}
	waiting, cancel := context.WithTimeout(ctx, r.flags.within)
	defer cancel()
	since := capture.Live(waiting, s)
	if since.IsZero() {
		return nil // which is reported anyway
	}
	select {
	case <-time.After(time.Until(since.Add(r.flags.lasts))):
	case <-ctx.Done():
	}
	return nil
}
