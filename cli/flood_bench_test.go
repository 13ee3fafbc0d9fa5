//go:build unix

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/session"
	"layertap/session/sessiontest"
)

// FloodOver is the event of a flood's last message.
const FloodOver = "flood_over"

// Flood replaces the program's source with one of that many messages a second. The
// first SIGUSR1 starts the measurements, the second ends them and the flood, after one
// last message. The returned function writes the measurements to a file.
func Flood(perSecond int) (keep func(name string) error) {
	m := &meter{over: make(chan struct{})}
	testOnlySource = func(session.Source) session.Source { return &flood{perSecond: perSecond, measure: m} }
	testOnlyModel = func(model tea.Model) tea.Model { return measured{model, m} }
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	go func() {
		<-signals
		m.begin()
		<-signals
		m.end()
	}()
	return m.keep
}

// Measure is the program's measurements of itself.
type Measure struct {
	Sent    int     // messages
	Seconds float64 // duration of the measurement
	CPU     float64 // seconds, of all processors together
	// Updates is the number of updates of the screen; Frame is the time for an update
	// and the frame after it, in milliseconds.
	Updates int
	Frame   struct{ Median, P99, Longest float64 }
	Alloc   uint64 // bytes allocated
	GCs     uint32
	Heap    uint64 // bytes in use at the end
}

// meter measures the program from inside.
type meter struct {
	Measure

	mu      sync.Mutex
	since   time.Time // zero before the measurement
	frames  []time.Duration
	before  usage
	over    chan struct{}
	updated time.Duration
}

type usage struct {
	cpu    time.Duration
	memory runtime.MemStats
}

func used() usage {
	var u usage
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r) // it cannot fail
	u.cpu = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	runtime.ReadMemStats(&u.memory)
	return u
}

func (m *meter) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.since, m.before = time.Now(), used()
}

func (m *meter) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := used()
	m.Seconds, m.CPU = time.Since(m.since).Seconds(), (now.cpu - m.before.cpu).Seconds()
	m.Alloc, m.GCs = now.memory.TotalAlloc-m.before.memory.TotalAlloc, now.memory.NumGC-m.before.memory.NumGC
	m.Heap = now.memory.HeapAlloc
	m.since = time.Time{}
	close(m.over)
}

func (m *meter) frame(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.since.IsZero() {
		m.frames = append(m.frames, d)
	}
}

// keep writes the measurements to a file.
func (m *meter) keep(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.Sort(m.frames)
	if n := len(m.frames); n > 0 {
		ms := func(i int) float64 { return m.frames[i].Seconds() * 1e3 }
		m.Updates, m.Frame.Median, m.Frame.P99, m.Frame.Longest = n, ms(n/2), ms(n*99/100), ms(n-1)
	}
	text, err := json.Marshal(m.Measure)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o600)
}

// measured is a model whose frames are timed.
type measured struct {
	tea.Model
	m *meter
}

func (m measured) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	began := time.Now()
	var cmd tea.Cmd
	m.Model, cmd = m.Model.Update(msg)
	m.m.updated = time.Since(began)
	return m, cmd
}

func (m measured) View() tea.View {
	began := time.Now()
	view := m.Model.View()
	m.m.frame(m.m.updated + time.Since(began))
	m.m.updated = 0
	return view
}

// flood is a source of the messages of a visit that never ends.
type flood struct {
	perSecond int
	measure   *meter
	began     time.Time
	sent      int
	over      bool
}

// tick is the interval at which a flood returns messages, like a page that pushes in
// bursts.
const tick = 10 * time.Millisecond

func (f *flood) Next(ctx context.Context) (datalayer.Batch, error) {
	if f.began.IsZero() {
		f.began = time.Now()
		entries := []datalayer.Entry{&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad}}
		for range 1000 {
			entries = append(entries, f.message())
		}
		return datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Live, Browser: "Chrome/156"}, Entries: entries}, nil
	}
	for {
		var next <-chan time.Time
		if f.perSecond > 0 {
			next = time.After(tick)
		}
		over := f.measure.over
		if f.over {
			over, next = nil, nil
		}
		select {
		case <-ctx.Done():
			return datalayer.Batch{}, ctx.Err()
		case <-over:
			f.over = true
			last := f.message()
			last.Event, last.Message = FloodOver, fmt.Appendf(nil, `{"event":%q}`, FloodOver)
			f.measure.mu.Lock()
			f.measure.Sent = f.sent
			f.measure.mu.Unlock()
			return datalayer.Batch{Entries: []datalayer.Entry{last}}, nil
		case <-next:
			due := 1000 + int(time.Since(f.began).Seconds()*float64(f.perSecond))
			var entries []datalayer.Entry
			for f.sent < due {
				entries = append(entries, f.message())
			}
			return datalayer.Batch{Entries: entries}, nil
		}
	}
}

// message returns the next message of a visit to a shop with a chat widget.
func (f *flood) message() *datalayer.Push {
	p := sessiontest.ShopMessage(f.sent)
	p.T = time.Since(f.began)
	f.sent++
	return p
}
