package ui_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/internal/golden"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/ui"
)

// story drives a screen as a user and a page do. Every step waits until the screen has
// nothing left to do; nothing waits for time.
type story struct {
	t       testing.TB
	session *session.Session
	feed    *feed
	clock   time.Duration

	mu        sync.Mutex
	wake      sync.Cond
	model     tea.Model
	messages  []tea.Msg // results of commands, not yet processed
	out       int       // commands that are still running
	waiting   uint64    // the version that the screen waits to be exceeded; 0: it doesn't wait
	size      tea.WindowSizeMsg
	over      bool // the screen has quit
	clipboard []string
	slow      bool    // the user hasn't reacted yet
	frames    *frames // nil: durations aren't measured
}

var started = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// begin opens a screen of the given size on a new session.
func begin(t testing.TB, width, height int, change ...func(*ui.Options)) *story {
	t.Helper()
	return beginAnalysis(t, analysis(t), width, height, change...)
}

func beginAnalysis(t testing.TB, a session.Analysis, width, height int, change ...func(*ui.Options)) *story {
	t.Helper()
	s := &story{t: t, feed: &feed{in: make(chan datalayer.Batch), ready: make(chan struct{})}}
	s.wake.L = &s.mu
	s.session = session.New(datalayer.Header{Started: started, URL: "https://shop.example/"}, a)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go s.session.Run(ctx, s.feed) //nolint:errcheck // the feed never fails
	<-s.feed.ready

	options := ui.Options{Wait: func(version uint64) (session.Snapshot, bool) { return s.wait(ctx, version) }}
	options.Reaction = func() {}
	options.Suspend = func() error { return nil }
	for _, c := range change {
		c(&options)
	}
	model := ui.New(options)
	s.model = model
	s.run(model.Init())
	return s.resize(width, height)
}

// analysis is that of the chat widget, with its documented triggers.
func analysis(t testing.TB) session.Analysis {
	t.Helper()
	plan := plantest.Widget(t)
	container, err := gtm.Patterns(
		gtm.Pattern{Name: "All widget events", Regexp: `^widget_.*`},
		gtm.Pattern{Name: "Clicks", Regexp: `^widget_.*_clicked$`},
	)
	if err != nil {
		t.Fatal(err)
	}
	return session.Analysis{Rules: check.New(plan), GTM: engine.New(container)}
}

// feed is a source controlled by the test.
type feed struct {
	in    chan datalayer.Batch
	ready chan struct{} // received from when the previous batch has been processed
}

func (f *feed) Next(ctx context.Context) (datalayer.Batch, error) {
	select {
	case f.ready <- struct{}{}:
	case <-ctx.Done():
		return datalayer.Batch{}, ctx.Err()
	}
	select {
	case b := <-f.in:
		return b, nil
	case <-ctx.Done():
		return datalayer.Batch{}, ctx.Err()
	}
}

func (s *story) give(b datalayer.Batch) *story {
	s.feed.in <- b
	<-s.feed.ready
	return s.idle()
}

// entries adds entries, half a second after the last ones.
func (s *story) entries(entries ...datalayer.Entry) *story {
	for _, e := range entries {
		s.clock += 500 * time.Millisecond
		switch e := e.(type) {
		case *datalayer.Push:
			e.T = s.clock
		case *datalayer.Page:
			e.T = s.clock
		case *datalayer.Action:
			e.T = s.clock
		case *datalayer.Hit:
			e.T = s.clock
		case *datalayer.Gap:
			e.T = s.clock
		}
	}
	return s.give(datalayer.Batch{Entries: entries})
}

// live attaches to the shop.
func (s *story) live(notices ...string) *story {
	return s.give(datalayer.Batch{Attachment: &datalayer.Attachment{
		Phase: datalayer.Live, Browser: "Chrome/156.0.8078.79", Notices: notices}})
}

// state changes the phase of the session.
func (s *story) state(phase datalayer.Phase, detail string) *story {
	return s.give(datalayer.Batch{Attachment: &datalayer.Attachment{Phase: phase, Detail: detail}})
}

func (s *story) page(url string) *story {
	return s.entries(&datalayer.Page{ID: "p1", Frame: "main", URL: url, Cause: datalayer.CauseLoad})
}

// push makes the page push an event with the given parameters, in JSON without the braces.
func (s *story) push(event, parameters string) *story {
	return s.entries(message(event, parameters))
}

func message(event, parameters string) *datalayer.Push {
	if parameters != "" {
		parameters = "," + parameters
	}
	return &datalayer.Push{
		Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Via: datalayer.ViaPush,
		Event: event, Message: fmt.Appendf(nil, `{"event":%q%s}`, event, parameters),
	}
}

// keys presses keys by their names: "j", "enter", "ctrl+l".
func (s *story) keys(names ...string) *story {
	for _, name := range names {
		s.send(press(name))
	}
	return s
}

// types types a text.
func (s *story) types(typed string) *story {
	for _, r := range typed {
		s.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return s
}

var specialKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"home": tea.KeyHome, "end": tea.KeyEnd, "space": tea.KeySpace, "backspace": tea.KeyBackspace,
}

