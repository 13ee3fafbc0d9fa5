package ui_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui"
)

// shelf has recordings by file name.
type shelf struct {
	t      testing.TB
	files  map[string][]datalayer.Entry
	closed []string
}

// old is a shelf with the recording of an earlier visit, and a damaged one.
func old(t testing.TB) *shelf {
	page := func() datalayer.Entry {
		return &datalayer.Page{ID: "p1", Frame: "main", URL: "https://shop.example/p/3", Cause: datalayer.CauseLoad}
	}
	return &shelf{t: t, files: map[string][]datalayer.Entry{
		"old.session.jsonl": {
			page(),
			message("widget_loaded", `"widget_platform":"web","widget_id":"w-77","timestamp":1795000000000`),
			message("widget_opened", `"widget_platform":"ios","timestamp":1795000001000`),
			message("widget_closed", `"widget_platform":"web","timestamp":1795000002000`),
			message("widget_whatsapp_clicked", `"widget_platform":"web","timestamp":1795000003000,"link_text":"WhatsApp","link_url":"https://wa.me/4930123456","link_type":"whatsapp"`),
		},
		"torn.session.jsonl": {page(), message("widget_opened", `"widget_platform":"web"`)},
	}}
}

func (s *shelf) open(file string) (ui.Recording, error) {
	entries, ok := s.files[file]
	if !ok {
		return ui.Recording{}, fmt.Errorf("opening %s: no such file or directory", file)
	}
	over := datalayer.Attachment{Phase: datalayer.Over}
	if file == "torn.session.jsonl" {
		over.Detail = "the recording was not closed: whatever wrote it was stopped"
	}
	read := session.New(datalayer.Header{Started: started}, analysis(s.t))
	if err := read.Run(s.t.Context(), once{datalayer.Batch{Entries: entries, Attachment: &over}}); err != nil {
		return ui.Recording{}, err
	}
	return ui.Recording{
		File:  file,
		Close: func() { s.closed = append(s.closed, file) },
		Wait: func(version uint64) (session.Snapshot, bool) {
			snapshot := read.Snapshot()
			return snapshot, snapshot.Version > version
		},
	}, nil
}

// once is a source of one batch.
type once struct{ batch datalayer.Batch }

func (o once) Next(context.Context) (datalayer.Batch, error) { return o.batch, io.EOF }

// beside starts a live session that can open the recordings of a shelf.
func (s *shelf) beside(width, height int) *story {
	return begin(s.t, width, height, func(o *ui.Options) { o.Open = s.open })
}

// Capture continues while a recording is shown, and the two don't mix.
func TestOpenARecording(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		shelf := old(t)
		s := shelf.beside(size[0], size[1]).visit().
			keys("f").types("clicked").keys("enter").
			keys("o").types("old.session.jsonl").keys("enter").sees("[9 Summary]").keys("1").
			sees("■ recorded  old.session.jsonl", "4 messages", "widget_closed", "q back to ● live").
			misses("widget_message_sent", "filter: clicked", "following")
		s.push("widget_joined", "").push("widget_left", "").
			sees("q back to ● live +2", "4 messages").misses("widget_joined").golden("opened").
			keys("r").sees("this is already a recording").
			keys("m").sees("marks and notes can't be kept here").
			keys("f").types("opened").keys("enter").sees("filter: opened").misses("widget_closed").
			keys("esc").sees("filter cleared").
			keys("esc").sees("● live  shop.example", "filter: clicked", "8 messages").
			misses("read-only", "widget_closed").
			keys("F").sees("widget_left")
		if fmt.Sprint(shelf.closed) != "[old.session.jsonl]" {
			t.Errorf("%q was let go of", shelf.closed)
		}
		if s.keys("q"); !s.over {
			t.Error("q does not quit the live session")
		}
	}
}

// Recordings are opened on top of one another, and closed one by one.
func TestRecordingsOverOneAnother(t *testing.T) {
	s := old(t).beside(120, 36).visit().
		keys("o").types("old.session.jsonl").keys("enter").
		keys(":").types("open torn.session.jsonl").keys("enter").
		sees("■ recorded  torn.session.jsonl", "q back to old.session.jsonl", "1 message ", "■ the recording was not closed").
		keys("2").sees("1 of 25 events seen, 1 only with errors").keys("q").sees("■ recorded  old.session.jsonl", "4 messages").
		keys("q").sees("● live", "4 shown, 2 gtm.* hidden (z)")
	if s.over {
		t.Error("q has left the program")
	}
}

// The reason why a recording can't be opened stays until it is dismissed.
func TestOpenWhatIsNotThere(t *testing.T) {
	old(t).beside(80, 24).visit().
		keys("o").types("nowhere.jsonl").keys("enter").sees("✗ opening nowhere.jsonl: no such file or directory", "● live").
		keys("j", "2", "1").sees("✗ opening nowhere.jsonl").keys("esc").misses("nowhere.jsonl").
		keys("o", "enter").misses("✗ opening")
	begin(t, 80, 24).visit().keys("o").sees("recordings can't be opened here")
}

// A session that is behind another still processes its results.
func TestAnswersBehindARecording(t *testing.T) {
	s := old(t).beside(100, 30).visit().keys("o").types("old.session.jsonl").keys("enter")
	entries := make([]datalayer.Entry, 10_000)
	for i := range entries {
		entries[i] = message("widget_user_typing", `"widget_platform":"web"`)
	}
	s.give(datalayer.Batch{Entries: entries}).sees("q back to ● live +10000").
		keys("q").sees("10004 shown, 2 gtm.* hidden (z)", "▼ following").under("widget_user_typing")
}

// Problems with the capture are also shown over a recording.
func TestTroubleBehindARecording(t *testing.T) {
	old(t).beside(100, 30).visit().keys("o").types("old.session.jsonl").keys("enter").
		state(datalayer.Lost, "the browser has gone: trying again").
		sees("q back to ✗ lost", "✗ live: the browser has gone: trying again")
}

// New users see three steps, until the first key.
func TestFirstStart(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s := begin(t, size[0], size[1], func(o *ui.Options) { o.FirstStart = true }).visit()
		s.sees("new here? ] finds what is wrong, e explains it, ? shows all keys").golden("first-start")
		s.keys("]").misses("new here?").under("widget_message_sent")
	}
	begin(t, 80, 24).visit().misses("new here?")
}

// While a recording is read, the screens say how much of it was, as far as that is known, and
// no verdict.
func TestReadingARecording(t *testing.T) {
	reading := func(s *story, percent int) *story {
		return s.give(datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Live, Detail: "reading shop.session.jsonl", Percent: percent}})
	}
	s := begin(t, 100, 30, summarised).keys("1").sees("◌ reading", "no messages so far").misses("contains no messages", "recorded")
	reading(s, 7).sees("◌ reading 7%")
	s.push("widget_opened", `"widget_platform":"web","timestamp":1795424401523`)
	reading(s, 42).sees("◌ reading 42%", "widget_opened").misses("recorded")
	s.keys("9").sees("◌ reading 42%", "no findings so far").misses("PASS", "✓ no findings")
	s.keys("6").sees("◌ reading 42%").misses("nothing missed")
	s.state(datalayer.Over, "").sees("■ recorded", "nothing missed").misses("reading")
	s.keys("9").sees("✓ PASS", "✓ no findings")
}
