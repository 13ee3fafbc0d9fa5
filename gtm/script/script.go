// Package script runs the code of custom JavaScript variables. The code can only use
// what a session recorded of its page; if it accesses anything else of a browser, its
// value is unknown.
package script

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"layertap/datalayer"
)

// The bounds of one run. The code comes from the page, so it may be as expensive as
// possible.
const (
	maxSource = 64 << 10        // bytes of code
	maxTime   = 1 * time.Second // elapsed
	maxHeap   = 256 << 20       // allocated by the whole program during the run
	maxLength = 1_000_000       // elements passed to a built-in function, bytes that it creates
	maxResult = 100_000         // values and bytes of text that it returns
	maxStack  = 200             // depth of calls
	grace     = 2 * time.Second // for a built-in function that cannot be interrupted
)

// Input is a value passed to the code: that of a variable, or the reason why it isn't
// known.
type Input struct {
	Value   datalayer.Value
	Unknown string
}

// Result is what the code returns, or the reason why that isn't known.
type Result struct {
	Value   datalayer.Value
	Unknown string // "it reads document.cookie"
}

func unknown(format string, args ...any) Result { return Result{Unknown: fmt.Sprintf(format, args...)} }

// Sandbox runs scripts. After a script that couldn't be stopped, or a few that took too
// long, it runs no others. It is safe for concurrent use. The zero value is ready
// to use.
type Sandbox struct {
	mu       sync.Mutex
	overruns int
	stopping atomic.Bool
}

// Stop ends the running script and prevents others from starting.
func (s *Sandbox) Stop() { s.stopping.Store(true) }

// maxOverruns is the number of scripts that may exceed their bounds.
const maxOverruns = 3

// Run runs a function's source, or an expression that calls one, on a page. In the
// source, inputs are referred to by the identifiers from [Placeholder].
func (s *Sandbox) Run(source string, inputs []Input, page *datalayer.Page) Result {
	if s.stopping.Load() {
		return unknown("the command is ending")
	}
	if s.spent() {
		return unknown("custom JavaScript of this session takes too long")
	}
	if len(source) > maxSource {
		return unknown("its code has more than %d kB", maxSource>>10)
	}
	program, err := compile(source)
	if err != nil {
		return unknown("%v", err)
	}
	done := make(chan Result, 1)
	r := newRuntime(inputs, page)
	go func() { done <- r.run(program) }()
	return s.watch(r, done)
}

func (s *Sandbox) spent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.overruns >= maxOverruns
}

func (s *Sandbox) overrun(by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.overruns += by
}

// watch waits for the end of a run, and stops it if it exceeds its bounds.
func (s *Sandbox) watch(r *runtime, done <-chan Result) Result {
	began, heap := time.Now(), allocated()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	stopped := false
	for {
		select {
		case result := <-done:
			if stopped {
				s.overrun(1)
			}
			return result
		case <-tick.C:
		}
		took := time.Since(began)
		switch {
		case took > maxTime+grace: // it can't be stopped: abandon it and don't run others
			s.overrun(maxOverruns)
			return unknown("it takes longer than %v", maxTime)
		case stopped:
		case s.stopping.Load():
			stopped = true
			r.vm.Interrupt(touched{"the command is ending"})
		case took > maxTime:
			stopped = true
			r.vm.Interrupt(touched{fmt.Sprintf("it takes longer than %v", maxTime)})
		case allocated()-heap > maxHeap:
			stopped = true
			r.vm.Interrupt(touched{"it needs too much memory"})
		}
	}
}

// allocated returns the number of bytes that the program has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// touched is a panic value with the reason why the result isn't known.
type touched struct{ what string }

// runtime is the state of one run.
type runtime struct {
	vm     *goja.Runtime
	inputs []Input
	page   *datalayer.Page
	why    string // the first unknown that the code accessed
}

// touch ends the run because the code accessed something unknown.
func (r *runtime) touch(format string, args ...any) goja.Value {
	if r.why == "" {
		r.why = fmt.Sprintf(format, args...)
	}
	r.vm.Interrupt(touched{r.why})
	return goja.Undefined()
}

func (r *runtime) run(program *goja.Program) (result Result) {
	defer func() {
		if p := recover(); p != nil {
			result = unknown("running it failed: %.200v", p)
		}
	}()
	value, err := r.vm.RunProgram(program)
	var interrupted *goja.InterruptedError
	switch {
	case r.why != "":
		return unknown("%s", r.why)
	case errors.As(err, &interrupted):
		if t, ok := interrupted.Value().(touched); ok {
			return unknown("%s", t.what)
		}
		return unknown("it was interrupted")
	case isOverflow(err):
		return unknown("its calls nest too deeply")
	case err != nil: // a variable that throws is undefined
		return Result{Value: datalayer.Value{}}
	}
	converted, why := fromJS(value, 0, &budget{maxResult})
	if r.why != "" {
		why = r.why
	}
	return Result{Value: converted, Unknown: why}
}

func isOverflow(err error) bool {
	var overflow *goja.StackOverflowError
	return errors.As(err, &overflow)
}

// Placeholder returns the identifier of an input in the source.
func Placeholder(i int) string { return fmt.Sprintf("__layertap_%d", i) }

// Call returns an expression that calls the code: a function or, in the published form, the
// call of one.
func Call(source string) string {
	source = strings.TrimRight(strings.TrimSpace(source), "; \t\r\n")
	call := "(" + source + "\n)" // it may end with a comment
	if !strings.HasPrefix(source, "(") || !strings.HasSuffix(source, ")()") && !strings.HasSuffix(source, "}())") {
		call += "()"
	}
	return call
}

// compile compiles the code. It rejects code that could run for a long time without being
// interruptible.
func compile(source string) (*goja.Program, error) {
	tree, err := goja.Parse("", Call(source))
	if err != nil {
		return nil, errors.New("its code cannot be read")
	}
	if why := refused(tree); why != "" {
		return nil, errors.New(why)
	}
	program, err := goja.CompileAST(tree, false)
	if err != nil {
		return nil, errors.New("its code cannot be read")
	}
	return program, nil
}
