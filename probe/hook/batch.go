package hook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// Batch is what the hook sends at once: on the wire an array of what there is to say
// of all, and the records. The records' times are microseconds since Origin, which is
// milliseconds since 1970, both by the browser's clock.
type Batch struct {
	Doc        string        `json:"doc"` // the document's random name
	Origin     float64       `json:"origin"`
	Page       *Introduction `json:"page"`       // with the document's first batch
	Lost       int           `json:"lost"`       // so many records from First on were too large for a beacon
	End        bool          `json:"end"`        // the document has gone; its last record came before First
	Unsendable Unsendable    `json:"unsendable"` // with a record "unsendable" where it has changed
	First      int           `json:"n"`          // the N of the first record; the others follow without a hole
	Start      int64         `json:"t"`          // the time of the first record
	Shapes     []shape       `json:"shapes"`
	Records    []Record      `json:"-"`
}

// Introduction says what document the records are of.
type Introduction struct {
	Top        bool   `json:"top"` // whether it is in a tab's main frame
	URL        string `json:"url"`
	Referrer   string `json:"referrer"`
	Title      string `json:"title"`
	UserAgent  string `json:"userAgent"` // as the document's scripts read it
	Language   string `json:"language"`
	Navigation string `json:"navigation"` // PerformanceNavigationTiming.type, or "prerender"
}

// Record is one thing that the hook saw. N counts a document's records from 1. On the
// wire it is an array of the time since the batch's first, a message in compact form,
// and an object with the rest, if there is more to say.
type Record struct {
	N  int    `json:"-"`
	T  int64  `json:"-"`
	Is string `json:"is"` // left out for a push

	// "push"
	Layer   string         `json:"layer"` // left out where it is that of the push before
	Via     string         `json:"via"`
	Gtag    bool           `json:"gtag"`
	Call    int32          `json:"call"`
	Arg     int32          `json:"arg"`
	Stack   int            `json:"stack"`  // a number that stands for Frames
	Frames  string         `json:"frames"` // V8's own text, once for each number
	By      int            `json:"by"`     // the N of the action that led to it
	Message jsontext.Value `json:"-"`
	// Received reports whether a tag manager's push was running; absent where no tag
	// manager has the layer.
	Received *bool `json:"received"`
	// Of is the N of the push that this record is about: of "moved", which did not come
	// but was moved to another index, and of "called", whose Message is what the page
	// handed over in its place.
	Of     int            `json:"of"`
	Called jsontext.Value `json:"-"`

	// "layer"
	What      datalayer.LayerEvent `json:"what"`
	Container string               `json:"container"`

	// "action"
	Action   string `json:"action"`
	Selector string `json:"selector"`
	Text     string `json:"text"`
	Href     string `json:"href"`

	// "address", "restored" and "request"
	URL   string `json:"url"`
	Title string `json:"title"`

	// "request"
	Method  string `json:"method"`
	Body    string `json:"body"`
	Blocked bool   `json:"blocked"` // by the page's policy
}

// Amend applies to a batch's pushes what the hook found out about them after them, and
// removes the records that say it by emptying their Is.
func (b Batch) Amend() {
	for i := range b.Records {
		r := &b.Records[i]
		if r.Is != "moved" && r.Is != "called" {
			continue
		}
		if of := r.Of - b.First; of >= 0 && of < i && b.Records[of].Is == "push" {
			if r.Is == "called" {
				b.Records[of].Called = r.Message
			} else {
				b.Records[of].Is = ""
			}
		}
		r.Is = ""
	}
}

// Reader reads batches, all into the same memory.
type Reader struct {
	records  []Record
	messages compactReader
}

var errRecord = errors.New("a record isn't in the hook's format")

// Read reads what the hook sent. A page can call the binding too, if it finds out its
// name, so the text is not to be trusted. The batch's records are there until the next
// one is read.
func (r *Reader) Read(text []byte) (Batch, error) {
	b, err := r.batch(jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)))
	if err != nil {
		return Batch{}, fmt.Errorf("reading what the hook sent: %w", err)
	}
	return b, nil
}

func (r *Reader) batch(d *jsontext.Decoder) (b Batch, err error) {
	if err := bracket(d, '['); err != nil {
		return b, err
	}
	if err := json.UnmarshalDecode(d, &b); err != nil {
		return b, err
	}
	r.messages.start(b.Shapes)
	clear(r.records)
	r.records = r.records[:0]
	layer := ""
	for d.PeekKind() == '[' {
		rec := Record{N: b.First + len(r.records), T: b.Start}
		if err := r.record(d, &rec); err != nil {
			return b, err
		}
		if rec.Is == "" {
			rec.Is = "push"
			rec.Layer = cmp.Or(rec.Layer, layer)
			layer = rec.Layer
		}
		r.records = append(r.records, rec)
	}
	if _, err := d.ReadToken(); err != nil { // the end of the array
		return b, err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return b, errRecord
	}
	b.Records = r.records
	return b, nil
}

func (r *Reader) record(d *jsontext.Decoder, rec *Record) error {
	if err := bracket(d, '['); err != nil {
		return err
	}
	token, err := d.ReadToken()
	if err != nil || token.Kind() != '0' {
		return cmp.Or(err, errRecord)
	}
	since, err := token.Int()
	if err != nil {
		return err
	}
	rec.T += since
	compact, err := d.ReadValue()
	if err != nil {
		return err
	}
	if rec.Message, err = r.messages.message(compact); err != nil {
		return err
	}
	if d.PeekKind() == '{' {
		if err := json.UnmarshalDecode(d, rec); err != nil {
			return err
		}
	}
	return bracket(d, ']')
}

// bracket reads a bracket, and nothing else.
func bracket(d *jsontext.Decoder, kind jsontext.Kind) error {
	token, err := d.ReadToken()
	if err == nil && token.Kind() != kind {
		err = errRecord
	}
	return err
}

// frame matches a line of V8's stack text: "    at name (url:line:col)" or
// "    at url:line:col".
var frame = regexp.MustCompile(`^\s*at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$`)

// MaxFrames is how many of a stack's frames are kept.
const MaxFrames = 8

// ParseStack reads V8's stack text. The hook's own frames and those without a
// place are left out.
func ParseStack(text string) []datalayer.StackFrame {
	var frames []datalayer.StackFrame
	for line := range strings.Lines(text) {
		match := frame.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if match == nil || match[2] == URL || len(frames) == MaxFrames {
			continue
		}
		line, _ := strconv.Atoi(match[3])
		col, _ := strconv.Atoi(match[4])
		frames = append(frames, datalayer.StackFrame{Func: match[1], URL: match[2], Line: line, Col: col})
	}
	return frames
}
