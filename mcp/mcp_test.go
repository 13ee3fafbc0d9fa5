package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/internal/golden"
	"layertap/mcp"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// agent is a client of the protocol, connected to a server.
type agent struct {
	t       *testing.T
	session *sdk.ClientSession
}

// connect serves recordings, by path, to an agent.
func connect(t *testing.T, recordings map[string]mcp.Recording) agent {
	t.Helper()
	open := func(_ context.Context, path string, _ []string, _ bool) (mcp.Recording, error) {
		r, ok := recordings[path]
		if !ok {
			return mcp.Recording{}, fmt.Errorf("opening %s: no such file", path)
		}
		return r, nil
	}
	return connectTo(t, mcp.Sources{Open: open})
}

// connectTo connects an agent to a server for the given sources. Both end with the test.
func connectTo(t *testing.T, from mcp.Sources) agent {
	t.Helper()
	near, far := sdk.NewInMemoryTransports()
	ended := make(chan error, 1)
	go func() { ended <- mcp.ServeOn(t.Context(), far, "0.1.0", from) }()
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), near, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error("the server ended with", err)
		}
	})
	return agent{t, client}
}

type arguments map[string]any

// call returns the text of a tool's answer and whether it is an error.
func (a agent) call(tool string, args arguments) (string, bool) {
	a.t.Helper()
	result, err := a.session.CallTool(a.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		a.t.Fatalf("%s: %v", tool, err)
	}
	if len(result.Content) != 1 {
		a.t.Fatalf("%s: %d contents", tool, len(result.Content))
	}
	return result.Content[0].(*sdk.TextContent).Text, result.IsError
}

// ask returns the answer of a tool that must succeed.
func (a agent) ask(tool string, args arguments) string {
	a.t.Helper()
	text, failed := a.call(tool, args)
	if failed {
		a.t.Fatalf("%s %v: %s", tool, args, text)
	}
	return text
}

// recorded is a recording with the given entries.
func recorded(t *testing.T, suffix string, entries ...datalayer.Entry) mcp.Recording {
	t.Helper()
	return from(t, suffix, &sessiontest.Source{{Entries: entries}})
}

