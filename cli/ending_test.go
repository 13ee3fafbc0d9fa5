//go:build unix

package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// However the screen over a recording ends, the terminal is restored.
func TestTerminalIsRestored(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*terminal){
		"q":       func(term *terminal) { term.types("q") },
		"ctrl-c":  func(term *terminal) { term.types("\x03") },
		"SIGINT":  func(term *terminal) { term.signal(syscall.SIGINT) },
		"SIGTERM": func(term *terminal) { term.signal(syscall.SIGTERM) },
		"SIGHUP":  func(term *terminal) { term.signal(syscall.SIGHUP) },
		"in the filter": func(term *terminal) {
			term.types("f")
			term.await(`Tab completes`)
			term.signal(syscall.SIGTERM)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := openRecording(t)
			leave(term)
			if code := term.ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// On SIGQUIT the goroutines are printed on a terminal that has been restored.
func TestTerminalIsRestoredBeforeADump(t *testing.T) {
	t.Parallel()
	term := openRecording(t)
	term.signal(syscall.SIGQUIT)
	if code := term.ended(); code != 2 {
		t.Errorf("exit code %d", code)
	}
	_, after, left := strings.Cut(term.all, "\x1b[?1049l")
	if !left || !strings.Contains(after, "SIGQUIT: quit\r\n") || !strings.Contains(after, "\r\ngoroutine ") {
		t.Errorf("after the screen it said %q", after)
	}
}

// A recording can be read from standard input, while keys are read from the terminal.
func TestKeysBesideARecording(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	if err := os.WriteFile(path, []byte(oneMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "open", "-")
	cmd.Env = append(cmd.Env, readsFrom+"="+path)
	term := onTerminal(t, cmd)
	term.await(`standard input`)
	term.await(`widget_opend`)
	term.types("2")
	term.await(`\[2 Coverage`)
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// A capture is the demo in its own browser, recorded, on a terminal.
type capture struct {
	*terminal
	file    string
	temp    string // the directory of the browser's profile
	reports string // the directory of crash reports
}

func startCapture(t *testing.T, env ...string) *capture {
	t.Helper()
	c := &capture{file: filepath.Join(t.TempDir(), "a.session.jsonl"), temp: t.TempDir(), reports: t.TempDir()}
	cmd := program(t, "demo", "--auto", "-o", c.file)
	cmd.Env = append(cmd.Env, "TMPDIR="+c.temp, "XDG_STATE_HOME="+c.reports)
	cmd.Env = append(cmd.Env, env...)
	c.terminal = onTerminal(t, cmd)
	return c
}

// browsers returns the processes that belong to the capture's browser.
func (c *capture) browsers() []string {
	c.t.Helper()
	out, err := exec.Command("ps", "-A", "-ww", "-o", "args").Output()
	if err != nil {
		c.t.Fatal(err)
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, c.temp) {
			found = append(found, line)
		}
	}
	return found
}

var (
	lastLine = regexp.MustCompile(`\{"type":"end","seq":([0-9]+),"t":[0-9.]+,"pushes":([0-9]+),[^\n]*\}\n$`)
	pushLine = regexp.MustCompile(`(?m)^\{"type":"push",`)
)

// complete checks that the recording is complete and that no browser is left.
func (c *capture) complete() {
	c.t.Helper()
	text, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	pushes := len(pushLine.FindAll(text, -1))
	want := fmt.Sprintf("%d lines, %d pushes", strings.Count(string(text), "\n")-1, pushes)
	got := "no last line"
	if end := lastLine.FindSubmatch(text); end != nil {
		got = fmt.Sprintf("%s lines, %s pushes", end[1], end[2])
	}
	if got != want || pushes == 0 {
		c.t.Errorf("the recording reports %s, and contains %s:\n%s", got, want, text)
	}
	if left := c.browsers(); left != nil {
		c.t.Errorf("left running: %q", left)
	}
	if left, _ := os.ReadDir(c.temp); len(left) > 0 {
		c.t.Errorf("left behind: %v", left)
	}
}

// However a capture ends, the terminal is restored, the recording is complete, and the
// browser is gone.
func TestCaptureEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		do    func(*capture) // nil if it ends by itself
		panic string
		code  int
	}{
		{name: "q", do: func(c *capture) { c.types("q") }},
		{name: "SIGTERM", do: func(c *capture) { c.signal(syscall.SIGTERM) }},
		{name: "SIGHUP", do: func(c *capture) { c.signal(syscall.SIGHUP) }},
		{name: "panic in update", do: func(c *capture) { c.types("!") }, panic: "update", code: 2},
		{name: "panic in view", do: func(c *capture) { c.types("!") }, panic: "view", code: 2},
		{name: "panic in a command", do: func(c *capture) { c.types("!") }, panic: "command", code: 2},
		{name: "panic in source", panic: "source", code: 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := startCapture(t, panicIn+"="+tt.panic)
			if tt.do != nil {
				c.await(`widget_loaded`)
				if c.browsers() == nil {
					t.Error("there is no browser to begin with")
				}
				tt.do(c)
			}
			if code := c.ended(); code != tt.code {
				t.Errorf("exit code %d", code)
			}
			c.complete()
			again := "recorded: layertap open " + c.file // printed when the user quits
			if reportsCrash := strings.Contains(visibleText(c.all), again); reportsCrash != (tt.name == "q") {
				t.Errorf("that it says %q is %t:\n%q", again, reportsCrash, visibleText(c.all))
			}
			if tt.panic != "" {
				c.reportsCrash("as it was asked, in " + strings.TrimPrefix(tt.name, "panic in "))
			}
		})
	}
}

