package cli_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
)

// program is the command line as a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TERM=xterm-256color", "DISPLAY=", "WAYLAND_DISPLAY=", "XDG_STATE_HOME="+t.TempDir())
	cmd.Dir = t.TempDir()
	return cmd
}

// output runs the program and returns what it printed and its exit code.
func output(t *testing.T, args ...string) (string, int) {
	t.Helper()
	cmd := program(t, args...)
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if trouble.Len() > 0 {
		t.Logf("layertap %s: %s", strings.Join(args, " "), trouble.String())
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// The autopilot's visit is seen in Chrome, recorded, opened again and checked,
// and each time it is the same.
func TestDemoLiveAndRecorded(t *testing.T) {
	recorded := filepath.Join(t.TempDir(), "tour.session.jsonl")
	live, code := output(t, "demo", "--auto", "--pace", "fast", "-o", recorded)
	if code != 0 {
		t.Fatalf("the demo ended with %d:\n%s", code, live)
	}
	opened, code := output(t, "open", recorded)
	if code != 0 {
		t.Errorf("open ended with %d", code)
	}
	if diff := cmp.Diff(messageLines(live), messageLines(opened)); diff != "" {
		t.Errorf("live (-) and opened again (+):\n%s", diff)
	}
	if diff := cmp.Diff(findingLines(live), findingLines(opened)); diff != "" {
		t.Errorf("found live (-) and when opened again (+):\n%s", diff)
	}
	verdict, code := output(t, "check", recorded)
	if code != 1 {
		t.Errorf("check ended with %d", code)
	}
	if want := "FAIL: 5 errors, 4 warnings, 0 infos; 25 of the plan's 25 events seen"; !strings.Contains(verdict, want) {
		t.Errorf("the verdict is not %q:\n%s", want, verdict)
	}
	if found := len(findingLines(live)); found < 9 {
		t.Errorf("%d findings were shown live", found)
	}
}

// messageLines are the lines that tell of messages, pages, gaps, actions and hits,
// and of what the messages carry. What was found is left out: of hits that is known
// when they have come.
func messageLines(out string) []string {
	found := regexp.MustCompile(`(?m)(, no findings|, \d+ (error|warning|info)s?)+|\n    (about message \d+: )?(error|warning|info), .*`)
	return regexp.MustCompile(`(?m)^\S+ (message|page|gap|action|hit) .*(\n    .*)*`).FindAllString(found.ReplaceAllString(out, ""), -1)
}

// findingLines are what was found, in no order.
func findingLines(out string) []string {
	lines := regexp.MustCompile(`(?m)(error|warning|info), [a-z]+-[a-z-]+: .*`).FindAllString(out, -1)
	slices.Sort(lines)
	return lines
}

// A terminal is where a program draws and what it leaves behind.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	seen chan string // everything that was written so far, whenever there is more
	all  string
}

func onTerminal(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, cmd: cmd, tty: tty, seen: make(chan string)}
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
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		for range term.seen { // let the reader end
		}
		tty.Close()
	})
	return term
}

