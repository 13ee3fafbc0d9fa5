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

// Batch is what the hook sends at once. On the wire it is an array of an object that
// applies to all records, followed by the records. Their times are microseconds since
// Origin, which is in milliseconds since 1970, both by the browser's clock.
type Batch struct {
	Doc        string        `json:"doc"` // the document's random name
	Origin     float64       `json:"origin"`
	Page       *Introduction `json:"page"`       // with the document's first batch
	Lost       int           `json:"lost"`       // number of records from First on that were too large for a beacon
	End        bool          `json:"end"`        // the document has gone; its last record came before First
	Unsendable Unsendable    `json:"unsendable"` // a change is also a record "unsendable"
	First      int           `json:"n"`          // the N of the first record; the others follow without gaps
	Start      int64         `json:"t"`          // the time of the first record
	Shapes     []shape       `json:"shapes"`
	Records    []Record      `json:"-"`
}

// Introduction describes the document of the records.
type Introduction struct {
	Top        bool   `json:"top"` // it is in a tab's main frame
	URL        string `json:"url"`
	Referrer   string `json:"referrer"`
	Title      string `json:"title"`
	UserAgent  string `json:"userAgent"` // navigator.userAgent
	Language   string `json:"language"`
	Navigation string `json:"navigation"` // PerformanceNavigationTiming.type, or "prerender"
	Status     int    `json:"status"`     // its responseStatus; 0 if there is none
}

// Record is one observation of the hook. N numbers a document's records from 1. On the
// wire it is an array of the time since the batch's first record, a message in compact
// form and, optionally, an object with further fields.
type Record struct {
	N  int    `json:"-"`
	T  int64  `json:"-"`
	Is string `json:"is"` // omitted for a push

	// "push"
	Layer   string         `json:"layer"` // omitted if the same as in the push before
	Via     string         `json:"via"`
	Gtag    bool           `json:"gtag"`
	Call    int32          `json:"call"`
	Arg     int32          `json:"arg"`
	Stack   int            `json:"stack"`  // the number of Frames
	Frames  string         `json:"frames"` // V8's text, sent once per number
	By      int            `json:"by"`     // the N of the action that caused it
	Message jsontext.Value `json:"-"`
	// Received reports whether a tag manager's push was being called; absent if the layer
	// has no tag manager.
	Received *bool `json:"received"`
	// Of is the N of the push that this record corrects. In "moved" that push was no new
	// message but an element that moved to another index; in "called" the page passed
	// Message to push instead.
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

// Amend applies the corrections in a batch to its pushes, and removes the correcting
// records by clearing their Is.
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

// Reader decodes batches and reuses its memory for each.
type Reader struct {
	records  []Record
	messages compactReader
}

var errRecord = errors.New("a record isn't in the hook's format")

// Read decodes what the hook sent. The text isn't trusted: a page that finds the name
// of the binding can call it, too. The batch's records are valid until the next call.
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

// bracket reads a bracket of the given kind.
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

// MaxFrames is the maximum number of frames kept of a stack.
const MaxFrames = 8

// ParseStack parses V8's stack text. It omits the hook's own frames and those without a
// location.
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