// from is a recording that is checked against the widget's plan and a container whose
// names all end with suffix.
func from(t *testing.T, suffix string, source session.Source) mcp.Recording {
	t.Helper()
	plan := plantest.Widget(t)
	patterns, err := gtm.Patterns(plan.Triggers...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../report/testdata/container.json")
	if err != nil {
		t.Fatal(err)
	}
	container, err := parse.Container(bytes.ReplaceAll(text, []byte("SUFFIX"), []byte(suffix)))
	if err != nil {
		t.Fatal(err)
	}
	header := datalayer.Header{
		ID: "01K", Tool: "layertap 0.1.0" + suffix, Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		Browser: "Chrome/156.0" + suffix, URL: "https://shop.example/" + suffix,
	}
	s := session.New(header, session.Analysis{Rules: check.New(plan), GTM: engine.New(patterns, container)})
	return mcp.Recording{
		Session: s, Source: source, Damage: func() string { return "1 line is damaged" + suffix }, Close: func() error { return nil },
	}
}

// visit is a visit with faults. suffix is in all texts that the page controls.
func visit(t *testing.T, suffix string) []datalayer.Entry {
	t.Helper()
	entries := sessiontest.Visit(t, "https://shop.example", []string{
		"/" + suffix,
		`{"event":"widget_opened","widget_platform":"web` + suffix + `","timestamp":1795424401523}`,
		`{"event":"widget_opend` + suffix + `","widget_platform":"web"}`,
		`{"event":"widget_message_sent","widet_conversation_id` + suffix + `":"c-1","timestamp":"soon` + suffix + `","total_messages":1}`,
		`{"consent` + suffix + `":{"deep":["a` + suffix + `",2]}}`,
	})
	return append(entries, &datalayer.Hit{
		Place: datalayer.Place{T: time.Second}, Page: "p1", Vendor: "ga4" + suffix, ID: "G-1" + suffix, Event: "widget_opened",
		Params: []byte(`{"ep.widget_platform":"web` + suffix + `"}`), Status: 204, Error: "late" + suffix,
		During: []datalayer.PushRef{{Seq: 2}},
	})
}

// every has a call of each tool on the recording r1 of a visit, with r2 for comparison.
func every() []struct {
	tool string
	args arguments
} {
	return []struct {
		tool string
		args arguments
	}{
		{"list_messages", arguments{"recording": "r1"}},
		{"list_messages", arguments{"recording": "r1", "filter": "error", "limit": 1}},
		{"read_message", arguments{"recording": "r1", "seq": 2}},
		{"read_message", arguments{"recording": "r1", "seq": 4}},
		{"state_at", arguments{"recording": "r1", "seq": 4}},
		{"state_at", arguments{"recording": "r1", "seq": 4, "path": "total_messages"}},
		{"explain_triggers", arguments{"recording": "r1", "seq": 3, "limit": 100}},
		{"explain_triggers", arguments{"recording": "r1", "seq": 3, "trigger": "WIDGET"}},
		{"list_findings", arguments{"recording": "r1"}},
		{"list_findings", arguments{"recording": "r1", "severity": "error", "limit": 1}},
		{"coverage", arguments{"recording": "r1", "limit": 100}},
		{"check_recording", arguments{"recording": "r1"}},
		{"diff_recordings", arguments{"before": "r1", "after": "r2"}},
		{"infer_plan", arguments{"recordings": []string{"r1"}, "name": "shop"}},
		{"wait_for_event", arguments{"recording": "r1", "filter": "event=widget_message_sent"}},
		{"wait_for_event", arguments{"recording": "r1", "after": 5}},
		{"recording_status", arguments{"recording": "r1"}},
	}
}

// both opens a visit as r1, and another one as r2.
func both(t *testing.T, suffix string) (agent, []string) {
	t.Helper()
	other := sessiontest.Visit(t, "https://shop.example", []string{"/" + suffix, `{"event":"widget_opened","widget_platform":"app` + suffix + `"}`})
	a := connect(t, map[string]mcp.Recording{
		"a.session.jsonl": recorded(t, suffix, visit(t, suffix)...), "b.session.jsonl": recorded(t, suffix, other...),
	})
	return a, []string{a.ask("open_recording", arguments{"path": "a.session.jsonl"}), a.ask("open_recording", arguments{"path": "b.session.jsonl"})}
}

func TestAnswers(t *testing.T) {
	a, opened := both(t, "")
	var answers strings.Builder
	fmt.Fprintf(&answers, "open_recording\n%s\n", indented(t, opened[0]))
	for _, c := range every() {
		args, err := json.Marshal(c.args)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&answers, "\n%s %s\n%s\n", c.tool, args, indented(t, a.ask(c.tool, c.args)))
	}
	fmt.Fprintf(&answers, "\nclose_recording\n%s\n", a.ask("close_recording", arguments{"recording": "r2"}))
	golden.Compare(t, "testdata/answers.txt", answers.String())
}

func indented(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", " "); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out.String()
}

// Text from a page, a container or a file is only in fields named untrusted.
func TestTextFromOutsideIsMarked(t *testing.T) {
	const canary = "IGNORE_ALL"
	a, answers := both(t, canary)
	names := []string{"open_recording", "open_recording"}
	for _, c := range every() {
		names, answers = append(names, c.tool), append(answers, a.ask(c.tool, c.args))
	}
	seen := map[string]bool{}
	for i, text := range answers {
		seen[names[i]] = seen[names[i]] || strings.Contains(text, canary)
		var answer any
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(err)
		}
		if where := unmarked(answer, canary, ""); where != "" {
			t.Errorf("%s: text of the page at %s", names[i], where)
		}
	}
	for _, name := range names {
		if !seen[name] && name != "coverage" { // its names are from the plan
			t.Errorf("%s: the visit has nothing to mark", name)
		}
	}
}

// unmarked returns the path of a text that contains word and isn't marked.
func unmarked(v any, word, at string) string {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, word) {
			return at
		}
	case []any:
		for _, item := range v {
			if where := unmarked(item, word, at+"[]"); where != "" {
				return where
			}
		}
	case map[string]any:
		for name, field := range v {
			if strings.Contains(name, word) {
				return at + "." + name
			}
			if name == "untrusted" {
				continue
			}
			if where := unmarked(field, word, at+"."+name); where != "" {
				return where
			}
		}
	}
	return ""
}

