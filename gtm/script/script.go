// Package script runs the code of custom JavaScript variables. The code sees what a
// session recorded of its page and nothing else of a browser: as soon as it touches
// anything else its value is unknown.
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

// The bounds of one run. The page serves the code, so it may be made to cost as much as
// it can.
const (
	maxSource = 64 << 10        // bytes of code
	maxTime   = 1 * time.Second // on the clock
	maxHeap   = 256 << 20       // bytes allocated meanwhile by the whole program
	maxLength = 1_000_000       // elements that a built-in function is given, bytes that it makes
	maxResult = 100_000         // values and bytes of text that it returns
	maxStack  = 200             // calls within one another
	grace     = 2 * time.Second // for a built-in function that cannot be interrupted
)

// Input is a value that the code is given: that of a variable, or why it is not known.
type Input struct {
	Value   datalayer.Value
	Unknown string
}

// Result is what the code returns, or why that is not known.
type Result struct {
	Value   datalayer.Value
	Unknown string // "it reads document.cookie"
}

func unknown(format string, args ...any) Result { return Result{Unknown: fmt.Sprintf(format, args...)} }

// Sandbox runs scripts. After one that it could not stop, or a few that took too long,
// it runs none any more. It is safe for concurrent use; the zero Sandbox is ready.
type Sandbox struct {
	mu       sync.Mutex
	overruns int
	stopping atomic.Bool
}

// Stop ends the script that runs and lets no other begin: the command is ending.
func (s *Sandbox) Stop() { s.stopping.Store(true) }

// maxOverruns is how many scripts may run into their bounds.
const maxOverruns = 3

// Run runs a function's source, or an expression that calls one, on a page. In the
// source inputs are the identifiers that [Placeholder] gives.
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

// watch waits for a run's end, and stops one that takes too much.
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
		case took > maxTime+grace: // nothing can stop it: let it be, and run no other
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

// allocated is how many bytes the program has allocated so far.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// touched is why the value is not known.
type touched struct{ what string }

// runtime is one run.
type runtime struct {
	vm     *goja.Runtime
	inputs []Input
	page   *datalayer.Page
	why    string // what the code touched first
}

// touch ends the run: what the code touched is not known.
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

// Placeholder is the identifier of an input in the source.
func Placeholder(i int) string { return fmt.Sprintf("__layertap_%d", i) }

// compile reads the code: a function, or in the published form the call of one. It
// refuses what could run for long where it cannot be stopped.
func compile(source string) (*goja.Program, error) {
	source = strings.TrimRight(strings.TrimSpace(source), "; \t\r\n")
	call := "(" + source + ")"
	if !strings.HasPrefix(source, "(") || !strings.HasSuffix(source, ")()") && !strings.HasSuffix(source, "}())") {
		call += "()"
	}
	tree, err := goja.Parse("", call)
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
