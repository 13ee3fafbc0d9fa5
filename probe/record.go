package probe

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// batch is what the hook sends at once. Its records' times are microseconds since
// Origin, which is milliseconds since 1970, both by the browser's clock.
type batch struct {
	Doc     string        `json:"doc"` // the document's random name
	Origin  float64       `json:"origin"`
	Page    *introduction `json:"page"` // with the document's first batch
	Lost    int           `json:"lost"` // records that were too large to be rescued
	End     bool          `json:"end"`  // the document has gone
	Mute    mute          `json:"mute"` // with a record "mute" where it has changed
	First   int           `json:"n"`    // the N of the first record; the others follow without a hole
	Start   int64         `json:"t"`    // the time of the first record
	Shapes  []shape       `json:"shapes"`
	Records []record      `json:"records"`
}

// introduction says what document the records are of.
type introduction struct {
	Top        bool   `json:"top"` // whether it is in a tab's main frame
	URL        string `json:"url"`
	Referrer   string `json:"referrer"`
	Title      string `json:"title"`
	Navigation string `json:"navigation"` // PerformanceNavigationTiming.type, or "prerender"
}

// record is one thing that the hook saw. N counts a document's records from 1.
type record struct {
	N  int    `json:"-"`
	T  int64  `json:"t"`  // on the wire since the batch's first
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
	Message jsontext.Value `json:"m"`      // on the wire a mirror

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

// readBatch reads what the hook sent. A page can call the binding too, if it
// finds out its name, so the text is not to be trusted.
func readBatch(text []byte) (batch, error) {
	var b batch
	err := json.Unmarshal(text, &b, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return batch{}, fmt.Errorf("reading what the hook sent: %w", err)
	}
	if err := b.complete(); err != nil {
		return batch{}, fmt.Errorf("reading what the hook sent: %w", err)
	}
	return b, nil
}

// complete gives the records what the batch says for all of them.
func (b *batch) complete() error {
	layer := ""
	messages := mirrors{shapes: b.Shapes}
	for i := range b.Records {
		r := &b.Records[i]
		r.N = b.First + i
		r.T += b.Start
		if r.Is != "" {
			continue
		}
		r.Is = "push"
		if r.Layer == "" {
			r.Layer = layer
		}
		layer = r.Layer
		if len(r.Message) == 0 {
			continue
		}
		var err error
		if r.Message, err = messages.message(r.Message); err != nil {
			return err
		}
	}
	return nil
}

// frame matches a line of V8's stack text: "    at name (url:line:col)" or
// "    at url:line:col".
var frame = regexp.MustCompile(`^\s*at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$`)

// maxFrames is how many of a stack's frames are kept.
const maxFrames = 8

// parseStack reads V8's stack text. The hook's own frames and those without a
// place are left out.
func parseStack(text string) []datalayer.StackFrame {
	var frames []datalayer.StackFrame
	for line := range strings.Lines(text) {
		match := frame.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if match == nil || match[2] == hookURL || len(frames) == maxFrames {
			continue
		}
		line, _ := strconv.Atoi(match[3])
		col, _ := strconv.Atoi(match[4])
		frames = append(frames, datalayer.StackFrame{Func: match[1], URL: match[2], Line: line, Col: col})
	}
	return frames
}
