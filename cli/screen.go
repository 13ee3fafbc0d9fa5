package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/cli/containers"
	"layertap/cli/files"
	"layertap/cli/terminal"
	"layertap/cli/userdata"
	"layertap/datalayer"
	"layertap/recording"
	"layertap/session"
	"layertap/ui"
	"layertap/visible"
)

// frame is the minimum time between two snapshots passed to the screen. More would be
// redrawn before anyone could see them.
const frame = time.Second / 30

// screen returns the frontend that shows a live session on the terminal.
func (f *liveFlags) screen() frontend {
	left := false // by the user; otherwise the terminal may be gone
	show := func(ctx context.Context, s *session.Session) error {
		f.accepted.Follow(s.Accept)
		err := draw(ctx, s, f.noColor, ui.Options{
			Accept:        f.accepted.Accept,
			Page:          page(ctx, s, f.source),
			Choose:        f.source.Choose,
			Open:          f.opener(ctx),
			Containers:    containers.For(ctx, f.loaded, ""),
			Record:        func() (string, error) { return f.startRecording(s) },
			StopRecording: s.StopRecording,
			Size:          sizeOf,
			Mark: func(on int, mark string) error {
				s.Add(&datalayer.Mark{Place: placeNow(s), On: on, Mark: mark})
				return nil
			},
			Note: func(on int, text string) error {
				s.Add(&datalayer.Note{Place: placeNow(s), On: on, Text: text})
				return nil
			},
		})
		left = err == nil && ctx.Err() == nil && s.Snapshot().Recording.File != ""
		return err
	}
	return frontend{show: show, end: func(last session.Snapshot) error {
		if file := last.Recording.Saved; left && file != "" && last.Recording.Err == nil {
			fmt.Printf("recorded: layertap open %s\n", visible.Text(quoted(file)))
		}
		return nil
	}}
}

// draw shows a session on the terminal until the user quits.
func draw(ctx context.Context, s *session.Session, noColor bool, options ui.Options) error {
	settings, err := loadConfig()
	if err != nil {
		return err
	}
	settings.Apply(&options)
	options.Wait, options.Containers.Read, options.Files = waiter(ctx, s), readContainer, entries
	state := userdata.StateDir()
	options.FirstStart = userdata.FirstStart(state)
	options.Layout, options.KeepLayout = userdata.ReadLayout[ui.Layout](state), func(l ui.Layout) { userdata.KeepLayout(state, l) }
	typed := userdata.HistoryIn(state)
	options.History, options.Remember = typed.Read(), typed.Add
	options.Suspend = terminal.Suspender()
	options.SaveTicket = func(seq int, markdown string) (string, error) {
		return files.WriteNew("", fmt.Sprintf("ticket-%d", seq), ".md", []byte(markdown))
	}
	return terminal.Draw(ctx, testOnlyModel(ui.New(options)), noColor)
}

// opener returns a function that opens further recordings for the screen, and checks
// them against the same plans and containers. A recording is followed until ctx ends or
// it is closed.
func (f *analysisFlags) opener(ctx context.Context) func(string) (ui.Recording, error) {
	return func(name string) (ui.Recording, error) {
		if name == "-" {
			return ui.Recording{}, errors.New("opening -: standard input is the keyboard here; name a file")
		}
		again := *f // what it names is read again
		analysis, err := again.analysis()
		if err != nil {
			return ui.Recording{}, err
		}
		reader, err := openRecording(ctx, expandHome(name), false)
		if err != nil {
			return ui.Recording{}, err
		}
		ctx, cancel := context.WithCancel(ctx)
		s := session.New(reader.Header, analysis)
		f.accepted.Follow(s.Accept)
		go func() {
			defer reader.Close()
			_ = s.Run(ctx, reader) // the last snapshot contains the error
		}()
		return ui.Recording{File: name, Wait: waiter(ctx, s), Close: cancel, Mark: reader.mark(s), Note: reader.note(s)}, nil
	}
}

// sizeOf returns the size of a file in bytes.
func sizeOf(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

// entries returns the names in a directory, at most 5,000.
func entries(dir string) []string {
	if dir == "" {
		dir = "."
	}
	open, err := os.Open(expandHome(dir))
	if err != nil {
		return nil // the path is invalid, which Enter reports
	}
	defer open.Close()
	found, _ := open.ReadDir(5_000)
	names := make([]string, len(found))
	for i, e := range found {
		names[i] = e.Name()
		if info, err := os.Stat(filepath.Join(expandHome(dir), e.Name())); err == nil && info.IsDir() {
			names[i] += "/"
		}
	}
	slices.Sort(names)
	return names
}

// expandHome expands ~ in a path that was typed without a shell.
func expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}

// placeNow returns the place in the session for what the user adds now.
func placeNow(s *session.Session) datalayer.Place {
	return datalayer.Place{T: time.Since(s.Snapshot().Header.Started)}
}

// waiter returns a function that waits for a newer snapshot for the screen, at most one
// per frame.
func waiter(ctx context.Context, s *session.Session) func(uint64) (session.Snapshot, bool) {
	var last time.Time
	return func(version uint64) (session.Snapshot, bool) {
		if _, newer := s.Wait(ctx, version); !newer {
			return session.Snapshot{}, false
		}
		pause(ctx, time.Until(last.Add(frame)))
		last = time.Now()
		return s.Snapshot(), true
	}
}

// startRecording starts recording to a new file in the working directory, named after
// the site and the time.
func (f *liveFlags) startRecording(s *session.Session) (string, error) {
	name := recordingName(s.Snapshot().Header.URL, time.Now())
	w, err := recording.Create(name)
	if err != nil {
		return "", err
	}
	return name, s.Record(f.sink(w))
}

func recordingName(site string, now time.Time) string {
	host := "session"
	if u, err := url.Parse(site); err == nil && u.Hostname() != "" {
		host = strings.Map(func(r rune) rune {
			if r == ':' || r == '/' || r < '-' {
				return '-'
			}
			return r
		}, u.Hostname())
	}
	return fmt.Sprintf("%s-%s.session.jsonl", host, now.Format("20060102-150405"))
}

// testOnlyModel replaces a model, in tests of failing models.
var testOnlyModel = func(m tea.Model) tea.Model { return m }
