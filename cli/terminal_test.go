//go:build unix

package cli_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// patience is how long a test waits before it fails. It is much longer than anything
// takes on a busy machine.
const patience = 5 * time.Minute

// A terminal is what the program draws on, with a shell.
type terminal struct {
	t      *testing.T
	tty    *os.File
	seen   chan string // everything written so far, sent whenever there is more
	all    string
	events chan string // reports of the shell
	orders io.Writer
	pid    int // of the program
}

// onTerminal runs a program in a shell on its own terminal.
func onTerminal(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	events, report := pipe(t)
	obeys, orders := pipe(t)
	if !slices.ContainsFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, asShell+"=") }) {
		cmd.Env = append(cmd.Env, asShell+"=1")
	}
	cmd.ExtraFiles = []*os.File{report, obeys}
	tty := startOnTerminal(t, cmd, small)
	report.Close()
	obeys.Close()
	term := &terminal{t: t, tty: tty, seen: make(chan string), events: make(chan string, 8), orders: orders}
	go func() {
		defer close(term.seen)
		var all []byte
		buffer := make([]byte, 1<<16)
		for {
			n, err := tty.Read(buffer)
			all = append(all, buffer[:n]...)
			term.seen <- string(all)
			if err != nil {
				return
			}
		}
	}()
	go func() {
		defer close(term.events)
		for lines := bufio.NewScanner(events); lines.Scan(); {
			term.events <- lines.Text()
		}
	}()
	seen := term.seen
	t.Cleanup(func() {
		if term.pid != 0 {
			_ = syscall.Kill(-term.pid, syscall.SIGKILL)
		}
		orders.Close()
		tty.Close()
		for range seen { // let the reader end
		}
		_ = cmd.Wait() // the shell's exit code doesn't matter
	})
	if _, err := fmt.Sscanf(term.event(), "started %d", &term.pid); err != nil {
		t.Fatal(err)
	}
	return term
}

// small is the default size of a terminal.
var small = pty.Winsize{Rows: 24, Cols: 80}