func TestErrors(t *testing.T) {
	a, _ := both(t, "")
	for _, c := range []struct {
		tool string
		args arguments
		want string
	}{
		{"open_recording", arguments{"path": "none.jsonl"}, "opening none.jsonl: no such file"},
		{"open_recording", arguments{"path": "-"}, "path must be the path of a session file"},
		{"close_recording", arguments{"recording": "r9"}, `recording "r9" isn't open; open_recording returns the id`},
		{"list_messages", arguments{"recording": "r1", "filter": "(event"}, "reading the filter: "},
		{"list_messages", arguments{}, "recording"},
		{"read_message", arguments{"recording": "r1", "seq": 1}, "there is no message with seq 1; list_messages returns"},
		{"read_message", arguments{"recording": "r1", "seq": -1}, "there is no message with seq -1"},
		{"read_message", arguments{"recording": "r1", "seq": 2, "offset": 1 << 40}, "isn't in the text, which has"},
		{"state_at", arguments{"recording": "r1", "seq": 2, "offset": -1}, "offset -1 isn't in the text"},
		{"explain_triggers", arguments{"recording": "r1", "seq": 2, "trigger": "nothing like it"}, `has "nothing like it" in its name`},
		{"list_findings", arguments{"recording": "r1", "severity": "bad"}, `"bad" isn't a severity; use info, warning or error`},
		{"check_recording", arguments{"recording": "r1", "fail_on": "off"}, `"off" isn't a severity`},
		{"diff_recordings", arguments{"before": "r1", "after": "r7"}, `recording "r7" isn't open`},
		{"infer_plan", arguments{"recordings": []string{}}, "name at least one open recording"},
		{"wait_for_event", arguments{"recording": "r1", "filter": `event~"("`}, "reading the filter: "},
	} {
		got, failed := a.call(c.tool, c.args)
		if !failed || !strings.Contains(got, c.want) {
			t.Errorf("%s %v: got %q, want an error with %q", c.tool, c.args, got, c.want)
		}
	}
}

// failing is a source that fails, or panics.
type failing struct{ err error }

func (f failing) Next(context.Context) (datalayer.Batch, error) {
	if f.err == nil {
		panic("no source")
	}
	return datalayer.Batch{}, f.err
}

