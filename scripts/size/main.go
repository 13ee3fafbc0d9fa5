//go:build unix

// Size measures what commands of layertap cost on sessions of any size: it makes
// recordings, runs each command on them as a process of its own, and prints the time and
// the memory that it took, beside jq -c .type on the same file if there is jq.
//
//	go run ./scripts/size [-messages 1000000] [-files 10000] [-only check] layertap
//
// layertap is the program to measure. The recordings are made in a temporary directory
// and removed at the end.
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"layertap/datalayer"
	"layertap/recording"
	"layertap/session/sessiontest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	messages := flag.Int("messages", 1_000_000, "how many messages the largest recording has")
	files := flag.Int("files", 10_000, "how many small recordings there are")
	only := flag.String("only", "", "measure only the commands that have this in their name")
	flag.Parse()
	program := "bin/layertap"
	if flag.NArg() > 0 {
		program = flag.Arg(0)
	}
	if program, err = filepath.Abs(program); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "layertap-size-")
	if err != nil {
		return fmt.Errorf("making a directory for the recordings: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	m := measuring{program: program, dir: dir, only: *only}
	m.jq, _ = exec.LookPath("jq")
	if m.jq == "" {
		fmt.Println("jq isn't installed, so nothing is compared with it.")
	}
	fmt.Printf("%d processors; times in seconds, memory in MB (the most that the process had at once)\n\n", runtime.NumCPU())
	fmt.Printf("%-34s %8s %8s %8s %8s %8s %8s %8s\n", "", "file MB", "wall", "CPU", "memory", "jq wall", "jq CPU", "wall/jq")
	for n := max(*messages/100, 1); n <= *messages; n *= 10 {
		if err := m.ofSize(ctx, n, n == *messages); err != nil {
			return err
		}
	}
	return m.ofFiles(ctx, *files)
}

// measuring is a run of the program.
type measuring struct {
	program, dir, only, jq string
}

// ofSize measures the commands on one recording; all of them, or check alone.
func (m measuring) ofSize(ctx context.Context, messages int, all bool) error {
	path := filepath.Join(m.dir, fmt.Sprintf("%d.session.jsonl", messages))
	if err := write(path, messages); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	size := float64(info.Size()) / 1e6
	beside := cost{}
	if m.jq != "" {
		if beside, err = measure(ctx, "", m.jq, "-c", ".type", path); err != nil {
			return err
		}
	}
	commands := [][]string{{"check", "--fail-on", "never"}}
	if all {
		for _, format := range []string{"json", "junit", "sarif", "github", "markdown"} {
			commands = append(commands, []string{"check", "--fail-on", "never", "--format", format})
		}
		commands = append(commands, []string{"check", "--fail-on", "never", "--filter", "event:widget_"})
		commands = append(commands, []string{"doctor"}, []string{"diff"}, []string{"export", "--to", "csv"}, []string{"export", "--to", "json"},
			[]string{"export", "--to", "har"}, []string{"plan", "infer"}, []string{"report", "-o", filepath.Join(m.dir, "report.html")}, []string{"open", "--plain"})
	}
	for _, args := range commands {
		name := fmt.Sprintf("%s, %d messages", strings.Join(args, " "), messages)
		name = strings.NewReplacer(" --fail-on never", "", "--format ", "", "--to ", "", " -o "+filepath.Join(m.dir, "report.html"), "").Replace(name)
		args = append(args, path)
		if args[0] == "diff" {
			args = append(args, path)
		}
		if err := m.row(ctx, name, size, beside, args); err != nil {
			return err
		}
	}
	if all {
		packed, err := pack(path)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("check of a .gz, %d messages", messages)
		if err := errors.Join(m.row(ctx, name, size, beside, []string{"check", "--fail-on", "never", packed}), os.Remove(packed)); err != nil {
			return err
		}
	}
	return os.Remove(path)
}

// pack compresses a recording, and returns the path of the result.
func pack(path string) (packed string, err error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.Create(path + ".gz")
	if err != nil {
		return "", err
	}
	w := gzip.NewWriter(out)
	_, err = io.Copy(w, in)
	return out.Name(), errors.Join(err, w.Close(), out.Close())
}

// ofFiles measures check on many small recordings.
func (m measuring) ofFiles(ctx context.Context, files int) error {
	dir := filepath.Join(m.dir, "small")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	const messages = 20
	size := int64(0)
	for i := range files {
		path := filepath.Join(dir, fmt.Sprintf("%05d.session.jsonl", i))
		if err := write(path, messages); err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		size += info.Size()
	}
	beside, err := cost{}, error(nil)
	if m.jq != "" {
		if beside, err = measure(ctx, dir, "sh", "-c", "cat ./* | "+m.jq+" -c .type"); err != nil {
			return err
		}
	}
	return m.row(ctx, fmt.Sprintf("check, %d files of %d messages", files, messages), float64(size)/1e6, beside, []string{"check", "--fail-on", "never", dir})
}

func (m measuring) row(ctx context.Context, name string, size float64, beside cost, args []string) error {
	if !strings.Contains(name, m.only) {
		return nil
	}
	c, err := measure(ctx, "", m.program, args...)
	if err != nil {
		return err
	}
	fmt.Printf("%-34s %8.1f %8.2f %8.2f %8.0f", name, size, c.wall.Seconds(), c.cpu.Seconds(), c.memory)
	if beside.wall > 0 {
		fmt.Printf(" %8.2f %8.2f %8.2f", beside.wall.Seconds(), beside.cpu.Seconds(), c.wall.Seconds()/beside.wall.Seconds())
	}
	fmt.Println()
	return nil
}

// cost is what a process took: memory in MB.
type cost struct {
	wall, cpu time.Duration
	memory    float64
}

// measure runs a program and drops what it writes.
func measure(ctx context.Context, dir, program string, args ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	var trouble strings.Builder
	cmd.Stderr = &trouble
	begun := time.Now()
	err := cmd.Run()
	wall := time.Since(begun)
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil // findings, or differences
	}
	if err != nil {
		return cost{}, fmt.Errorf("running %s %s: %w\n%s", program, strings.Join(args, " "), err, trouble.String())
	}
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	memory := float64(usage.Maxrss) / 1e3 // in kB on Linux
	if runtime.GOOS == "darwin" {
		memory /= 1e3
	}
	return cost{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory}, nil
}