// startOnTerminal starts a process as the first one on a new terminal, and returns the
// user's side of the terminal. Its name is that of the other side.
func startOnTerminal(t testing.TB, cmd *exec.Cmd, size pty.Winsize) *os.File {
	t.Helper()
	blocking, programs, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer blocking.Close()
	defer programs.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = programs, programs, programs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := errors.Join(pty.Setsize(blocking, &size), cmd.Start()); err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Dup(int(blocking.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
		err = syscall.SetNonblock(fd, true) // a file that is closed while it is read
	}
	if err != nil {
		t.Fatal(err)
	}
	tty := os.NewFile(uintptr(fd), programs.Name())
	t.Cleanup(func() { tty.Close() })
	return tty
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// event waits for the next report of the shell.
func (term *terminal) event() string {
	term.t.Helper()
	late := time.After(patience)
	for {
		select {
		case event := <-term.events:
			return event
		case all, ok := <-term.seen:
			if !ok {
				term.seen = nil // the reader has ended
			} else {
				term.all = all
			}
		case <-late:
			term.t.Fatalf("the program neither ends nor stops:\n%q", visibleText(term.all))
		}
	}
}

// await waits until the output of the program matches the pattern.
func (term *terminal) await(pattern string) {
	term.t.Helper()
	term.awaitAfter(0, pattern)
}

// awaitAfter is await for the output from an offset on.
func (term *terminal) awaitAfter(from int, pattern string) {
	term.t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.After(patience)
	for !re.MatchString(visibleText(term.all[from:])) {
		select {
		case all, ok := <-term.seen:
			if !ok {
				term.t.Fatalf("the program ended before %q:\n%q", pattern, visibleText(term.all))
			}
			term.all = all
		case <-late:
			term.t.Fatalf("no %q in:\n%q", pattern, visibleText(term.all))
		}
	}
}

// awaitScreen waits until the screen matches the pattern. The program's output may not
// contain the text, because only cells that change are written.
func (term *terminal) awaitScreen(pattern string) {
	term.t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.After(patience)
	for !re.MatchString(screenAfter(term.all)) {
		select {
		case all, ok := <-term.seen:
			if !ok {
				term.t.Fatalf("the program ended before the screen showed %q:\n%s", pattern, screenAfter(term.all))
			}
			term.all = all
		case <-late:
			term.t.Fatalf("no %q on the screen:\n%s", pattern, screenAfter(term.all))
		}
	}
}

// screenAfter returns the screen of a terminal after the given output.
func screenAfter(written string) string {
	screen := vt.NewEmulator(int(small.Cols), int(small.Rows))
	defer screen.Close()
	go io.Copy(io.Discard, screen) //nolint:errcheck // its responses to the program's queries
	_, _ = screen.WriteString(written)
	return screen.String()
}

func (term *terminal) types(keys string) {
	term.t.Helper()
	if _, err := term.tty.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// signal sends a signal to the program, not to its job.
func (term *terminal) signal(s syscall.Signal) {
	term.t.Helper()
	if err := syscall.Kill(term.pid, s); err != nil {
		term.t.Fatal(err)
	}
}

// ended waits for the end of the program and returns its exit code. It checks that the
// terminal was restored.
func (term *terminal) ended() int {
	term.t.Helper()
	code := -1
	event := term.event()
	if _, err := fmt.Sscanf(event, "ended with %d,", &code); err != nil || !strings.HasSuffix(event, "as before") {
		term.t.Errorf("the shell says: %s", event)
	}
	term.restored()
	return code
}

// stopped waits until the program was stopped, and checks that the terminal was
// restored. It returns the offset in the output at which the shell took over.
func (term *terminal) stopped() int {
	term.t.Helper()
	if event := term.event(); event != "stopped, the terminal is as before" {
		term.t.Errorf("the shell says: %s", event)
	}
	return term.restored()
}

// resume makes the shell continue the program in the foreground.
func (term *terminal) resume() {
	term.t.Helper()
	if _, err := io.WriteString(term.orders, "fg\n"); err != nil {
		term.t.Fatal(err)
	}
}

// restored checks that all modes were reset when the shell took over, and returns the
// offset in the output at which it did.
func (term *terminal) restored() int {
	term.t.Helper()
	at := term.inShell()
	for _, on := range leftOn(term.all) {
		term.t.Errorf("left on the terminal: %s", on)
	}
	return at
}

// inShell waits until the shell writes, and returns the offset at which it did.
func (term *terminal) inShell() int {
	term.t.Helper()
	late := time.After(patience)
	for !strings.HasSuffix(term.all, afterJob) {
		select {
		case term.all = <-term.seen:
		case <-late:
			term.t.Fatalf("the shell did not report again:\n%q", term.all)
		}
	}
	return len(term.all)
}

var (
	private     = regexp.MustCompile(`\x1b\[\?([0-9;]+)([hl])`)
	kitty       = regexp.MustCompile(`\x1b\[([<>])[0-9]*u`)
	otherKeys   = regexp.MustCompile(`\x1b\[>4(?:;([0-9]*))?m`)
	title       = regexp.MustCompile(`\x1b\][02];([^\x07\x1b]*)(?:\x07|\x1b\\)`)
	cursorStyle = regexp.MustCompile(`\x1b\[([0-9]*) q`)
	looks       = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)
)

// leftOn returns the names of the modes that a program has changed and not reset,
// according to its output.
func leftOn(written string) []string {
	var left []string
	note := func(wrong bool, what string, args ...any) {
		if wrong {
			left = append(left, fmt.Sprintf(what, args...))
		}
	}
	modes := map[string]bool{"7": true, "25": true} // on by default: wrapping and the cursor
	before := map[string]bool{"7": true, "25": true}
	for _, m := range private.FindAllStringSubmatch(written, -1) {
		for mode := range strings.SplitSeq(m[1], ";") {
			modes[mode] = m[2] == "h"
		}
	}
	for mode, on := range modes {
		note(on != before[mode], "mode ?%s is %v", mode, on)
	}
	stack := 0
	for _, m := range kitty.FindAllStringSubmatch(written, -1) {
		stack += map[string]int{">": 1, "<": -1}[m[1]]
	}
	note(stack != 0, "%d more keyboard protocols were turned on than off", stack)
	last := func(re *regexp.Regexp) string {
		all := re.FindAllStringSubmatch(written, -1)
		if len(all) == 0 {
			return ""
		}
		return all[len(all)-1][1]
	}
	note(strings.Trim(last(otherKeys), "0") != "", "keys are reported as %q", last(otherKeys))
	note(last(title) != "", "the title is %q", last(title))
	note(strings.Trim(last(cursorStyle), "0") != "", "the cursor is of style %q", last(cursorStyle))
	note(strings.Trim(last(looks), "0") != "", "text looks like %q", last(looks))
	return left
}

var sequences = regexp.MustCompile(`\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[\]P_^][^\x07\x1b]*(\x07|\x1b\\)|\x1b[@-Z\\-_]`)

func visibleText(out string) string { return sequences.ReplaceAllString(out, "") }

const oneMessage = `{"type":"session","format":1,"id":"01K","tool":"layertap 0.1.0","started":"2026-11-23T09:00:00.000Z","browser":"Chrome/156","url":"https://shop.example/"}
{"type":"page","seq":1,"t":0.000,"page":"p1","target":"t1","frame":"main","url":"https://shop.example/","cause":"load"}
{"type":"push","seq":2,"t":1523.100,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"widget_opend","message":{"event":"widget_opend","widget_platform":"web","timestamp":1795424401523}}
{"type":"end","seq":3,"t":9000.000,"pushes":1,"hits":0,"lost":0}
`

// openRecording opens a recording on a terminal.
func openRecording(t *testing.T) *terminal {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	if err := os.WriteFile(path, []byte(oneMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	term := onTerminal(t, program(t, "open", path))
	term.await(`widget_opend`)
	return term
}