// The reader of the output may close it, as head does when it has enough. The capture
// then ends as usual.
func TestReaderGoes(t *testing.T) {
	t.Parallel()
	c := &capture{terminal: &terminal{t: t}, file: filepath.Join(t.TempDir(), "a.session.jsonl"), temp: t.TempDir()}
	cmd := program(t, "demo", "--auto", "--plain", "-o", c.file)
	cmd.Env = append(cmd.Env, "TMPDIR="+c.temp)
	reader, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(reader)
	for lines.Scan() && !strings.Contains(lines.Text(), " message ") {
	}
	reader.Close()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 128+int(syscall.SIGPIPE) {
		t.Errorf("exit code %d", code)
	}
	c.complete()
}

// A page that is no longer reachable is reported at the end, so that the log doesn't
// look as if it had pushed nothing.
func TestRecordReportsWhatWasNotReached(t *testing.T) {
	t.Parallel()
	cmd := program(t, "record", "chrome://crash", "--headless", "-o", filepath.Join(t.TempDir(), "a.session.jsonl"))
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for lines := bufio.NewScanner(progress); lines.Scan(); {
		printed.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), " state lost: the tab crashed") {
			_ = cmd.Process.Signal(os.Interrupt)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	_, end, _ := strings.Cut(printed.String(), " end ")
	if want := regexp.MustCompile(`(?m)^    not reached: page \S+: it crashed$`); len(want.FindAllString(end, -1)) != 1 {
		t.Errorf("it said:\n%s", printed.String())
	}
}

// Standard input may block forever. The user can still interrupt the program.
func TestInterruptedWhileReading(t *testing.T) {
	t.Parallel()
	header, _, _ := strings.Cut(oneMessage, "\n")
	for name, begin := range map[string]string{"the header": "", "a line": header + "\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := program(t, "check", "-")
			var printed bytes.Buffer
			cmd.Stderr = &printed
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			half := strings.Repeat(" ", 1<<20) // more than a pipe's buffer: when all is written, the program is reading
			if _, err := in.Write([]byte(begin + half)); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 2 || printed.String() != "layertap: reading -: interrupted\n" {
				t.Errorf("exit code %d, and it said %q", code, printed.String())
			}
		})
	}
}

var crashReport = regexp.MustCompile(`layertap: internal error: (.*); the crash details are in (.*\.txt)\r\n`)

// reportsCrash checks that a panic was reported in one sentence, with a file that contains the
// details.
func (c *capture) reportsCrash(why string) {
	c.t.Helper()
	_, after, _ := strings.Cut(c.all[strings.LastIndex(c.all, "\x1b[?1049l"):], "\x1b[?1049l")
	printed := crashReport.FindStringSubmatch(visibleText(after))
	if printed == nil || printed[1] != why {
		c.t.Fatalf("it said %q", visibleText(after))
	}
	details, err := os.ReadFile(printed[2])
	if err != nil {
		c.t.Fatal(err)
	}
	if text := string(details); !strings.HasPrefix(printed[2], c.reports) || !strings.Contains(text, "goroutine ") || !strings.Contains(text, why) {
		c.t.Errorf("%s says %s", printed[2], details)
	}
	if strings.Contains(after, "goroutine ") {
		c.t.Errorf("the details are on the terminal, too: %q", after)
	}
}

// A closed terminal ends the program even if no signal reports it; a program that only
// waited for keys would run forever.
func TestTerminalIsLost(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"1", "nohup"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := startCapture(t, asShell+"="+kind)
			c.await(`widget_loaded`)
			c.tty.Close()
			if event := c.event(); event != "ended with 0, the terminal is gone" {
				t.Errorf("the shell says: %s", event)
			}
			c.complete()
		})
	}
}

// The same applies without a shell in between, as in a terminal that was opened for the
// program.
func TestTerminalIsLostWithoutAShell(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.session.jsonl")
	cmd := program(t, "demo", "--auto", "-o", file)
	c := &capture{terminal: &terminal{t: t}, file: file, temp: t.TempDir()}
	cmd.Env = append(cmd.Env, "TMPDIR="+c.temp)
	tty := startOnTerminal(t, cmd, small)
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	awaitRead(t, tty, "widget_loaded")
	tty.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	c.complete()
}

// awaitRead reads until a text occurs.
func awaitRead(t *testing.T, tty *os.File, text string) {
	t.Helper()
	var all []byte
	buffer := make([]byte, 1<<16)
	if err := tty.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(visibleText(string(all)), text) {
		n, err := tty.Read(buffer)
		if err != nil {
			t.Fatalf("no %q in %q: %v", text, visibleText(string(all)), err)
		}
		all = append(all, buffer[:n]...)
	}
}