func press(name string) tea.KeyPressMsg {
	key := tea.KeyPressMsg{}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		key.Mod, name = tea.ModCtrl, rest
	}
	if code, ok := specialKeys[name]; ok {
		key.Code = code
		return key
	}
	key.Code = []rune(name)[0]
	if key.Mod == 0 {
		key.Text = name
	}
	return key
}

func (s *story) resize(width, height int) *story {
	s.size = tea.WindowSizeMsg{Width: width, Height: height}
	return s.send(s.size)
}

func (s *story) click(x, y int) *story {
	return s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
}

// clickOn clicks the first occurrence of a text.
func (s *story) clickOn(text string) *story {
	s.t.Helper()
	for y, line := range strings.Split(s.screen(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return s.click(ansi.StringWidth(before), y)
		}
	}
	s.t.Errorf("%q is not on the screen", text)
	return s
}

func (s *story) wheel(x, y int, button tea.MouseButton) *story {
	return s.send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
}

func (s *story) send(msg tea.Msg) *story {
	s.mu.Lock()
	s.messages = append(s.messages, msg)
	s.mu.Unlock()
	return s.idle()
}

// idle processes the results of commands until only the one that waits for the next
// snapshot is running.
func (s *story) idle() *story {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		for len(s.messages) > 0 {
			msg := s.messages[0]
			s.messages = s.messages[1:]
			s.take(msg)
		}
		parked := 1
		if s.slow { // the command that waits for the user to react
			parked = 2
		}
		if s.out == 0 || s.out <= parked && s.waiting == s.session.Snapshot().Version {
			return s
		}
		s.wake.Wait()
	}
}

func (s *story) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.QuitMsg:
		s.over = true
		return
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.start(cmd)
		}
		return
	}
	if fmt.Sprintf("%T", msg) == "tea.setClipboardMsg" {
		s.clipboard = append(s.clipboard, fmt.Sprint(msg))
	}
	began := time.Now()
	var cmd tea.Cmd
	s.model, cmd = s.model.Update(msg)
	s.frames.drawn(s.model, began)
	s.start(cmd)
}

func (s *story) run(cmd tea.Cmd) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start(cmd)
}

func (s *story) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	s.out++
	go func() {
		msg := cmd()
		s.mu.Lock()
		s.out--
		s.messages = append(s.messages, msg)
		s.mu.Unlock()
		s.wake.Signal()
	}()
}

func (s *story) wait(ctx context.Context, version uint64) (session.Snapshot, bool) {
	s.mu.Lock()
	s.waiting = version
	s.mu.Unlock()
	s.wake.Signal()
	snapshot, newer := s.session.Wait(ctx, version)
	s.mu.Lock()
	s.waiting = 0
	s.mu.Unlock()
	return snapshot, newer
}

// screen returns the text of the screen, without colors.
func (s *story) screen() string {
	s.t.Helper()
	first, second := s.model.View().Content, s.model.View().Content
	if first != second {
		s.t.Error("two views of the same model differ")
	}
	lines := strings.Split(first, "\n")
	if len(lines) > s.size.Height {
		s.t.Errorf("%d lines on a screen of %d", len(lines), s.size.Height)
	}
	for i, line := range lines {
		if w := ansi.StringWidth(line); w > s.size.Width {
			s.t.Errorf("line %d takes %d of %d cells: %q", i+1, w, s.size.Width, ansi.Strip(line))
		}
		lines[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// golden compares the screen with the golden file of that name.
func (s *story) golden(name string) *story {
	s.t.Helper()
	golden.Compare(s.t, filepath.Join("testdata", fmt.Sprintf("%s-%dx%d.txt", name, s.size.Width, s.size.Height)), s.screen())
	return s
}

// sees asserts that each of the texts is on the screen.
func (s *story) sees(texts ...string) *story {
	s.t.Helper()
	screen := s.screen()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			s.t.Errorf("%q is not on the screen:\n%s", text, screen)
		}
	}
	return s
}

// misses asserts that none of the texts is on the screen.
func (s *story) misses(texts ...string) *story {
	s.t.Helper()
	screen := s.screen()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			s.t.Errorf("%q is on the screen:\n%s", text, screen)
		}
	}
	return s
}

// isUnder reports whether the cursor is on a row with the text.
func (s *story) isUnder(text string) bool {
	for line := range strings.Lines(s.screen()) {
		if strings.HasPrefix(line, "▸") && strings.Contains(line, text) {
			return true
		}
	}
	return false
}

// under asserts that the cursor is on a row with the text.
func (s *story) under(text string) *story {
	s.t.Helper()
	screen := s.screen()
	for line := range strings.Lines(screen) {
		if (strings.HasPrefix(line, "▸") || strings.HasPrefix(line, "›")) && strings.Contains(line, text) {
			return s
		}
	}
	s.t.Errorf("the cursor is not on %q:\n%s", text, screen)
	return s
}
