//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// pages serves the same page at every path.
func pages(t *testing.T, page string) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	}))
	t.Cleanup(server.Close)
	return server
}

// That the server answers with an error is in the recording, and said by the commands
// that make and check it.
func TestServerAnswersWithAnError(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, `<title>Shop</title><script>dataLayer = [{event: 'seen'}]; history.pushState({}, '', '/other'); dataLayer.push({event: 'moved'})</script>`)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	runs := func(args ...string) string {
		t.Helper()
		cmd := program(t, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v: %s", args, err, out)
		}
		return string(out)
	}
	const notFound = "/gone: the server responded with 404"
	if out := runs("record", server.URL+"/gone", "--headless", "--for", "100ms", "-o", "a.session.jsonl"); !strings.Contains(out, "/gone, Shop, the server responded with 404") {
		t.Errorf("record printed\n%s", out)
	}
	if out := runs("record", server.URL, "--headless", "--for", "100ms", "-o", "b.session.jsonl"); strings.Contains(out, "answered") {
		t.Errorf("of a page without an error, record printed\n%s", out)
	}
	if out := runs("check", "--plan", "none", "a.session.jsonl"); !strings.Contains(out, notFound) {
		t.Errorf("check printed\n%s", out)
	}
	if out := runs("check", "--plan", "none", "b.session.jsonl"); strings.Contains(out, "answered") {
		t.Errorf("of a page without an error, check printed\n%s", out)
	}
	text := readFile(t, filepath.Join(dir, "a.session.jsonl"))
	if strings.Count(text, `"status":404`) != 1 || strings.Count(text, `"type":"page"`) != 2 {
		t.Errorf("the recording is\n%s", text)
	}
	if out := runs("sweep", server.URL+"/gone", server.URL, "--out", "visits", "--for", "100ms", "--headless"); !strings.Contains(out, "recorded, but the server responded with an error\n  "+server.URL+"/gone  404\n\nPASS") {
		t.Errorf("sweep printed\n%s", out)
	}
}

// ran is the result of a run of the program: its output, to both streams, and how it
// ended.
type ran struct {
	printed string
	code    int
}

func run(t *testing.T, args ...string) ran {
	t.Helper()
	cmd := program(t, args...)
	out, _ := cmd.CombinedOutput() // the exit code is returned
	return ran{string(out), cmd.ProcessState.ExitCode()}
}

type recordedLine struct {
	Type    string
	T       float64
	URL     string
	Event   string
	Message struct{ Value any }
}

// value returns the parameter "value" of a message; empty for none.
func (l recordedLine) value() string {
	switch l.Message.Value.(type) {
	case nil, map[string]any: // the encoding of undefined
		return ""
	}
	return fmt.Sprint(l.Message.Value)
}

func linesOf(t *testing.T, file string) []recordedLine {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []recordedLine
	for line := range strings.Lines(string(text)) {
		var l recordedLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		lines = append(lines, l)
	}
	return lines
}

func kinds(lines []recordedLine) string {
	var found []string
	for _, l := range lines {
		found = append(found, l.Type)
	}
	return strings.Join(found, " ")
}

// The duration of --for counts from when the page is live, and the summary of a
// recording matches its contents.
func TestEndingsOfRecord(t *testing.T) {
	t.Parallel()
	silent := pages(t, "<title>Silent</title><p>nothing")
	talks := pages(t, "<title>Talks</title><script>dataLayer = [{event: 'hello'}]</script>")
	for name, tt := range map[string]struct {
		url   string
		flags []string
		code  int
		want  string // part of the output
		kinds string // of the lines in the file; empty for no file
	}{
		"messages":                 {talks.URL, nil, 0, "recorded to a.session.jsonl", "session page push end"},
		"no message":               {silent.URL, nil, 0, "no messages from " + silent.URL, "session page end"},
		"no message, but required": {silent.URL, []string{"--require-messages"}, 2, "no messages from " + silent.URL, "session page end"},
		"messages, as required":    {talks.URL, []string{"--require-messages"}, 0, "recorded to a.session.jsonl", "session page push end"},
		"nothing there":            {"http://127.0.0.1:1/", nil, 2, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := program(t, append([]string{"record", tt.url, "--headless", "--for", "1s", "-o", "a.session.jsonl"}, tt.flags...)...)
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.Contains(string(out), tt.want) {
				t.Errorf("it ended with %d, not %d, and printed no %q:\n%s", code, tt.code, tt.want, out)
			}
			file := filepath.Join(cmd.Dir, "a.session.jsonl")
			if tt.kinds == "" {
				if _, err := os.Stat(file); err == nil || strings.Contains(string(out), "recorded to") {
					t.Errorf("there is a file, or it is said that there is one:\n%s", out)
				}
				return
			}
			lines := linesOf(t, file)
			if got := kinds(lines); got != tt.kinds {
				t.Errorf("the file has %s, not %s", got, tt.kinds)
			}
		})
	}
}

// A file is only replaced on request.
func TestForce(t *testing.T) {
	t.Parallel()
	talks := pages(t, "<title>Talks</title><script>dataLayer = [{event: 'hello'}]</script>")
	file := filepath.Join(t.TempDir(), "a.session.jsonl")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"record", talks.URL, "--headless", "--for", "1s", "-o", file}
	if r := run(t, args...); r.code != 2 || !strings.Contains(r.printed, "--force") {
		t.Errorf("without --force it ended with %d:\n%s", r.code, r.printed)
	}
	if r := run(t, append([]string{"record", "http://127.0.0.1:1/", "--headless", "--for", "1s", "-o", file}, "--force")...); r.code != 2 {
		t.Errorf("with nothing to record it ended with %d:\n%s", r.code, r.printed)
	}
	if text, _ := os.ReadFile(file); string(text) != "precious" {
		t.Errorf("the file was replaced by %q", text)
	}
	if r := run(t, append(args, "--force")...); r.code != 0 {
		t.Errorf("with --force it ended with %d:\n%s", r.code, r.printed)
	}
	if got := kinds(linesOf(t, file)); got != "session page push end" {
		t.Errorf("the file has %s", got)
	}
}

// If the file of a running recording is deleted, that is detected, and the complete
// recording continues in a file next to it.
func TestDeletedUnderARecording(t *testing.T) {
	t.Parallel()
	talks := pages(t, "<title>Talks</title><script>dataLayer = [{event: 'hello'}]</script>")
	cmd := program(t, "record", talks.URL, "--headless", "-o", "a.session.jsonl")
	printed, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewScanner(printed)
	await := func(part string) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), part) {
				return
			}
		}
		t.Fatalf("it ended, and never said %q", part)
	}
	await("live")
	if err := os.Remove(filepath.Join(cmd.Dir, "a.session.jsonl")); err != nil {
		t.Fatal(err)
	}
	await("a.session.jsonl was deleted or replaced while recording; the whole recording is now in a-2.session.jsonl")
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	await("recorded to a-2.session.jsonl")
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if got := kinds(linesOf(t, filepath.Join(cmd.Dir, "a-2.session.jsonl"))); got != "session page push end" {
		t.Errorf("the file has %s", got)
	}
}