// types sends keys to the program.
func (term *terminal) types(keys string) {
	term.t.Helper()
	if _, err := term.tty.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// await waits until the program has written what the pattern describes.
func (term *terminal) await(pattern string) {
	term.t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.After(30 * time.Second)
	for !re.MatchString(visibleText(term.all)) {
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

// ended waits for the program and returns its exit code. The terminal has to be as
// it was before.
func (term *terminal) ended() int {
	term.t.Helper()
	late := time.After(30 * time.Second)
	for open := true; open; { // the last it writes can come after it has ended
		var all string
		select {
		case all, open = <-term.seen:
			if open {
				term.all = all
			}
		case <-late:
			term.t.Fatalf("the program does not end:\n%q", visibleText(term.all))
		}
	}
	_ = term.cmd.Wait() // the exit code tells
	term.restored()
	return term.cmd.ProcessState.ExitCode()
}

// restored checks that every mode that was switched on is off again.
func (term *terminal) restored() {
	term.t.Helper()
	for name, mode := range map[string]string{
		"alternate screen": "1049", "mouse": "1002", "mouse in cells": "1006", "bracketed paste": "2004",
	} {
		on, off := strings.LastIndex(term.all, "\x1b[?"+mode+"h"), strings.LastIndex(term.all, "\x1b[?"+mode+"l")
		if on > off {
			term.t.Errorf("the %s is left switched on", name)
		}
	}
	if hidden, shown := strings.LastIndex(term.all, "\x1b[?25l"), strings.LastIndex(term.all, "\x1b[?25h"); hidden > shown {
		term.t.Error("the cursor is left hidden")
	}
}

var sequences = regexp.MustCompile(`\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b[\]P_^][^\x07\x1b]*(\x07|\x1b\\)|\x1b[@-Z\\-_]`)

func visibleText(out string) string { return sequences.ReplaceAllString(out, "") }

const oneMessage = `{"type":"session","format":1,"id":"01K","tool":"layertap 0.1.0","started":"2026-11-23T09:00:00.000Z","browser":"Chrome/156","url":"https://shop.example/"}
{"type":"page","seq":1,"t":0.000,"page":"p1","target":"t1","frame":"main","url":"https://shop.example/","cause":"load"}
{"type":"push","seq":2,"t":1523.100,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"widget_opend","message":{"event":"widget_opend","widget_platform":"web","timestamp":1795424401523}}
{"type":"end","seq":3,"t":9000.000,"pushes":1,"hits":0,"lost":0}
`

func TestTerminalIsRestored(t *testing.T) {
	for name, leave := range map[string]func(*terminal) error{
		"q":       func(term *terminal) error { _, err := term.tty.WriteString("q"); return err },
		"ctrl-c":  func(term *terminal) error { _, err := term.tty.WriteString("\x03"); return err },
		"SIGINT":  func(term *terminal) error { return term.cmd.Process.Signal(syscall.SIGINT) },
		"SIGTERM": func(term *terminal) error { return term.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGHUP":  func(term *terminal) error { return term.cmd.Process.Signal(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.session.jsonl")
			if err := os.WriteFile(path, []byte(oneMessage), 0o600); err != nil {
				t.Fatal(err)
			}
			term := onTerminal(t, program(t, "open", path))
			term.await(`widget_opend`)
			if err := leave(term); err != nil {
				t.Fatal(err)
			}
			if code := term.ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// With --plain a terminal gets lines and nothing that it would obey, live as from a
// recording.
func TestPlainOnATerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	if err := os.WriteFile(path, []byte(oneMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"recorded": {[]string{"open", "--plain", path}, `message 2 widget_opend, 1 error`},
		"live":     {[]string{"demo", "--plain", "--auto", "--pace", "fast"}, `state live(?s:.*)message \d+ widget_loaded, no findings(?s:.*) end \d+ messages, `},
	} {
		t.Run(name, func(t *testing.T) {
			term := onTerminal(t, program(t, tt.args...))
			term.await(tt.want)
			if code := term.ended(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if strings.ContainsAny(term.all, "\x1b\b") || strings.Contains(strings.ReplaceAll(term.all, "\r\n", ""), "\r") {
				t.Errorf("more than lines was printed: %q", term.all)
			}
		})
	}
}

// The screen is there before Chrome answers, and a browser that is not there is
// told of in a sentence once the terminal is back.
func TestScreenBeforeBrowser(t *testing.T) {
	dir := t.TempDir()
	slow := filepath.Join(dir, "chrome")
	if err := os.WriteFile(slow, []byte("#!/bin/sh\nsleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	term := onTerminal(t, program(t, "http://127.0.0.1:9/", "--browser", slow))
	term.await(`starting`)
	if _, err := term.tty.WriteString("q"); err != nil {
		t.Fatal(err)
	}
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	term = onTerminal(t, program(t, "http://127.0.0.1:9/", "--browser", filepath.Join(dir, "none")))
	if code := term.ended(); code != 2 {
		t.Errorf("without a browser: exit code %d", code)
	}
	if said := visibleText(term.all); !strings.Contains(said, "layertap: no browser at ") {
		t.Errorf("it said %q", said)
	}
}

// SIGTERM in the middle of a capture leaves a recording that is complete.
func TestRecordingIsCompleteAfterSIGTERM(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	term := onTerminal(t, program(t, "demo", "--auto", "-o", path))
	term.await(`widget_loaded`)
	if err := term.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"event":"widget_loaded"`) || !regexp.MustCompile(`\{"type":"end","seq":[0-9]+,.*\n$`).Match(text) {
		t.Errorf("the recording is\n%s", text)
	}
}
