// Package mcp serves recordings to coding agents over the Model Context Protocol
// (https://modelcontextprotocol.io/specification).
//
// Every tool only reads. An answer is one line of JSON and has at most 100 rows and
// 24,000 bytes of text from outside; what is left out is counted, and can be asked for.
// What a website, a container or a recording chose is in fields named "untrusted" and in
// no other.
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

// Recording is a session file that was opened.
type Recording struct {
	Session *session.Session
	Source  session.Source
	// Damage says what could not be read of the file so far; empty for nothing.
	Damage func() string
	Close  func() error
}

// Open opens the session file at path. Plans name the tracking plans to check it against;
// empty for the usual ones. With follow its source waits for more at the end of the file,
// until the recording is complete.
type Open func(ctx context.Context, path string, plans []string, follow bool) (Recording, error)

// Serve answers an agent on standard input and output until the agent ends the connection
// or ctx ends.
func Serve(ctx context.Context, version string, open Open) error {
	return ServeOn(ctx, &sdk.StdioTransport{}, version, open)
}

// ServeOn is Serve on another transport.
func ServeOn(ctx context.Context, transport sdk.Transport, version string, open Open) error {
	s := &server{
		opened: opened{open: open, by: map[string]*entry{}},
		protocol: sdk.NewServer(
			&sdk.Implementation{Name: "layertap", Version: version},
			&sdk.ServerOptions{Instructions: instructions, Capabilities: &sdk.ServerCapabilities{}},
		),
	}
	defer s.opened.closeAll()
	s.tools()
	if err := s.protocol.Run(ctx, transport); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

type server struct {
	opened   opened
	protocol *sdk.Server
}

func (s *server) tools() {
	add(s, "open_recording", "Open a session file that layertap recorded and check it against the tracking plan. "+
		"Returns the id that the other tools take. Set follow if the file is still being written.", s.opened.openRecording)
	add(s, "close_recording", "Close a recording, which frees its memory.", s.opened.closeRecording)
	add(s, "list_messages", "List data layer messages in order, optionally those that match a layertap filter.", s.opened.listMessages)
	add(s, "read_message", "Read one message: payload, findings with fixes, triggers that matched, tags with what they send, hits.", s.opened.readMessage)
	add(s, "state_at", "Read the data layer as Google Tag Manager computed it after a message, whole or at a path, and consent.", s.opened.stateAt)
	add(s, "explain_triggers", "Say of each trigger whether it matched a message, condition by condition, with the values compared.", s.opened.explainTriggers)
	add(s, "list_findings", "List what is wrong, grouped by cause, the worst first, with how to fix it.", s.opened.listFindings)
	add(s, "coverage", "Report of each event in the tracking plan how often it was seen and what was missing.", s.opened.coverage)
	add(s, "check_recording", "Pass or fail a recording as layertap check does, with counts.", s.opened.checkRecording)
	add(s, "diff_recordings", "Compare the messages of two open recordings.", s.opened.diffRecordings)
	add(s, "infer_plan", "Draft a tracking plan, as YAML, from open recordings.", s.opened.inferPlan)
	add(s, "wait_for_event", "Wait for the first message after a given one that matches a filter, in a recording opened with follow.", s.opened.waitForEvent)
}

// add adds a tool that only reads. What goes wrong in it, a panic included, is the
// tool's answer and doesn't end the server.
func add[In any](s *server, name, description string, do func(context.Context, In) (any, error)) {
	here := false
	tool := &sdk.Tool{Name: name, Description: description, Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &here}}
	sdk.AddTool(s.protocol, tool, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, any, error) {
		var text bytes.Buffer
		err := crash.Guard(func() error {
			answer, err := do(ctx, in)
			if err != nil {
				return err
			}
			return report.WriteJSON(&text, answer)
		})
		if err != nil {
			return nil, nil, errors.New(visible.Text(err.Error()))
		}
		return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: strings.TrimSuffix(text.String(), "\n")}}}, nil, nil
	})
}
