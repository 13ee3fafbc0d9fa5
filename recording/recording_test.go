package recording_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"layertap/datalayer"
	"layertap/recording"
)

var header = datalayer.Header{
	ID: "01K", Tool: "layertap 0.1.0", Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	Browser: "Chrome/156.0.8078.79", URL: "https://shop.example/?a=1&b=<2>",
}

// entries returns one entry of each kind, with all fields set.
func entries() []datalayer.Entry {
	ms := func(f float64) time.Duration { return time.Duration(f * float64(time.Millisecond)) }
	action := &datalayer.Action{Place: datalayer.Place{T: ms(1520.9)}, Page: "p1", Action: "click",
		Selector: "button.chat", Text: "Chat with us", Href: "/chat"}
	hit := &datalayer.Hit{Place: datalayer.Place{T: ms(1600)}, Page: "p1", Vendor: "ga4", ID: "G-1", Event: "x",
		Params: []byte(`{"a":1}`), Method: "POST", URL: "https://a.example/g/collect", Status: 204, KeyEvent: true,
		Debug: true, Consent: "G111", Cause: &datalayer.HitCause{Push: 4, By: "name", Strength: "likely"}}
	hit.Batch.Index, hit.Batch.Of = 1, 2
	queued := &datalayer.Push{Place: datalayer.Place{T: ms(1801)}, Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject,
		Event: "late", Message: []byte(`{"event":"late"}`), NotLanded: true, Received: datalayer.No, Via: datalayer.ViaPush}
	all := []datalayer.Entry{
		&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Referrer: "https://r.example/", UserAgent: "Mozilla/5.0", Language: "de-DE",
			Title: "Shop <3", Cause: datalayer.CauseLoad},
		&datalayer.Push{Place: datalayer.Place{T: ms(41.2)}, Page: "p1", Frame: "main", Layer: "dataLayer",
			Kind: datalayer.KindObject, Event: "gtm.js", Message: []byte(`{"gtm.start":1795424400041,"event":"gtm.js"}`),
			Via: datalayer.ViaInitial, Recovered: true},
		action,
		&datalayer.Push{Place: datalayer.Place{T: ms(1523.1)}, Page: "p1", Frame: "F1", Layer: "other", Kind: datalayer.KindGtag,
			Event: "sent", Message: []byte(`["event","sent",{"v":{"$":"undefined"},"h":"<b>"}]`), Via: datalayer.ViaPush,
			Call: 3, Arg: 0, Stack: []datalayer.StackFrame{{Func: "emit", URL: "https://cdn.example/w.js", Line: 41, Col: 7}},
			Action: action},
		hit,
		&datalayer.LayerChange{Place: datalayer.Place{T: ms(1700)}, Page: "p1", Frame: "main", Layer: "dataLayer", What: datalayer.LayerFound},
		&datalayer.LayerChange{Place: datalayer.Place{T: ms(1701)}, Page: "p1", Frame: "main", Layer: "dataLayer", What: datalayer.LayerTaken,
			Container: "GTM-ABC123"},
		&datalayer.Push{Place: datalayer.Place{T: ms(1800)}, Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject,
			Event: "added", Message: []byte(`{"event":"added","by":"wrapper"}`), Called: []byte(`{"event":"add"}`), Received: datalayer.Yes,
			Via: datalayer.ViaPush},
		queued,
		&datalayer.Push{Place: datalayer.Place{T: ms(1802)}, Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject,
			Event: "late", Message: []byte(`{"event":"late"}`), Via: datalayer.ViaPush, Of: queued},
		&datalayer.ScriptError{Place: datalayer.Place{T: ms(1900)}, Page: "p1", Frame: "main", Message: "Uncaught ReferenceError: dataLayer is not defined",
			URL: "https://shop.example/a.js", Line: 3, Col: 7},
		&datalayer.ScriptError{Place: datalayer.Place{T: ms(1901)}, Page: "p1", Frame: "F1", Message: "Script error."},
		&datalayer.Container{ID: "GTM-ABC123", Version: "42", Layer: "dataLayer", Source: "page", SHA256: "ab",
			Resource: []byte(`{"version":"42"}`)},
		&datalayer.GoogleTag{ID: "G-ABC1234567", Version: "1", Layer: "dataLayer", SHA256: "cd", Resource: []byte(`{"version":"1"}`)},
		&datalayer.PageValue{Place: datalayer.Place{T: ms(1950)}, Page: "p1", Variable: "JS - is mobile", Source: "global:isMobile", Value: []byte(`{"$":"undefined"}`)},
		&datalayer.Note{On: 4, Text: "look"},
		&datalayer.Mark{On: 4, Mark: "!"},
		&datalayer.Screenshot{On: 4, File: "a.png"},
		&datalayer.Gap{Place: datalayer.Place{T: ms(2000)}, Why: "the connection was lost", Until: ms(2500.5), Lost: 0},
		&datalayer.Gap{Place: datalayer.Place{T: ms(3000)}, Why: "attached late", Until: ms(3000), Lost: -1},
		&datalayer.TabClosed{Place: datalayer.Place{T: ms(3001)}, Page: "p1", Target: "t1"},
		&datalayer.End{Place: datalayer.Place{T: ms(9000)}, Pushes: 5, Hits: 1, Lost: 0},
	}
	for i, e := range all {
		datalayer.Stamp(e, i+1)
	}
	return all
}

