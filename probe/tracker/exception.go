package tracker

import (
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"layertap/datalayer"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// thrown handles an uncaught error of a page's script. It is reported if it is about a
// data layer, or if the script that it stopped mentions one, for which the source
// around the location is requested from the browser.
func (t *Tracker) thrown(s *session, e *runtime.EventExceptionThrown) {
	d := e.ExceptionDetails
	if d == nil || d.URL == hook.URL {
		return
	}
	frame := s.worlds[d.ExecutionContextID].frame
	if frame == "" {
		return
	}
	fault := datalayer.ScriptError{Message: messageOf(d), URL: d.URL, Line: int(d.LineNumber) + 1, Col: int(d.ColumnNumber) + 1}
	if d.StackTrace != nil && len(d.StackTrace.CallFrames) > 0 {
		at := d.StackTrace.CallFrames[0]
		fault.URL, fault.Line, fault.Col = at.URL, int(at.LineNumber)+1, int(at.ColumnNumber)+1
	}
	p := s.place(frame)
	fault.T = t.builder.Wall(time.UnixMicro(int64(e.Timestamp.Float64() * 1000)))
	names := append([]string{"gtag"}, t.Hook.Layers...)
	if mentions(fault.Message, names) {
		t.builder.Fault(p, fault)
		return
	}
	source := protocol.Ask(s.id, page.GetResourceContent, page.GetResourceContentParams{FrameID: frame, URL: fault.URL})
	source.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *resourceContent) {
			if !r.Base64 && mentions(scriptAround(r.Content, fault.Line, fault.Col), names) {
				t.builder.Fault(p, fault)
			}
		})
	}
	t.Send(source)
}

// resourceContent is page.GetResourceContentResult for text.
type resourceContent struct {
	Content string `json:"content"`
	Base64  bool   `json:"base64Encoded"`
}

// messageOf returns the message of an error without its stack.
func messageOf(d *runtime.ExceptionDetails) string {
	text := d.Text
	if d.Exception != nil && d.Exception.Description != "" {
		text = d.Exception.Description
	}
	text, _, _ = strings.Cut(text, "\n    at ")
	return strings.TrimPrefix(text, "Uncaught ")
}

var word = regexp.MustCompile(`[\p{L}_$][\p{L}\p{N}_$]*`)

// mentions reports whether a text contains one of the names as a whole word.
func mentions(text string, names []string) bool {
	for _, found := range word.FindAllString(text, -1) {
		for _, name := range names {
			if first, _, _ := strings.Cut(name, "."); found == first {
				return true
			}
		}
	}
	return false
}

// nearby is how much of a file around an error, in bytes, counts as the script that the
// error stopped: files often bundle many scripts.
const nearby = 500

// scriptAround returns the script in a resource's text that contains a line and a
// column: in a document the script element, in other files the text nearby.
func scriptAround(text string, line, col int) string {
	at := offset(text, line, col)
	low := strings.ToLower(text)
	open := strings.LastIndex(low[:at], "<script")
	if open < 0 || strings.Contains(low[open:at], "</script") {
		return text[max(at-nearby, 0):min(at+nearby, len(text))]
	}
	if end := strings.Index(low[at:], "</script"); end >= 0 {
		return text[open : at+end]
	}
	return text[open:]
}

// offset returns the byte offset in a text of a line and a column, both counted from 1.
func offset(text string, line, col int) int {
	at := 0
	for ; line > 1; line-- {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return len(text)
		}
		at += next + 1
	}
	return max(min(at+col-1, len(text)), 0)
}
