//go:build unix

package recording_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"layertap/datalayer"
	"layertap/recording"
)

// The test runs its own binary as the program that is killed. It writes to the file in
// this variable until it is killed or the file can't grow any more.
const writerEnv = "LAYERTAP_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		if err := writeWithoutEnd(path); err != nil {
			fmt.Println(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func writeWithoutEnd(path string) error {
	w, err := recording.Create(path)
	if err == nil {
		err = w.Begin(header)
	}
	for seq := 1; err == nil; seq++ {
		err = w.Write([]datalayer.Entry{numbered(seq)})
		fmt.Println(seq)
	}
	return errors.Join(err, w.Close())
}

func numbered(seq int) *datalayer.Push {
	push := &datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "e",
		Message: []byte(fmt.Sprintf(`{"event":"e","text":%q}`, strings.Repeat("x", seq%500)))}
	datalayer.Stamp(push, seq)
	return push
}

// start runs the program, with a limit on its file size if limit isn't 0, and returns
// its output.
func start(t *testing.T, path string, limit uint64) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if limit > 0 { // inherited by the program, and restored after the start
		signal.Ignore(syscall.SIGXFSZ)
		var old syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: old.Max}); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
				t.Fatal(err)
			}
		}()
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// However the writer is killed, everything that it reported as written is in the file.
func TestKilled(t *testing.T) {
	rounds := 5
	if os.Getenv("LAYERTAP_SOAK") != "" {
		rounds = 200
	}
	for round := range rounds {
		path := filepath.Join(t.TempDir(), "a.session.jsonl")
		cmd, lines := start(t, path, 0)
		written := 0
		for written < 200+round*37%2000 && lines.Scan() {
			if _, err := fmt.Sscan(lines.Text(), &written); err != nil {
				t.Fatalf("the program printed %q", lines.Text())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // reported before it was killed
			written++
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the program ended by itself")
		}
		entries, r := read(t, path)
		if damage := r.Damage(); len(entries) < written || damage.SkippedLines+damage.Missing > 0 || damage.Ended {
			t.Errorf("%d entries are there of %d; damage %+v", len(entries), written, damage)
		}
	}
}

// A full disk is reported, and the file ends with a complete line.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	cmd, lines := start(t, path, 50_000)
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(last, "recording to "+path+": file too large; earlier messages are in the file") {
		t.Errorf("the program printed %q", last)
	}
	entries, r := read(t, path)
	if damage := r.Damage(); len(entries) < 50 || damage.TornBytes+damage.SkippedLines+damage.Missing > 0 {
		t.Errorf("%d entries, damage %+v", len(entries), damage)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 50_000 {
		t.Errorf("the file has %d bytes, error %v", info.Size(), err)
	}
}
