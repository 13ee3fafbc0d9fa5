//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"layertap/cli"
)

// flooded and measures make the test binary run the program with a flood of that many
// messages a second, and write its measurements to that file.
const (
	flooded  = "LAYERTAP_TEST_FLOOD"
	measures = "LAYERTAP_TEST_MEASURES"
)

func init() { roles[flooded] = runFlooded }

// runFlooded runs the program with a flood as its source.
func runFlooded() int {
	var perSecond int
	if _, err := fmt.Sscan(os.Getenv(flooded), &perSecond); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	keep := cli.Flood(perSecond)
	code := cli.Run(os.Args[1:])
	if err := keep(os.Getenv(measures)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return code
}

// BenchmarkLive runs the program on a terminal of 160 by 50 cells, with a plan and a
// container, recording: as with a browser, but without one. Either nothing happens, or
// a user presses keys; either nothing arrives, or 5,000 messages a second, on each of
// the screens. An operation is a key if keys are pressed, otherwise a second. In the
// end, the screen and the recording must have the number of messages that were sent.
func BenchmarkLive(b *testing.B) {
	for _, bench := range []struct {
		name      string
		perSecond int
		keys      bool
		where     string // the keys that lead to the screen
	}{
		{"rest", 0, false, ""},
		{"keys", 0, true, ""},
		{"flood", 5_000, false, ""},
		{"flood-keys", 5_000, true, ""},
		{"flood-state", 5_000, false, "ll"},
		{"flood-triggers-of", 5_000, false, "lll"},
		{"flood-coverage", 5_000, false, "2"},
		{"flood-triggers", 5_000, false, "3"},
		{"flood-variables", 5_000, false, "4"},
		{"flood-hits", 5_000, false, "5"},
		{"flood-health", 5_000, false, "6"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			l := startLive(b, bench.perSecond)
			l.types(bench.where)
			l.readFor(100 * time.Millisecond)
			l.signal()
			bare := newWire(b)
			var took, terminals []time.Duration
			for b.Loop() {
				if !bench.keys {
					l.readFor(time.Second)
					continue
				}
				l.readFor(time.Duration(10+rand.IntN(40)) * time.Millisecond)
				terminals = append(terminals, bare.trip())
				if len(took)%2 == 0 {
					took = append(took, l.press("?", "Help]"))
				} else {
					took = append(took, l.press("?", "1 Messages]"))
				}
			}
			if bench.where != "" {
				l.types("1")
			}
			if len(took)%2 == 1 {
				l.press("?", "1 Messages]")
			}
			l.signal()
			l.report(l.finish())
			if bench.keys {
				reportTimes(b, "key", took)
				reportTimes(b, "bare-terminal", terminals)
			}
		})
	}
}

func reportTimes(b *testing.B, of string, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, of+"-median-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, of+"-p99-ms")
}

// wire is a terminal without a program. The time that a byte takes through it and back
// is the system's share of each key, not the program's: on a busy machine it is the
// larger part.
type wire struct {
	b             *testing.B
	master, slave *os.File
}

func newWire(b *testing.B) wire {
	b.Helper()
	master, slave, err := pty.Open()
	if err == nil {
		_, err = term.MakeRaw(slave.Fd())
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { master.Close(); slave.Close() })
	return wire{b, master, slave}
}

func (w wire) trip() time.Duration {
	w.b.Helper()
	began := time.Now()
	for _, way := range [][2]*os.File{{w.master, w.slave}, {w.slave, w.master}} {
		var one [1]byte
		_, err := way[0].Write([]byte("?"))
		if err == nil {
			_, err = way[1].Read(one[:])
		}
		if err != nil {
			w.b.Fatal(err)
		}
	}
	return time.Since(began)
}

// live is the program on a terminal, from the user's side.
type live struct {
	b        *testing.B
	tty      *os.File
	process  *os.Process
	wait     func() error
	file     string
	measured string
	buffer   []byte
}

func startLive(b *testing.B, perSecond int) *live {
	b.Helper()
	dir := b.TempDir()
	l := &live{b: b, file: filepath.Join(dir, "a.session.jsonl"), measured: filepath.Join(dir, "measures.json"), buffer: make([]byte, 1<<16)}
	container, err := filepath.Abs("../gtm/testdata/containers/nivmalach-gtm-container-generator.json")
	if err != nil {
		b.Fatal(err)
	}
	cmd := program(b, "attach", "127.0.0.1:1", "-o", l.file, "--container", container)
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", flooded, perSecond), measures+"="+l.measured)
	l.tty = startOnTerminal(b, cmd, pty.Winsize{Rows: 50, Cols: 160})
	l.process, l.wait = cmd.Process, cmd.Wait
	b.Cleanup(func() { _ = cmd.Process.Kill() })
	l.await(`widget_message_sent`)
	return l
}