func TestRecordingThatCannotBeRead(t *testing.T) {
	a := connect(t, map[string]mcp.Recording{
		"failing": from(t, "", failing{errors.New("the disk is gone")}), "panicking": from(t, "", failing{}),
	})
	for path, want := range map[string]string{
		"failing": `{"error":"reading the recording","untrusted":{"reason":"failing: the disk is gone"}}`, "panicking": "internal error: no source",
	} {
		if got, failed := a.call("open_recording", arguments{"path": path}); !failed || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestRecordingsThatAreOpenAtOnce(t *testing.T) {
	recordings := map[string]mcp.Recording{}
	for i := range 10 {
		recordings[fmt.Sprint(i)] = recorded(t, "", visit(t, "")...)
	}
	a := connect(t, recordings)
	for i := range 8 {
		a.ask("open_recording", arguments{"path": fmt.Sprint(i)})
	}
	if got, failed := a.call("open_recording", arguments{"path": "8"}); !failed || !strings.Contains(got, "close one with close_recording") {
		t.Errorf("a ninth recording: %s", got)
	}
	a.ask("close_recording", arguments{"recording": "r3"})
	if got := a.ask("open_recording", arguments{"path": "9"}); !strings.Contains(got, `"recording":"r9"`) {
		t.Errorf("after one was closed: %s", got)
	}
}

// growing is the source of a recording that is still being written.
type growing chan datalayer.Batch

func (g growing) Next(ctx context.Context) (datalayer.Batch, error) {
	select {
	case batch, ok := <-g:
		if !ok {
			return batch, io.EOF
		}
		return batch, nil
	case <-ctx.Done():
		return datalayer.Batch{}, ctx.Err()
	}
}

func TestWaitForEvent(t *testing.T) {
	source := make(growing)
	a := connect(t, map[string]mcp.Recording{"a": from(t, "", source)})
	if got := a.ask("open_recording", arguments{"path": "a", "follow": true}); !strings.Contains(got, `"complete":false`) {
		t.Errorf("while it is being written: %s", got)
	}
	wait := func(args arguments, want ...string) {
		t.Helper()
		args["recording"] = "r1"
		got := a.ask("wait_for_event", args)
		for _, want := range want {
			if !strings.Contains(got, want) {
				t.Errorf("waiting for %v: got %s, want %s", args, got, want)
			}
		}
	}
	wait(arguments{"timeout_seconds": 0.001}, `"timed_out":true`, `"last":0`)
	go func() { source <- datalayer.Batch{Entries: visit(t, "")[:2]} }()
	wait(arguments{"filter": "event=widget_opened", "timeout_seconds": 60}, `"seq":2`)
	if got, failed := a.call("check_recording", arguments{"recording": "r1"}); !failed || !strings.Contains(got, "check it when it is complete") {
		t.Errorf("checking what is being written: %s", got)
	}
	go close(source)
	wait(arguments{"filter": "event=purchase", "timeout_seconds": 60}, `"complete":true`, `"last":2`)
	if got := a.ask("check_recording", arguments{"recording": "r1"}); !strings.Contains(got, `"failed":`) {
		t.Errorf("when it is complete: %s", got)
	}
}

// Closing a recording or the connection stops the reading of a recording that never ends.
func TestCloseWhileReading(t *testing.T) {
	a := connect(t, map[string]mcp.Recording{"a": from(t, "", make(growing)), "b": from(t, "", make(growing))})
	a.ask("open_recording", arguments{"path": "a", "follow": true})
	a.ask("open_recording", arguments{"path": "b", "follow": true})
	if got := a.ask("close_recording", arguments{"recording": "r1"}); got != `{"closed":"r1"}` {
		t.Error(got)
	}
}

// large is a recording of 100,000 messages.
func large(t *testing.T) mcp.Recording {
	t.Helper()
	entries := sessiontest.Visit(t, "https://shop.example", []string{"/"})
	for i := range 100_000 {
		push := sessiontest.ShopMessage(i)
		if i%1000 == 999 { // a unique event has its own cause
			push.Event = fmt.Sprintf("widget_%d%s", i, strings.Repeat("x", 5000))
			push.Message = fmt.Appendf(nil, `{"event":%q,"text":%q}`, push.Event, strings.Repeat("\u202e\x1b", 5000))
		}
		entries = append(entries, push)
	}
	return recorded(t, "", entries...)
}

func TestLargeSession(t *testing.T) {
	a := connect(t, map[string]mcp.Recording{"a": large(t), "b": recorded(t, "", visit(t, "")...)})
	a.ask("open_recording", arguments{"path": "a"})
	a.ask("open_recording", arguments{"path": "b"})
	for _, c := range append(every(), []struct {
		tool string
		args arguments
	}{
		{"list_messages", arguments{"recording": "r1", "limit": 1 << 40, "filter": "widget_ xxx"}},
		{"list_findings", arguments{"recording": "r1", "limit": 1 << 40}},
		{"read_message", arguments{"recording": "r1", "seq": 1001}},
		{"state_at", arguments{"recording": "r1", "seq": 1001}},
	}...) {
		got, failed := a.call(c.tool, c.args)
		if len(got) > 200_000 {
			t.Errorf("%s %v: %d bytes", c.tool, c.args, len(got))
		}
		if failed != (c.tool == "diff_recordings") || failed && !strings.Contains(got, "run layertap diff in a shell") {
			t.Errorf("%s %v: %.300s", c.tool, c.args, got)
		}
	}
	found := 0
	for after := 0; ; {
		var page struct {
			Messages []any
			Next     int
		}
		text := a.ask("list_messages", arguments{"recording": "r1", "filter": "code=misspelled-parameter", "limit": 100, "after": after})
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			t.Fatal(err)
		}
		found += len(page.Messages)
		if after = page.Next; after == 0 {
			break
		}
	}
	if found != 1000 {
		t.Errorf("the pages list %d of 1000 misspelled parameters", found)
	}
}

// The parts of a text add up to the whole text.
func TestPartsOfAPayload(t *testing.T) {
	payload := fmt.Sprintf(`{"event":"x","text":%q}`, strings.Repeat("é", 15_000))
	entries := sessiontest.Visit(t, "https://shop.example", []string{"/", payload})
	a := connect(t, map[string]mcp.Recording{"a": recorded(t, "", entries...)})
	a.ask("open_recording", arguments{"path": "a"})
	got, parts := "", 0
	for offset := 0; ; {
		var answer struct {
			Payload struct {
				Untrusted   string
				Bytes, Next int
			}
		}
		if err := json.Unmarshal([]byte(a.ask("read_message", arguments{"recording": "r1", "seq": 2, "offset": offset})), &answer); err != nil {
			t.Fatal(err)
		}
		got += answer.Payload.Untrusted
		parts++
		if offset = answer.Payload.Next; offset == 0 {
			break
		}
	}
	if got != payload || parts < 4 {
		t.Errorf("%d parts have %d bytes of %d", parts, len(got), len(payload))
	}
}
