// Package mcp serves recordings and captures to coding agents over the Model Context
// Protocol (https://modelcontextprotocol.io/specification).
//
// Most tools only open and read pages; those that act on pages exist only if the user
// allows it. An answer is one line of JSON with at most 100 rows and 24,000 bytes of text
// from outside; it counts what is left out, which can be requested. Text from a website, a
// browser, a container or a recording is only in fields named "untrusted", also in errors.
package mcp

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"layertap/crash"
	"layertap/report"
	"layertap/session"
	"layertap/visible"
)

//go:embed instructions.md
var instructions string

// Recording is an opened session file or a started capture.
type Recording struct {
	Session *session.Session
	Source  session.Source
	// Damage describes what could not be read of the file so far; empty for nothing.
	Damage func() string
	Close  func() error
	// Page is the captured page; nil for a file.
	Page *Page
}

// Open opens the session file at path. plans name the tracking plans to check it against;
// empty for the default ones. If follow is set, its source waits at the end of the file for
// more until the recording is complete.
type Open func(ctx context.Context, path string, plans []string, follow bool) (Recording, error)

// Sources provides the sessions that an agent can open.
type Sources struct {
	Open    Open
	Capture Capture // nil if captures aren't available
	Actions bool    // the agent may act on captured pages
}

// Serve serves an agent on standard input and output until the agent ends the connection or
// ctx ends. All captures have ended when it returns.
func Serve(ctx context.Context, version string, from Sources) error {
	return ServeOn(ctx, &sdk.StdioTransport{}, version, from)
}

// ServeOn is Serve for another transport.
func ServeOn(ctx context.Context, transport sdk.Transport, version string, from Sources) error {
	ctx, over := context.WithCancel(ctx)
	s := &server{
		opened: opened{from: from, by: map[string]*entry{}},
		over:   ctx,
		protocol: sdk.NewServer(
			&sdk.Implementation{Name: "layertap", Version: version},
			&sdk.ServerOptions{Instructions: instructions, Capabilities: &sdk.ServerCapabilities{}},
		),
	}
	s.tools()
	err := s.protocol.Run(ctx, transport)
	if ctx.Err() != nil { // which isn't a failure
		err = nil
	}
	over()
	s.opened.closeAll()
	return err
}

type server struct {
	opened   opened
	over     context.Context // of all calls; ends with the connection
	protocol *sdk.Server
}

func (s *server) tools() {
	if s.opened.from.Capture != nil {
		s.captureTools()
	}
	add(s, reads, "open_recording", "Open a session file that layertap recorded and check it against the tracking plan. "+
		"Returns the id that the other tools take. Set follow if the file is still being written.", s.opened.openRecording)
	add(s, reads, "close_recording", "Close a recording or a capture, which frees its memory.", s.opened.closeRecording)
	add(s, reads, "list_messages", "List data layer messages in order, optionally those that match a layertap filter.", s.opened.listMessages)
	add(s, reads, "read_message", "Read one message: payload, findings with fixes, triggers that matched, tags with what they send, hits.", s.opened.readMessage)
	add(s, reads, "state_at", "Read the data layer as Google Tag Manager computed it after a message, whole or at a path, and consent.", s.opened.stateAt)
	add(s, reads, "explain_triggers", "Say of each trigger whether it matched a message, condition by condition, with the values compared.", s.opened.explainTriggers)
	add(s, reads, "list_findings", "List what is wrong, grouped by cause, the worst first, with how to fix it.", s.opened.listFindings)
	add(s, reads, "coverage", "Report of each event in the tracking plan how often it was seen and what was missing.", s.opened.coverage)
	add(s, reads, "check_recording", "Pass or fail a recording as layertap check does, with counts.", s.opened.checkRecording)
	add(s, reads, "diff_recordings", "Compare the messages of two open recordings.", s.opened.diffRecordings)
	add(s, reads, "infer_plan", "Draft a tracking plan, as YAML, from open recordings.", s.opened.inferPlan)
	add(s, reads, "wait_for_event", "Wait for the first message after a given one that matches a filter, in a capture or a recording opened with follow.", s.opened.waitForEvent)
	add(s, reads, "recording_status", "Say how far an open recording or capture is, with counts.", s.opened.status)
}

// effect is the effect of a tool outside the server.
type effect int

const (
	reads effect = iota // only reads what is open
	opens               // opens or watches a page
	acts                // changes what a page does
)

func (e effect) hints() *sdk.ToolAnnotations {
	outside, destroys := e != reads, false
	hints := &sdk.ToolAnnotations{ReadOnlyHint: e == reads, OpenWorldHint: &outside}
	if e != reads {
		hints.DestructiveHint = &destroys
	}
	return hints
}

// marked is an error whose reason may contain text from outside.
type marked struct {
	doing  string
	reason error
}

func (m *marked) Error() string { return m.doing + ": " + m.reason.Error() }
func (m *marked) Unwrap() error { return m.reason }

// markedAnswer is the JSON form of marked.
type markedAnswer struct {
	Error     string `json:"error"`
	Untrusted struct {
		Reason string `json:"reason"`
	} `json:"untrusted"`
}

// add adds a tool. An error or panic in it becomes the tool's answer and doesn't end the
// server.
func add[In any](s *server, does effect, name, description string, do func(context.Context, In) (any, error)) {
	tool := &sdk.Tool{Name: name, Description: description, Annotations: does.hints()}
	sdk.AddTool(s.protocol, tool, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, any, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(s.over, cancel)()
		var answer any
		err := crash.Guard(func() (err error) {
			answer, err = do(ctx, in)
			return err
		})
		var outside *marked
		switch {
		case errors.As(err, &outside):
			answer := markedAnswer{Error: visible.Text(outside.doing)}
			answer.Untrusted.Reason = newRoom().words(outside.reason.Error())
			return result(answer, true)
		case err != nil:
			return nil, nil, errors.New(visible.Text(err.Error()))
		}
		return result(answer, false)
	})
}

// result returns an answer as one line of JSON.
func result(answer any, failed bool) (*sdk.CallToolResult, any, error) {
	var text bytes.Buffer
	if err := report.WriteJSON(&text, answer); err != nil {
		return nil, nil, err
	}
	content := &sdk.TextContent{Text: strings.TrimSuffix(text.String(), "\n")}
	return &sdk.CallToolResult{IsError: failed, Content: []sdk.Content{content}}, nil, nil
}