// A terminal that accepts no output, such as one with a hanging connection, does not
// delay the end.
func TestTerminalHangs(t *testing.T) {
	t.Parallel()
	c := startCapture(t)
	c.await(`widget_loaded`)
	fill(t, c.tty)
	c.signal(syscall.SIGTERM)
	select {
	case event := <-c.events:
		if event != "ended with 0, the terminal is as before" {
			t.Errorf("the shell says: %s", event)
		}
	case <-time.After(patience):
		t.Fatal("the program does not end")
	}
	c.complete()
}

// fill makes a program redraw its screen, without reading it, until the system's
// buffers for the terminal are full, including that for keys.
func fill(t *testing.T, tty *os.File) {
	t.Helper()
	programs, err := unix.Open(tty.Name(), unix.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(programs)
	keys, err := tty.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for full := false; !full; {
		written := keys.Write(func(fd uintptr) bool {
			_, err = unix.Write(int(fd), []byte("\x0c"))
			return true // don't wait until there is room
		})
		if written != nil || err != nil && !errors.Is(err, unix.EAGAIN) {
			t.Fatal(written, err)
		}
		writable, pollErr := unix.Poll([]unix.PollFd{{Fd: int32(programs), Events: unix.POLLOUT}}, 0)
		full = err != nil && pollErr == nil && writable == 0
	}
}

// While the program is suspended, the shell gets the terminal in its original state,
// and afterwards everything is redrawn.
func TestSuspend(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(*terminal){
		"ctrl-z":               func(term *terminal) { term.types("\x1a") },
		"SIGTSTP from outside": func(term *terminal) { term.signal(syscall.SIGTSTP) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := openRecording(t)
			for range 2 {
				stop(term)
				from := term.stopped()
				term.resume()
				term.awaitAfter(from, `widget_opend`)
				term.types("?")
				term.awaitAfter(from, `Signs`)
				term.types("?")
				term.awaitAfter(len(term.all), `widget_opend`)
			}
			term.types("q")
			if code := term.ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// SIGSTOP can't be caught, so the terminal stays as it is. When the program gets it
// back, the shell has written to it and changed it.
func TestContinuedAfterSIGSTOP(t *testing.T) {
	t.Parallel()
	term := openRecording(t)
	term.signal(syscall.SIGSTOP)
	if event := term.event(); event != "stopped, the terminal is left in another state" {
		t.Errorf("the shell says: %s", event)
	}
	from := term.inShell()
	term.resume()
	term.awaitAfter(from, `widget_opend`)
	term.types("?")
	term.awaitAfter(from, `Signs`)
	term.signal(syscall.SIGTERM)
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// The program does not suspend itself if nothing can continue it.
func TestSuspendWithoutAShell(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	if err := os.WriteFile(path, []byte(oneMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "open", path)
	tty := startOnTerminal(t, cmd, small)
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	awaitRead(t, tty, "widget_opend")
	if _, err := tty.WriteString("\x1a"); err != nil {
		t.Fatal(err)
	}
	awaitRead(t, tty, "there is no shell")
	if _, err := tty.WriteString("q"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// A capture continues while the program is suspended: what the page pushed meanwhile is
// shown when it is resumed.
func TestCaptureIsSuspended(t *testing.T) {
	t.Parallel()
	c := startCapture(t)
	c.await(`widget_loaded`)
	c.types("\x1a")
	from := c.stopped()
	if c.browsers() == nil {
		t.Error("the browser is gone")
	}
	c.resume()
	c.awaitAfter(from, `widget_opened`)
	c.types("q")
	if code := c.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	c.complete()
}

// What a new page pushes is held back for a while if the page before it did not report
// its end. If the user quits in that time, it is recorded nevertheless.
func TestEndsWithWhatIsHeldBack(t *testing.T) {
	t.Parallel()
	pushed := make(chan struct{}, 1)
	pages := map[string]string{
		"/": `Object.defineProperty(document, 'visibilityState', {value: 'visible'});
			dataLayer = [{event: 'first'}]; onload = () => setTimeout(() => { location = '/two' })`,
		"/two": `dataLayer = [{event: 'second'}]; setTimeout(() => { dataLayer[1] = {event: 'third'}; fetch('/pushed') })`,
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pushed" {
			pushed <- struct{}{}
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<script>%s</script>", pages[r.URL.Path])
	}))
	t.Cleanup(site.Close)
	file := filepath.Join(t.TempDir(), "a.session.jsonl")
	cmd := program(t, "record", site.URL, "--headless", "-o", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-pushed:
	case <-time.After(patience):
		t.Error("the second page did not come")
	}
	_ = cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for _, found := range regexp.MustCompile(`(?m)^\{"type":"push",.*?"event":"(\w+)"`).FindAllSubmatch(text, -1) {
		events = append(events, string(found[1]))
	}
	if got, want := strings.Join(events, " "), "first second third"; got != want {
		t.Errorf("recorded: %s, not %s:\n%s", got, want, text)
	}
}
