// Command gotest runs go test with its arguments and prints its output for packages.
// While packages are running, it also prints the running tests every 30 seconds. Its
// exit code is that of go test.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// quiet is the time without output after which the running tests are printed.
const quiet = 30 * time.Second

func main() {
	cmd := exec.Command("go", append([]string{"test", "-json"}, os.Args[1:]...)...)
	cmd.Stderr = os.Stderr
	events, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "running go test:", err)
		os.Exit(2)
	}
	started := time.Now()
	report(os.Stdout, read(events), time.NewTicker(quiet).C, func() time.Duration { return time.Since(started) })
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		os.Exit(exit.ExitCode())
	} else if err != nil {
		fmt.Fprintln(os.Stderr, "running go test:", err)
		os.Exit(2)
	}
}

// event is a line of go test -json; see go doc test2json. A line that isn't JSON has
// Action "output" and no Package.
type event struct {
	Action, Package, Test, Output string
}

func read(r io.Reader) <-chan event {
	events := make(chan event)
	go func() {
		defer close(events)
		lines := bufio.NewReader(r)
		for {
			line, err := lines.ReadString('\n')
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				e = event{Action: "output", Output: line}
			}
			events <- e
			if err != nil {
				return
			}
		}
	}()
	return events
}

// test is a test of a package; with an empty name, the package.
type test struct{ pkg, name string }

// report prints events until there are no more. A test's output is printed if it fails;
// on each tick, the running tests are printed.
func report(w io.Writer, events <-chan event, ticks <-chan time.Time, elapsed func() time.Duration) {
	printed := map[test]string{}
	running := map[test]bool{}
	done := 0
	active := true // since the last tick
	for {
		select {
		case e, more := <-events:
			if !more {
				return
			}
			t := test{e.Package, e.Test}
			switch e.Action {
			case "start", "run", "cont":
				running[t] = true
			case "pause":
				delete(running, t)
			case "output", "build-output":
				if e.Test == "" && !noise(e.Output) {
					fmt.Fprint(w, e.Output)
					active = true
				} else {
					printed[t] += e.Output
				}
			case "pass", "skip", "fail":
				if e.Action == "fail" {
					printAll(w, printed, t)
					active = true
				}
				done++
				if e.Test == "" {
					done = 0
				}
				delete(printed, t)
				delete(running, t)
			}
		case <-ticks:
			if !active {
				printRunning(w, running, done, elapsed())
			}
			active = false
		}
	}
}

// printAll prints the output of a failed test. For a package, that is the output of the
// tests that were running when a panic or a timeout ended it.
func printAll(w io.Writer, printed map[test]string, failed test) {
	fmt.Fprint(w, printed[failed])
	for t, text := range printed {
		if failed.name == "" && t.pkg == failed.pkg && t.name != "" {
			fmt.Fprint(w, text)
			delete(printed, t)
		}
	}
}

// noise reports whether go test doesn't print a package's own line without -v.
func noise(line string) bool {
	return line == "PASS\n" || line == "testing: warning: no tests to run\n" || strings.Contains(line, "[no test files]")
}

// printRunning prints a line for each running package.
func printRunning(w io.Writer, running map[test]bool, done int, elapsed time.Duration) {
	names := map[string][]string{}
	for t := range running {
		names[t.pkg] = append(names[t.pkg], t.name)
	}
	pkgs := make([]string, 0, len(names))
	for pkg := range names {
		pkgs = append(pkgs, pkg)
	}
	slices.Sort(pkgs)
	if len(pkgs) == 0 {
		fmt.Fprintf(w, "... %s: compiling\n", elapsed.Round(time.Second))
	}
	for _, pkg := range pkgs {
		tests := slices.DeleteFunc(names[pkg], func(name string) bool { return name == "" || hasSubtest(names[pkg], name) })
		slices.Sort(tests)
		fmt.Fprintf(w, "... %s: %s, %d tests done, running: %s\n", elapsed.Round(time.Second), pkg, done, strings.Join(tests, " "))
	}
}

// hasSubtest reports whether one of the names is a subtest of the named test.
func hasSubtest(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool { return strings.HasPrefix(other, name+"/") })
}