// write makes the recording of a long visit to a shop with the chat widget.
func write(path string, messages int) error {
	w, err := recording.Create(path)
	if err != nil {
		return err
	}
	if err := fill(w, messages); err != nil {
		return errors.Join(err, w.Close())
	}
	return w.Close()
}

// pageLength is how many messages a page has.
const pageLength = 1000

func fill(w *recording.Writer, messages int) error {
	err := w.Begin(datalayer.Header{ID: "01M8NKPZ31MK25PR7YY5AC13RA", Tool: "layertap", Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Browser: "Chrome/156", URL: "https://shop.example/"})
	if err != nil {
		return err
	}
	seq := 0
	var entries []datalayer.Entry
	add := func(e datalayer.Entry) {
		seq++
		datalayer.Stamp(e, seq)
		entries = append(entries, e)
	}
	var action *datalayer.Action
	for i := range messages {
		at, page := datalayer.Place{T: time.Duration(i) * 10 * time.Millisecond}, fmt.Sprintf("p%d", i/pageLength+1)
		if i%pageLength == 0 {
			add(&datalayer.Page{Place: at, ID: page, Target: "t1", Frame: "main", URL: fmt.Sprintf("https://shop.example/p/%d", i/pageLength), Cause: datalayer.CauseLoad})
		}
		if i%10 == 0 {
			action = &datalayer.Action{Place: at, Page: page, Action: "click", Selector: "div.chat > button.send", Text: "Send"}
			add(action)
		}
		message := sessiontest.ShopMessage(i)
		message.Place, message.Page, message.Action = at, page, action
		add(message)
		if len(entries) >= 512 || i == messages-1 {
			if i == messages-1 {
				add(&datalayer.End{Place: at, Pushes: messages})
			}
			if err := w.Write(entries); err != nil {
				return err
			}
			entries = entries[:0]
		}
	}
	return nil
}
