package ui_test

import (
	"errors"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/ui"
)

// disk accepts a recording until it is full.
type disk struct {
	name    string
	written int64
	full    bool
}

var errFull = errors.New("writing demo.session.jsonl: no space left on device")

func (d *disk) Name() string                 { return d.name }
func (d *disk) Begin(datalayer.Header) error { d.written = 170; return nil }
func (d *disk) Close() error                 { return nil }
func (d *disk) Write(entries []datalayer.Entry) error {
	if d.full {
		return errFull
	}
	d.written += int64(300 * len(entries))
	return nil
}

// recordable starts a session that can be recorded to a disk and annotated.
func recordable(t *testing.T, width, height int) (*story, *disk) {
	d := &disk{name: "demo.session.jsonl"}
	var s *story
	s = begin(t, width, height, func(o *ui.Options) {
		o.Record = func() (string, error) { return d.name, s.session.Record(d) }
		o.StopRecording = func() error { return s.session.StopRecording() }
		o.Size = func(string) int64 { return d.written }
		o.Mark = func(on int, sign string) error {
			s.session.Add(&datalayer.Mark{On: on, Mark: sign})
			return nil
		}
		o.Note = func(on int, text string) error {
			s.session.Add(&datalayer.Note{On: on, Text: text})
			return nil
		}
	})
	return s, d
}

// The start of a recording, and its contents at the end, are confirmed.
func TestRecordingIsConfirmed(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s, _ := recordable(t, size[0], size[1])
		s.visit().keys("r").sees("recording to demo.session.jsonl: 6 messages, 2.6 kB", "◉ REC").golden("recording").
			keys("j").push("widget_closed", "").
			keys("r").sees("saved demo.session.jsonl: 7 messages, 3.2 kB").misses("REC")
		s.keys("p", "r").sees("◉ REC").keys("r").misses("REC") // also if the screen is frozen
	}
}

// Quitting asks if user data would be lost, and not if it is in a recording.
func TestQuitAsksForWhatIsUnsaved(t *testing.T) {
	s, _ := recordable(t, 80, 24)
	s.visit().keys("m", "m", "r", "m").keys("r").sees("saved demo").keys("q")
	if !s.over {
		t.Errorf("everything is recorded, and yet it asks:\n%s", s.screen())
	}

	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s, d := recordable(t, size[0], size[1])
		s.visit().keys("m", "k", "a").types("ask Mara").keys("enter", "q").
			sees("marks or notes on 2 messages are unsaved  r record and quit  q quit").golden("quit-asks").
			keys("r")
		if !s.over || d.written == 0 {
			t.Errorf("r does not record %d bytes and quit:\n%s", d.written, s.screen())
		}
	}

	s, _ = recordable(t, 80, 24)
	s.visit().keys("p", "m", "q").sees("marks or notes on 1 message are unsaved").keys("esc").misses("are unsaved").keys("q", "q")
	if !s.over {
		t.Error("q after the question does not quit")
	}
	s, _ = recordable(t, 80, 24)
	if s.visit().keys("m", "m", "q"); !s.over {
		t.Errorf("a mark that was removed is asked for:\n%s", s.screen())
	}
}

// A recording that stops by itself is reported as long as it is stopped, and before
// quitting.
func TestRecordingThatBreaksOff(t *testing.T) {
	s, d := recordable(t, 100, 30)
	s.visit().keys("r")
	d.full = true
	s.push("widget_closed", "").push("widget_opened", "").
		sees("✗ REC stopped", "✗ recording stopped: writing demo.session.jsonl: no space left on device").
		keys("j", "2", "1").sees("✗ recording stopped").
		keys("q").sees("2 messages since the recording stopped").keys("esc")
	d.full = false
	s.keys("r").sees("recording to demo.session.jsonl: 8 messages").misses("has stopped").keys("q")
	if !s.over {
		t.Errorf("it is being recorded, and yet it asks:\n%s", s.screen())
	}
}

// An error stays until it is dismissed; it is shown in full, and none replaces another.
func TestErrorsStay(t *testing.T) {
	long := "creating demo.session.jsonl: " + strings.Repeat("the disk of this machine has no space left; ", 3) + "leave -o out, or name a file on another disk"
	fails := []error{errors.New(long), errors.New("creating demo.session.jsonl: the disk is not there")}
	s := begin(t, 80, 24, func(o *ui.Options) {
		o.Record = func() (string, error) {
			err := fails[0]
			fails = fails[1:]
			return "", err
		}
	}).visit().keys("r").sees("✗ creating demo.session.jsonl", "name a file on another disk  Esc closes").golden("error-long").
		resize(120, 36).golden("error-long").resize(80, 24)
	s.keys("j", "k", "f", "esc", "2", "1", "p", "p", "z", "y", "m").push("widget_closed", "").sees("✗ creating demo", "Esc closes").
		keys("esc").misses("✗ creating")
	fails = []error{errors.New("the first"), errors.New("the second")}
	s.keys("r", "r").sees("✗ the second  and 1 more, Esc closes").
		keys("esc").sees("✗ the first  Esc closes").keys("esc").misses("✗ the")
	s.resize(40, 12)
	fails = []error{errors.New(strings.Repeat(long, 5))}
	s.keys("r").sees("✗ creating", "…  Esc closes")
}

func TestRecordingOfARecording(t *testing.T) {
	begin(t, 80, 24, func(o *ui.Options) { o.File = "old.session.jsonl" }).visit().
		keys("r").sees("this is already a recording")
}