func write(t *testing.T, path string) []byte {
	t.Helper()
	w, err := recording.Create(path)
	if err == nil {
		err = errors.Join(w.Begin(header), w.Write(entries()), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func read(t *testing.T, path string) ([]datalayer.Entry, *recording.Reader) {
	t.Helper()
	r, err := recording.Open(path, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return drain(t, r), r
}

func drain(t *testing.T, r *recording.Reader) []datalayer.Entry {
	t.Helper()
	var all []datalayer.Entry
	for {
		batch, err := r.Next(t.Context())
		all = append(all, batch.Entries...)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The example in testdata was written by hand according to the format's description.
func TestFormat(t *testing.T) {
	got := write(t, filepath.Join(t.TempDir(), "a.session.jsonl"))
	want, err := os.ReadFile("testdata/format-1.session.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("written (+) is not what format 1 says (-):\n%s", diff)
	}
}

func TestReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	text := write(t, path)
	packed := path + ".gz"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), os.WriteFile(packed, zipped.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	renamed := filepath.Join(t.TempDir(), "b.session.jsonl") // the compression doesn't depend on the name
	if err := os.WriteFile(renamed, zipped.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	denser := path + ".zst"
	e, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(denser, e.EncodeAll(text, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, packed, renamed, denser} {
		got, r := read(t, path)
		if diff := cmp.Diff(entries(), got); diff != "" {
			t.Errorf("%s: read (+) is not what was written (-):\n%s", filepath.Base(path), diff)
		}
		if diff := cmp.Diff(header, r.Header); diff != "" {
			t.Errorf("header:\n%s", diff)
		}
		if text := r.Damage().String(); text != "" {
			t.Errorf("a whole file is said to have damage: %s", text)
		}
	}
}

func TestCreateIsForTheOwnerAndNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	before := write(t, path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v; want 0600", info.Mode(), err)
	}
	if _, err := recording.Create(path); err == nil || !strings.Contains(err.Error(), "the file exists") {
		t.Errorf("Create over a file: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

// A capture that didn't start leaves no file behind.
func TestEmptyRecordingIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	w, err := recording.Create(path)
	if err == nil {
		err = errors.Join(w.Begin(header), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

// A recording that replaces a file leaves it unchanged until there is something to
// record, and then replaces it atomically.
func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	before := write(t, path)
	w, err := recording.Replace(path)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed for nothing")
	}
	w, err = recording.Replace(path)
	if err == nil {
		err = errors.Join(w.Begin(header), w.Write([]datalayer.Entry{&datalayer.End{Place: datalayer.Place{Seq: 1}}}), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil || bytes.Count(after, []byte("\n")) != 2 {
		t.Errorf("error %v; the file has\n%s", err, after)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("something was left: %v", files)
	}
	if _, err := recording.Replace(filepath.Dir(path)); err == nil {
		t.Error("a directory was replaced")
	}
}

func TestGone(t *testing.T) {
	for name, harm := range map[string]func(string) error{
		"deleted": os.Remove,
		"emptied": func(path string) error { return os.Truncate(path, 0) },
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600))
		},
	} {
		path := filepath.Join(t.TempDir(), "a.session.jsonl")
		w, err := recording.Create(path)
		if err == nil {
			err = w.Begin(header)
		}
		if err != nil || w.Gone() {
			t.Fatalf("error %v, gone from the start: %v", err, w.Gone())
		}
		if err := harm(path); err != nil {
			t.Fatal(err)
		}
		if !w.Gone() {
			t.Errorf("%s: not noticed", name)
		}
		_ = w.Close()
	}
}

func TestDamage(t *testing.T) {
	const head = `{"type":"session","format":1,"id":"x","tool":"t","started":"2026-11-23T09:00:00.000Z","browser":"","url":""}` + "\n"
	push := func(seq int) string {
		return fmt.Sprintf(`{"type":"push","seq":%d,"t":1,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","message":{}}`, seq) + "\n"
	}
	const end = `{"type":"end","seq":3,"t":1,"pushes":2,"hits":0,"lost":0}` + "\n"
	for _, tt := range []struct {
		name, text string
		entries    int
		want       recording.Damage
	}{
		{"whole", head + push(1) + push(2) + end, 3, recording.Damage{Ended: true}},
		{"not ended", head + push(1), 1, recording.Damage{}},
		{"torn without line end", head + push(1) + `{"type":"pu`, 1, recording.Damage{TornBytes: 11}},
		{"torn though it is JSON", head + push(1) + strings.TrimSuffix(push(2), "\n"), 1, recording.Damage{TornBytes: len(push(2)) - 1}},
		{"torn with line end", head + push(1) + "{\"type\n", 1, recording.Damage{TornBytes: 7}},
		{"bad line", head + push(1) + "{bad\n" + push(3), 2, recording.Damage{SkippedLines: 1}},
		{"last line is JSON and no entry", head + push(1) + "[]\n", 1, recording.Damage{SkippedLines: 1}},
		{"bad line, then torn", head + "{bad\n" + "{", 0, recording.Damage{SkippedLines: 1, TornBytes: 1}},
		{"not UTF-8", head + push(1) + strings.Replace(push(2), "main", "m\xff\xfen", 1) + end, 3, recording.Damage{Garbled: []int{3}, GarbledLines: 1, Ended: true}},
		{"not UTF-8 and no JSON", head + "{\xff\n" + push(2), 1, recording.Damage{SkippedLines: 1}},
		{"hole", head + push(1) + push(4), 2, recording.Damage{Missing: 2}},
		{"backwards", head + push(2) + push(1) + push(3), 2, recording.Damage{SkippedLines: 1, Missing: 1}},
		{"no sequence number", head + `{"type":"push"}` + "\n" + push(2), 1, recording.Damage{SkippedLines: 1}},
		{"wrong types of values", head + `{"type":"push","seq":1,"t":"x","page":7}` + "\n" + push(2), 1, recording.Damage{SkippedLines: 1}},
		{"unknown type and keys", head + `{"type":"smell","seq":1,"t":0}` + "\n" + `{"type":"note","seq":2,"t":0,"on":1,"text":"","more":[]}` + "\n", 1, recording.Damage{}},
		{"type not the first key", head + `{"page":"p1","seq":1,"t":1,"type":"push"}` + "\n" + `{"hits":0,"seq":2,"t":1,"type":"end"}` + "\n", 2, recording.Damage{Ended: true}},
		{"no type", head + `{"seq":1,"t":1}` + "\n" + push(2), 1, recording.Damage{}},
		{"more after the end", head + push(1) + push(2) + end + push(4), 4, recording.Damage{Ended: true}},
		{"another session after the end", head + push(1) + push(2) + end + head + push(1), 3, recording.Damage{SkippedLines: 2, Ended: true}},
		{"rubbish after the end", head + push(1) + push(2) + end + "\x00\x00\x00", 3, recording.Damage{TornBytes: 3, Ended: true}},
		{"byte order mark", "\uFEFF" + head + push(1) + push(2) + end, 3, recording.Damage{Ended: true}},
		{"other line ends and empty lines", head + "\n" + strings.ReplaceAll(push(1), "\n", "\r\n") + "\r\n" + push(2) + end, 3, recording.Damage{Ended: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.session.jsonl")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			entries, r := read(t, path)
			got := r.Damage()
			if len(got.Skipped) != got.SkippedLines {
				t.Errorf("%d skipped lines are listed, %d counted", len(got.Skipped), got.SkippedLines)
			}
			got.Skipped = nil
			if diff := cmp.Diff(tt.want, got); diff != "" || len(entries) != tt.entries {
				t.Errorf("%d entries, want %d; damage:\n%s", len(entries), tt.entries, diff)
			}
		})
	}
}

// Lines that couldn't be read are reported by number.
func TestDamageHasLineNumbers(t *testing.T) {
	skipped := func(numbers ...int) recording.Damage {
		d := recording.Damage{SkippedLines: len(numbers), Ended: true}
		for _, n := range numbers {
			d.Skipped = append(d.Skipped, recording.SkippedLine{Number: n})
		}
		return d
	}
	for _, tt := range []struct {
		damage recording.Damage
		want   string
	}{
		{skipped(), ""},
		{skipped(3), "line 3 could not be read"},
		{skipped(3, 7), "lines 3 and 7 could not be read"},
		{skipped(3, 7, 8, 9, 12), "lines 3, 7, 8, 9 and 12 could not be read"},
		{skipped(3, 7, 8, 9, 12, 15), "lines 3, 7, 8, 9, 12 and 1 other could not be read"},
		{skipped(3, 7, 8, 9, 12, 15, 20), "lines 3, 7, 8, 9, 12 and 2 others could not be read"},
	} {
		if got := tt.damage.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	for n, want := range map[int]string{1: "line 4 has bytes that aren't UTF-8, shown as \uFFFD", 9: "lines 4, 5, 6, 7, 8 and 4 others have bytes that aren't UTF-8, shown as \uFFFD"} {
		d := recording.Damage{GarbledLines: n, Ended: true}
		for i := range n {
			d.Garbled = append(d.Garbled, 4+i)
		}
		if got := d.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A line that exceeds the limit is skipped, even if it is the last; it is incomplete
// only if it has no newline.
func TestTooLongALine(t *testing.T) {
	const head = `{"type":"session","format":1,"id":"x","tool":"t","started":"2026-11-23T09:00:00.000Z","browser":"","url":""}` + "\n"
	const note = `{"type":"note","seq":1,"t":0,"on":1,"text":"`
	const more = 65 << 20
	for _, tt := range []struct {
		name, after string
		entries     int
		want        recording.Damage
	}{
		{"whole", `"}` + "\n", 0, recording.Damage{SkippedLines: 1}},
		{"in the middle", `"}` + "\n" + `{"type":"end","seq":2,"t":1,"pushes":0,"hits":0,"lost":0}` + "\n", 1, recording.Damage{SkippedLines: 1, Ended: true}},
		{"torn", "", 0, recording.Damage{TornBytes: len(note) + more}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := recording.NewReader(io.MultiReader(strings.NewReader(head+note), strings.NewReader(strings.Repeat("x", more)), strings.NewReader(tt.after)), "test")
			if err != nil {
				t.Fatal(err)
			}
			entries := drain(t, r)
			got := r.Damage()
			for _, skipped := range got.Skipped {
				if skipped.Number != 2 || !strings.Contains(skipped.Err.Error(), "larger than 64 MB") {
					t.Errorf("skipped line %d: %v", skipped.Number, skipped.Err)
				}
			}
			got.Skipped = nil
			if diff := cmp.Diff(tt.want, got); diff != "" || len(entries) != tt.entries {
				t.Errorf("%d entries, want %d; damage:\n%s", len(entries), tt.entries, diff)
			}
		})
	}
	_, err := recording.NewReader(io.MultiReader(strings.NewReader(strings.Repeat(" ", more)), strings.NewReader("\n"+head)), "test")
	if err == nil || !strings.Contains(err.Error(), "longer than 64 MB") {
		t.Errorf("a header that is too long: %v", err)
	}
}

// Lines that are missing, empty or not entries are taken into account in the numbers of
// later lines.
func TestLine(t *testing.T) {
	const head = `{"type":"session","format":1,"id":"x","tool":"","started":"2026-11-23T09:00:00.000Z","browser":"","url":""}`
	mark := func(seq int) string { return fmt.Sprintf(`{"type":"mark","seq":%d,"t":0.000,"on":1,"mark":"!"}`, seq) }
	lines := []string{head, mark(1), mark(2), "", mark(3), "no entry", mark(5), mark(9), ""}
	r, err := recording.NewReader(strings.NewReader(strings.Join(lines, "\n")), "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	for seq, want := range map[int]int{1: 2, 2: 3, 3: 5, 5: 7, 9: 8} {
		if got := r.Line(seq); got != want {
			t.Errorf("entry %d stands on line %d, not on %d", seq, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "the file is empty"},
		{"hello\n", "not a session file"},
		{`{"type":"push","seq":1}` + "\n", "not a session file"},
		{`{"type":"session","format":2,"started":"2026-11-23T09:00:00.000Z"}` + "\n", "has format 2"},
		{`{"type":"session","format":3,"id":7,"started":{"wall":1}}` + "\n", "has format 3"},
		{`{"type":"session","format":1e30}` + "\n", "has format 1e30"},
		{`{"type":"session","format":"2"}` + "\n", "header has no format"},
		{`{"type":"session","started":"2026-11-23T09:00:00.000Z"}` + "\n", "header has no format"},
		{`{"type":"session","format":1,"started":"yesterday"}` + "\n", `no valid start time: "yesterday"`},
	} {
		path := filepath.Join(t.TempDir(), "a.session.jsonl")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := recording.Open(path, false)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Open of %q: %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := recording.Open(filepath.Join(t.TempDir(), "none"), false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open of no file: %v", err)
	}
}

func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.session.jsonl")
	w, err := recording.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	all := entries()
	if err := errors.Join(w.Begin(header), w.Write(all[:2])); err != nil {
		t.Fatal(err)
	}
	r, err := recording.Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	next := func(want int) {
		t.Helper()
		batch, err := r.Next(t.Context())
		if err != nil && !errors.Is(err, io.EOF) || len(batch.Entries) != want {
			t.Fatalf("%d entries, error %v; want %d", len(batch.Entries), err, want)
		}
	}
	next(2)
	if err := w.Write(all[2:5]); err != nil {
		t.Fatal(err)
	}
	next(3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for more after the end of the context: %v", err)
	}
	if err := errors.Join(w.Write(all[5:]), w.Close()); err != nil {
		t.Fatal(err)
	}
	next(len(all) - 5)
	if !r.Damage().Ended {
		t.Error("the end was not seen")
	}
}

// If the last line is incomplete, the entries before it are returned at once. The same
// applies to a pipe.
func TestFollowShowsWhatIsThere(t *testing.T) {
	text := write(t, filepath.Join(t.TempDir(), "a.session.jsonl"))
	lines := bytes.SplitAfter(text, []byte("\n"))
	torn := bytes.Join(append(slices.Clone(lines[:4]), lines[4][:20]), nil)
	path := filepath.Join(t.TempDir(), "torn.session.jsonl")
	if err := os.WriteFile(path, torn, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := recording.Open(path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	os.Stdin = out
	defer func() { os.Stdin = stdin }()
	if _, err := in.Write(bytes.Join(lines[:4], nil)); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	pipe, err := recording.Open("-", false)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()

	for name, r := range map[string]*recording.Reader{"file": file, "pipe": pipe} {
		if batch, err := r.Next(t.Context()); err != nil || len(batch.Entries) != 3 {
			t.Errorf("%s: %d entries, error %v; want 3", name, len(batch.Entries), err)
		}
	}
}

// FuzzRead reads files with any content: what was read is the same after writing and
// reading it again.
func FuzzRead(f *testing.F) {
	example, err := os.ReadFile("testdata/format-1.session.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add(bytes.ReplaceAll(example, []byte(`"seq":2,`), []byte(`"seq":-2,`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := recording.NewReader(bytes.NewReader(text), "first")
		if err != nil {
			return
		}
		once := drain(t, first)
		var written bytes.Buffer
		w := recording.NewWriter(&written, "again")
		if err := errors.Join(w.Begin(first.Header), w.Write(once), w.Close()); err != nil {
			t.Fatal(err)
		}
		second, err := recording.NewReader(&written, "again")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once, drain(t, second)); diff != "" {
			t.Errorf("read again after it was written:\n%s", diff)
		}
	})
}
