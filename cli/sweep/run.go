package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"layertap/cli/files"
	"layertap/crash"
	"layertap/datalayer"
	"layertap/report/pages"
	"layertap/session"
	"layertap/sweep"
	"layertap/visible"
)

// run is a sweep in progress.
type run struct {
	program  Program
	flags    *flags
	dir      string
	queue    *sweep.Queue
	browsers []browser
	jobs     int // concurrent pages per browser
	choices  []choice
	log      *resultLog
	visits   int // of the shard

	mu       sync.Mutex // protects what follows, and the program's Analysis
	progress io.Writer
	results  []pages.Result
	err      error // why the sweep can't continue
}

func newRun(ctx context.Context, p Program, f *flags, visits []*sweep.Visit, progress io.Writer) (*run, error) {
	r := &run{program: p, flags: f, dir: f.dir, jobs: 1, progress: progress, visits: len(visits)}
	if _, _, err := p.Analysis(); err != nil { // to report errors before anything is opened
		return nil, err
	}
	var err error
	if p.Options.Endpoints, err = p.Endpoints(); err != nil {
		return nil, err
	}
	if r.choices, err = choicesOf(f.consents); err != nil {
		return nil, err
	}
	if f.flow != "" {
		if err := checkFlow(f.flow); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, fmt.Errorf("sweeping to %s: %w", f.dir, files.Cause(err))
	}
	if f.resume {
		if visits, err = r.keep(ctx, visits); err != nil {
			return nil, err
		}
	}
	if r.log, err = openLog(f.dir, p.Tool, r.visits, f.resume); err != nil {
		return nil, err
	}
	for _, place := range f.attach {
		r.browsers = append(r.browsers, attached{place})
	}
	for _, hub := range f.grids {
		r.browsers = append(r.browsers, ofGrid{hub})
	}
	if len(r.browsers) > 0 {
		r.jobs = f.jobs
	} else {
		for n := range min(f.jobs, len(visits)) {
			r.browsers = append(r.browsers, &started{number: n + 1, options: *p.Options})
		}
	}
	r.queue = sweep.NewQueue(visits, len(r.browsers), f.retries+1)
	return r, nil
}

// keep takes over the pages that were recorded already, checks them again, and returns
// the others.
func (r *run) keep(ctx context.Context, visits []*sweep.Visit) (left []*sweep.Visit, err error) {
	known := map[string]pages.Result{}
	if _, err := os.Stat(filepath.Join(r.dir, logName)); err == nil {
		if known, _, err = readLog(r.dir); err != nil {
			return nil, err
		}
	}
	for _, v := range visits {
		result, complete := r.kept(ctx, v, known[datalayer.WithoutUserInfo(v.Page)])
		switch {
		case ctx.Err() != nil:
			return nil, errors.New("sweeping: interrupted")
		case complete:
			r.results = append(r.results, result)
		default:
			left = append(left, v)
		}
	}
	return left, nil
}

// kept checks again a page that was recorded completely, once for each choice, and
// returns the result.
func (r *run) kept(ctx context.Context, v *sweep.Visit, was pages.Result) (result pages.Result, complete bool) {
	if was.File == "" || was.Error != "" {
		return pages.Result{}, false
	}
	v.Failed = was.Failed
	var first session.Snapshot
	for i, c := range r.choices {
		name := sweep.FileName(v.Page, c.name)
		file, err := r.program.Read(ctx, filepath.Join(r.dir, name))
		switch {
		case err != nil || file.Trouble != "": // it is missing or incomplete
			v.Failed = nil
			return pages.Result{}, false
		case i == 0:
			first, result = file.Session, pages.Recorded(v, name, file.Session)
			result.Variant = c.name
		default:
			result.Compared(c.name, name, first, file.Session)
		}
	}
	return result, true
}

// all visits the pages and returns their results in the order of the list.
func (r *run) all(ctx context.Context) ([]pages.Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var workers sync.WaitGroup
	for n, b := range r.browsers {
		var jobs sync.WaitGroup
		for range r.jobs {
			jobs.Go(func() {
				if err := crash.Guard(func() error { return r.work(ctx, n, b) }); err != nil {
					r.fail(err)
					cancel()
				}
			})
		}
		workers.Go(func() { jobs.Wait(); b.close() })
	}
	workers.Wait()
	interrupted := ctx.Err() != nil
	for _, v := range r.queue.Left() {
		why := "no browser was left to open it in"
		if n := len(v.Failed); n > 0 {
			why = v.Failed[n-1].Error
		}
		if interrupted {
			why = "the sweep was interrupted before"
		}
		result := pages.NotRecorded(v, why)
		r.results = append(r.results, result)
		if !interrupted {
			r.err = errors.Join(r.err, r.log.add(result))
		}
	}
	slices.SortStableFunc(r.results, func(a, b pages.Result) int { return cmp.Compare(a.Number, b.Number) })
	return r.results, errors.Join(r.err, r.log.close())
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = cmp.Or(r.err, err)
}

// work visits pages in a browser until none are left for it. It returns an error if the
// sweep can't continue.
func (r *run) work(ctx context.Context, n int, b browser) error {
	for {
		v, ok := r.queue.Next(ctx, n)
		if !ok {
			return nil
		}
		result, err := r.visit(ctx, b, v)
		switch {
		case ctx.Err() != nil: // whatever the result of the page
			r.queue.Return(v)
			return nil //nolint:nilerr // interrupted
		case errors.As(err, new(*crash.Error)), errors.As(err, new(*diskError)):
			r.queue.Return(v)
			return err
		case err == nil:
			r.queue.Done()
			if err := r.finished(result, b); err != nil {
				return err
			}
			continue
		}
		attempt := sweep.Attempt{Where: b.name(), Error: datalayer.WithoutUserInfo(err.Error())}
		again := r.queue.Again(v, n, attempt)
		if !again {
			if err := r.finished(pages.NotRecorded(v, attempt.Error), b); err != nil {
				return err
			}
		} else {
			r.printLine("again  %s  failed in %s: %s", v.Page, attempt.Where, attempt.Error)
		}
		if !b.recover(ctx) && ctx.Err() == nil {
			if r.queue.Drop(n) {
				r.printLine("%s stopped responding, and gets no more pages", b.name())
			}
			return nil
		}
	}
}

// finished stores a result and prints it.
func (r *run) finished(result pages.Result, b browser) error {
	if err := r.log.add(result); err != nil {
		return err
	}
	r.mu.Lock()
	r.results = append(r.results, result)
	done := len(r.results)
	r.mu.Unlock()
	what := fmt.Sprintf("messages: %d, errors: %d, warnings: %d", result.Messages, result.Errors, result.Warnings)
	if result.Error != "" {
		what = "not recorded: " + result.Error
	}
	r.printLine("%d/%d  %s  %s  (%s)", done, r.visits, result.URL, what, b.name())
	return nil
}

// printLine prints a line about the progress of the sweep.
func (r *run) printLine(format string, args ...any) {
	line := visible.Text(datalayer.WithoutUserInfo(fmt.Sprintf(format, args...)))
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintln(r.progress, line)
}
