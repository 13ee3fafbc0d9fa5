//go:build unix

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
	"testing"

	"github.com/google/go-cmp/cmp"
)

// program returns the command line as a separate process.
func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TERM=xterm-256color", "DISPLAY=", "WAYLAND_DISPLAY=", "XDG_STATE_HOME="+t.TempDir())
	cmd.Dir = t.TempDir()
	return cmd
}

// output runs the program and returns its output and its exit code.
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

// The autopilot's visit is captured in Chrome, recorded, opened again and checked, with
// the same result each time.
func TestDemoLiveAndRecorded(t *testing.T) {
	t.Parallel()
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
	if want := "FAIL: 6 errors, 3 warnings, 0 infos; 25 of the plan's 25 events seen, 4 of them only with errors"; !strings.Contains(verdict, want) {
		t.Errorf("the verdict is not %q:\n%s", want, verdict)
	}
	if found := len(findingLines(live)); found < 9 {
		t.Errorf("%d findings were shown live", found)
	}
}

// messageLines returns the lines about messages, pages, gaps, actions and hits, and
// about the contents of the messages. Findings are omitted: those on hits depend on
// when the hits arrive. So are the triggers: the first messages of a page are printed
// before its container is loaded.
func messageLines(out string) []string {
	out = regexp.MustCompile(`(?m), (no trigger|triggers: .*)$`).ReplaceAllString(out, "")
	found := regexp.MustCompile(`(?m)(, no findings|, \d+ (error|warning|info)s?)+|\n    (about message \d+: )?(error|warning|info), .*`)
	return regexp.MustCompile(`(?m)^\S+ (message|page|gap|action|hit) .*(\n    .*)*`).FindAllString(found.ReplaceAllString(out, ""), -1)
}

// findingLines returns the findings in no particular order.
func findingLines(out string) []string {
	lines := regexp.MustCompile(`(?m)(error|warning|info), [a-z]+-[a-z-]+: .*`).FindAllString(out, -1)
	slices.Sort(lines)
	return lines
}

// With --plain, a terminal gets lines without escape sequences, live and from a
// recording.
func TestPlainOnATerminal(t *testing.T) {
	t.Parallel()
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

// The screen is shown before Chrome responds, and a missing browser is reported in a
// sentence once the terminal is restored.
func TestScreenBeforeBrowser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	slow := filepath.Join(dir, "chrome")
	if err := os.WriteFile(slow, []byte("#!/bin/sh\nsleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	term := onTerminal(t, program(t, "http://127.0.0.1:9/", "--browser", slow))
	term.await(`starting`)
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	term = onTerminal(t, program(t, "http://127.0.0.1:9/", "--browser", filepath.Join(dir, "none")))
	if code := term.ended(); code != 2 {
		t.Errorf("without a browser: exit code %d", code)
	}
	if printed := visibleText(term.all); !strings.Contains(printed, "layertap: no browser at ") {
		t.Errorf("it said %q", printed)
	}
}
