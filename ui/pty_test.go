package ui_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
	"layertap/ui"
)

// terminal is a program on a terminal of its own, and what it has drawn.
type terminal struct {
	keys io.Writer
	out  chan string
}

// BenchmarkKeyToFrame measures from the press of a key to the arrival of the frame
// that shows what it did, idle and at 5,000 messages a second.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, perSecond := range []int{0, 5_000} {
		b.Run(fmt.Sprintf("%d-messages-a-second", perSecond), func(b *testing.B) {
			t := open(b, perSecond)
			var took []time.Duration
			for b.Loop() {
				took = append(took, t.press("?", "Help]"), t.press("?", "1 Messages]"))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
		})
	}
}

// press returns how long it takes until what a key leads to is drawn.
func (t *terminal) press(key, shows string) time.Duration {
	began := time.Now()
	io.WriteString(t.keys, key) //nolint:errcheck // a program that has gone shows nothing, and the benchmark hangs
	drawn := ""
	for !strings.Contains(drawn, shows) {
		drawn += <-t.out
	}
	return time.Since(began)
}

func open(b *testing.B, perSecond int) *terminal {
	b.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		b.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: 160, Rows: 50}); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	s := session.New(datalayer.Header{Started: started}, session.Analysis{Rules: rules.NewChecker(), GTM: gtm.NewEngine()})
	go s.Run(ctx, flood(perSecond)) //nolint:errcheck // the flood never fails
	last := time.Time{}
	model := ui.New(ui.Options{Wait: func(version uint64) (session.Snapshot, bool) {
		time.Sleep(time.Until(last.Add(time.Second / 30)))
		last = time.Now()
		return s.Wait(ctx, version)
	}})
	program := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(slave), tea.WithOutput(slave),
		tea.WithEnvironment([]string{"TERM=xterm-256color"}), tea.WithoutSignals())
	over := make(chan struct{})
	go func() {
		defer close(over)
		program.Run() //nolint:errcheck // it ends with its context
	}()
	t := &terminal{master, make(chan string, 1024)}
	go func() {
		buf := make([]byte, 1<<16)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			t.out <- string(buf[:n])
		}
	}()
	b.Cleanup(func() {
		cancel()
		<-over
		slave.Close()
		master.Close()
	})
	for drawn := ""; !strings.Contains(drawn, "Messages]"); {
		drawn += <-t.out
	}
	return t
}

// flood is a source of so many messages a second.
type flood int

func (f flood) Next(ctx context.Context) (datalayer.Batch, error) {
	select {
	case <-ctx.Done():
		return datalayer.Batch{}, ctx.Err()
	case <-time.After(10 * time.Millisecond):
	}
	entries := make([]datalayer.Entry, f/100)
	for i := range entries {
		entries[i] = message("widget_message_sent", `"widget_platform":"web","timestamp":1795424402000`)
	}
	return datalayer.Batch{Entries: entries}, nil
}