func (l *live) signal() {
	if err := l.process.Signal(syscall.SIGUSR1); err != nil {
		l.b.Fatal(err)
	}
}

// types sends keys to the program.
func (l *live) types(keys string) {
	l.b.Helper()
	if _, err := l.tty.WriteString(keys); err != nil {
		l.b.Fatal(err)
	}
}

// read returns what was drawn next, or "" if nothing was drawn until then.
func (l *live) read(until time.Time) string {
	l.b.Helper()
	if err := l.tty.SetReadDeadline(until); err != nil {
		l.b.Fatal(err)
	}
	n, err := l.tty.Read(l.buffer)
	if err != nil && !os.IsTimeout(err) {
		l.b.Fatal(err)
	}
	return string(l.buffer[:n])
}

// readFor reads what is drawn for a given time.
func (l *live) readFor(d time.Duration) {
	for until := time.Now().Add(d); time.Now().Before(until); {
		l.read(until)
	}
}

// await returns what was drawn until it matches a pattern.
func (l *live) await(pattern string) string {
	l.b.Helper()
	re, drawn := regexp.MustCompile(pattern), ""
	for late := time.Now().Add(patience); !re.MatchString(visibleText(drawn)); {
		if time.Now().After(late) {
			l.b.Fatalf("no %s in %q", pattern, visibleText(drawn))
		}
		drawn += l.read(late)
	}
	return visibleText(drawn)
}

// press returns how long it takes until the result of a key is drawn.
func (l *live) press(key, shows string) time.Duration {
	l.b.Helper()
	began := time.Now()
	l.types(key)
	for drawn := ""; !strings.Contains(drawn, shows); {
		if time.Since(began) > patience {
			l.b.Fatalf("after %s there is no %q in %q", key, shows, drawn)
		}
		drawn += l.read(began.Add(patience))
	}
	return time.Since(began)
}

var shownCount = regexp.MustCompile(`([0-9]+) messages`)

// finish ends the program and returns its measurements. It checks the counts of the
// screen and the recording.
func (l *live) finish() cli.Measure {
	l.b.Helper()
	l.await(cli.FloodOver)
	l.readFor(100 * time.Millisecond) // whatever else is drawn
	l.types("\x0c")
	screen := l.await(`(?s)layertap.* messages.*` + cli.FloodOver)
	l.types("q")
	for {
		if err := l.tty.SetReadDeadline(time.Now().Add(patience)); err != nil {
			l.b.Fatal(err)
		}
		if _, err := l.tty.Read(l.buffer); err != nil {
			break // the program has closed the terminal
		}
	}
	if err := l.wait(); err != nil {
		l.b.Fatal(err)
	}
	text, err := os.ReadFile(l.measured)
	if err != nil {
		l.b.Fatal(err)
	}
	var m cli.Measure
	if err := json.Unmarshal(text, &m); err != nil {
		l.b.Fatal(err)
	}
	recorded, err := os.ReadFile(l.file)
	if err != nil {
		l.b.Fatal(err)
	}
	shown, end := shownCount.FindStringSubmatch(screen), lastLine.FindSubmatch(recorded)
	if want := fmt.Sprint(m.Sent); shown == nil || end == nil || shown[1] != want || string(end[2]) != want ||
		len(pushLine.FindAll(recorded, -1)) != m.Sent {
		l.b.Fatalf("%s messages were sent; the screen shows %q, the recording %q", want, shown, end)
	}
	return m
}

func (l *live) report(m cli.Measure) {
	l.b.ReportMetric(0, "ns/op") // an operation takes as long as the user
	l.b.ReportMetric(m.CPU/m.Seconds, "cpu-s/s")
	l.b.ReportMetric(float64(m.Updates)/m.Seconds, "frames/s")
	if m.Updates > 0 {
		l.b.ReportMetric(m.Frame.Median, "frame-median-ms")
		l.b.ReportMetric(m.Frame.P99, "frame-p99-ms")
		l.b.ReportMetric(m.Frame.Longest, "frame-longest-ms")
	}
	if m.Sent > 2000 {
		l.b.ReportMetric(float64(m.Alloc)/float64(m.Sent), "alloc-B/message")
		l.b.ReportMetric(float64(m.Sent), "messages")
	}
}
