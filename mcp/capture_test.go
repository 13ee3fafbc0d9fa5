package mcp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"layertap/datalayer"
	"layertap/internal/golden"
	"layertap/mcp"
	"layertap/session/sessiontest"
)

// bubble runs a test in a bubble with a fake clock. The bubble ends after everything that
// the test started.
func bubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		t.Cleanup(func() { <-time.After(time.Minute) }) // regular expressions keep a timer for a while
		test(t)
	})
}

// browser is the captured browser. Its tabs have suffix in all texts that a page or a
// browser controls.
type browser struct {
	t      *testing.T
	suffix string

	mu      sync.Mutex
	running int      // captures
	asked   []string // requests to the pages
}

func (b *browser) count(captures int, asked ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.running += captures
	b.asked = append(b.asked, asked...)
}

// state is an attachment in one of its phases, with two tabs.
func (b *browser) state(phase datalayer.Phase, watched string) datalayer.Batch {
	a := datalayer.Attachment{Phase: phase, Detail: "about the page" + b.suffix, Notices: []string{"no sandbox" + b.suffix}, Held: "a dialog" + b.suffix}
	for _, id := range []string{"cart", "news"} {
		id += b.suffix
		a.Choices = append(a.Choices, datalayer.Choice{ID: id, Title: "Title of " + id, URL: "https://shop.example/" + id, Watched: id == watched})
	}
	a.Frames = []datalayer.Frame{{Target: "t1", URL: "https://ads.example/" + b.suffix, Remark: "it has no data layer" + b.suffix}}
	return datalayer.Batch{Attachment: &a}
}

func (b *browser) capture(_ context.Context, target mcp.Target) (mcp.Recording, error) {
	if target.Where == "nowhere" {
		return mcp.Recording{}, errors.New("connecting to nowhere: refused" + b.suffix)
	}
	source := make(growing, 10)
	r := from(b.t, b.suffix, source)
	r.Damage = func() string { return "" }
	b.count(1)
	r.Close = func() error {
		b.count(-1)
		return nil
	}
	b.begin(&r, source, target.URL)
	r.Page = &mcp.Page{
		Choose: func(id string) {
			b.count(0, "choose "+id)
			source <- b.state(datalayer.Live, id)
		},
		Navigate: func(_ context.Context, url string) error {
			b.count(0, "go to "+url)
			if strings.Contains(url, "broken") {
				return errors.New("the page failed" + b.suffix)
			}
			return nil
		},
		Reload: func(context.Context) error {
			b.count(0, "reload")
			return nil
		},
		Push: func(_ context.Context, layer, message string) error {
			b.count(0, "push "+message+" into "+layer)
			return nil
		},
	}
	return r, nil
}

// begin sends the first entries of a capture.
func (b *browser) begin(r *mcp.Recording, source growing, url string) {
	switch url {
	case "":
		source <- b.state(datalayer.ChoosingTab, "")
	case "https://down.example/":
		r.Source = failing{errors.New("net::ERR_NAME_NOT_RESOLVED" + b.suffix)}
	case "https://slow.example/":
	case "https://flood.example/":
		source <- b.state(datalayer.Live, "cart"+b.suffix)
		batch := datalayer.Batch{Entries: sessiontest.Visit(b.t, "https://shop.example", []string{"/"})}
		for i := range 200_000 {
			batch.Entries = append(batch.Entries, sessiontest.ShopMessage(i))
		}
		source <- batch
	default:
		batch := b.state(datalayer.Live, "cart"+b.suffix)
		batch.Entries = visit(b.t, b.suffix)
		source <- batch
	}
}

// everyCapture has a call of each capturing tool, in an order in which all succeed except
// for the intended failures.
func everyCapture(suffix string) []struct {
	tool string
	args arguments
} {
	return []struct {
		tool string
		args arguments
	}{
		{"open_page", arguments{"url": "https://shop.example/"}},
		{"wait_for_event", arguments{"recording": "r1", "after": 4}},
		{"attach_tab", arguments{"where": "9222"}},
		{"choose_tab", arguments{"recording": "r2", "id": "news" + suffix}},
		{"recording_status", arguments{"recording": "r1"}},
		{"go_to", arguments{"recording": "r1", "url": "https://shop.example/next"}},
		{"reload", arguments{"recording": "r1"}},
		{"push_message", arguments{"recording": "r1", "message": `{"event":"test"}`}},
		{"go_to", arguments{"recording": "r1", "url": "https://shop.example/broken"}},
		{"end_capture", arguments{"recording": "r1"}},
		{"check_recording", arguments{"recording": "r1"}},
		{"open_page", arguments{"url": "https://down.example/"}},
		{"attach_tab", arguments{"where": "nowhere"}},
	}
}

func (b *browser) sources() mcp.Sources { return mcp.Sources{Capture: b.capture, Actions: true} }

func TestCaptures(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := &browser{t: t}
		a := connectTo(t, b.sources())
		var answers strings.Builder
		for _, c := range everyCapture("") {
			args, err := json.Marshal(c.args)
			if err != nil {
				t.Fatal(err)
			}
			answer, failed := a.call(c.tool, c.args)
			synctest.Wait()
			fmt.Fprintf(&answers, "%s %s\nfailed: %v\n%s\n\n", c.tool, args, failed, indented(t, answer))
		}
		fmt.Fprintf(&answers, "asked of the pages:\n%s\n", strings.Join(b.asked, "\n"))
		golden.Compare(t, "testdata/captures.txt", answers.String())
	})
}

func TestTextOfCapturesIsMarked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const canary = "IGNORE_ALL"
		b := &browser{t: t, suffix: canary}
		a := connectTo(t, b.sources())
		for _, c := range everyCapture(canary) {
			text, _ := a.call(c.tool, c.args)
			var answer any
			if err := json.Unmarshal([]byte(text), &answer); err != nil {
				t.Fatalf("%s: %v: %s", c.tool, err, text)
			}
			if where := unmarked(answer, canary, ""); where != "" {
				t.Errorf("%s: text of the page at %s", c.tool, where)
			}
			acted := c.tool == "reload" || c.tool == "push_message" || c.tool == "go_to"
			if !acted && !strings.Contains(text, canary) {
				t.Errorf("%s: nothing to mark in %s", c.tool, text)
			}
		}
	})
}

func TestErrorsOfCaptures(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := &browser{t: t}
		from := b.sources()
		from.Open = func(context.Context, string, []string, bool) (mcp.Recording, error) {
			return recorded(t, "", visit(t, "")...), nil
		}
		a := connectTo(t, from)
		a.ask("open_page", arguments{"url": "https://shop.example/"})
		a.ask("open_recording", arguments{"path": "a"})
		a.ask("attach_tab", arguments{})
		for _, c := range []struct {
			tool string
			args arguments
			want string
		}{
			{"open_page", arguments{"url": "file:///etc/passwd"}, "url must begin with http:// or https://"},
			{"open_page", arguments{"url": "javascript:alert(1)"}, "url must begin with http"},
			{"open_page", arguments{"url": "https://shop.example/"}, "2 captures are running, which is the most; end one with end_capture"},
			{"choose_tab", arguments{"recording": "r3", "id": "mail"}, `there is no browser or tab "mail"; recording_status lists them`},
			{"choose_tab", arguments{"recording": "r2", "id": "cart"}, "recording r2 is a file"},
			{"end_capture", arguments{"recording": "r2"}, "recording r2 is a file"},
			{"end_capture", arguments{"recording": "r9"}, `recording "r9" isn't open`},
			{"go_to", arguments{"recording": "r1", "url": "data:text/html,x"}, "url must begin with http"},
			{"check_recording", arguments{"recording": "r1"}, "end_capture ends a capture"},
		} {
			if got, failed := a.call(c.tool, c.args); !failed || !strings.Contains(got, c.want) {
				t.Errorf("%s %v: got %q, want an error with %q", c.tool, c.args, got, c.want)
			}
		}
		a.ask("end_capture", arguments{"recording": "r1"})
		if got, failed := a.call("reload", arguments{"recording": "r1"}); !failed || !strings.Contains(got, "the capture r1 has ended") {
			t.Errorf("after the end: %s", got)
		}
		a.ask("open_page", arguments{"url": "https://shop.example/"})
	})
}

// Captures that aren't ended by the agent end after a time, when they are large, and with
// the connection.
func TestCapturesEnd(t *testing.T) {
	for _, c := range []struct {
		name, want string
		args       arguments
	}{
		{"time", `"ended":"time"`, arguments{"url": "https://shop.example/"}},
		{"a short time", `"ended":"time"`, arguments{"url": "https://shop.example/", "max_seconds": 1}},
		{"size", `"ended":"size"`, arguments{"url": "https://flood.example/", "max_seconds": 3600}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := &browser{t: t}
				a := connectTo(t, b.sources())
				a.ask("open_page", c.args)
				for range 20 { // minutes
					a.ask("wait_for_event", arguments{"recording": "r1", "filter": "event=never", "timeout_seconds": 60})
				}
				if got := a.ask("recording_status", arguments{"recording": "r1"}); !strings.Contains(got, c.want) || b.running != 0 {
					t.Errorf("%d captures are running: %s", b.running, got)
				}
			})
		})
	}
	bubble(t, func(t *testing.T) {
		b := &browser{t: t}
		t.Cleanup(func() { // after the connection has ended
			if b.running != 0 {
				t.Errorf("%d captures are still running", b.running)
			}
		})
		a := connectTo(t, b.sources())
		a.ask("open_page", arguments{"url": "https://shop.example/"})
		a.ask("attach_tab", arguments{})
	})
}

// An agent that cancels a call, or ends the connection meanwhile, leaves no capture behind.
func TestCaptureThatNobodyAwaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := &browser{t: t}
		t.Cleanup(func() {
			if b.running != 0 {
				t.Errorf("%d captures are still running", b.running)
			}
		})
		a := connectTo(t, b.sources())
		slow := &sdk.CallToolParams{Name: "open_page", Arguments: arguments{"url": "https://slow.example/"}}
		ctx, cancel := context.WithCancel(t.Context())
		called := make(chan error)
		go func() {
			_, err := a.session.CallTool(ctx, slow)
			called <- err
		}()
		synctest.Wait()
		if b.running != 1 {
			t.Fatalf("%d captures are running", b.running)
		}
		cancel()
		if err := <-called; !errors.Is(err, context.Canceled) {
			t.Errorf("the call ended with %v", err)
		}
		synctest.Wait()
		if b.running != 0 {
			t.Errorf("%d captures are running after the call was canceled", b.running)
		}
		go func() { _, _ = a.session.CallTool(t.Context(), slow) }() // the connection ends first
		synctest.Wait()
		if b.running != 1 {
			t.Fatalf("%d captures are running", b.running)
		}
	})
}

// A page that loads slowly is captured anyway; the answer has the progress.
func TestSlowPage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := &browser{t: t}
		a := connectTo(t, b.sources())
		if got := a.ask("open_page", arguments{"url": "https://slow.example/"}); !strings.Contains(got, `"phase":"starting"`) {
			t.Error(got)
		}
	})
}

// Each tool is called by a test and declares its effects. Tools that act are only available
// if the user allows it, and tools that capture only if there is a browser.
func TestTools(t *testing.T) {
	all := map[string]bool{"open_recording": false, "close_recording": false}
	for _, c := range every() {
		all[c.tool] = false
	}
	captures := maps.Clone(all)
	for _, c := range everyCapture("") {
		if _, ok := captures[c.tool]; !ok {
			captures[c.tool] = true // it has effects
		}
	}
	acting := captures
	captures = maps.Clone(acting)
	for _, name := range []string{"go_to", "reload", "push_message"} {
		delete(captures, name)
	}
	b := &browser{t: t}
	for _, c := range []struct {
		from mcp.Sources
		want map[string]bool
	}{
		{mcp.Sources{}, all}, {mcp.Sources{Actions: true}, all}, {mcp.Sources{Capture: b.capture}, captures}, {b.sources(), acting},
	} {
		a := connectTo(t, c.from)
		tools, err := a.session.ListTools(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, tool := range tools.Tools {
			got[tool.Name] = !tool.Annotations.ReadOnlyHint
			if tool.Description == "" || *tool.Annotations.OpenWorldHint != got[tool.Name] {
				t.Errorf("%s: %q, %+v", tool.Name, tool.Description, tool.Annotations)
			}
		}
		if !maps.Equal(got, c.want) {
			t.Errorf("the tools are %q, want %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(c.want)))
		}
		if got := a.session.InitializeResult().Instructions; !strings.Contains(got, "untrusted") {
			t.Errorf("the instructions don't say what is untrusted: %q", got)
		}
	}
}

// A signal ends the server immediately, even while an agent waits.
func TestServerIsInterrupted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := &browser{t: t}
		ctx, interrupt := context.WithCancel(t.Context())
		near, far := sdk.NewInMemoryTransports()
		ended := make(chan error, 1)
		go func() { ended <- mcp.ServeOn(ctx, far, "0.1.0", b.sources()) }()
		client, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), near, nil)
		if err != nil {
			t.Fatal(err)
		}
		a := agent{t, client}
		a.ask("open_page", arguments{"url": "https://shop.example/"})
		answered := make(chan bool, 1)
		go func() {
			result, err := client.CallTool(t.Context(), &sdk.CallToolParams{Name: "wait_for_event", Arguments: arguments{"recording": "r1", "after": 9, "timeout_seconds": 60}})
			answered <- err == nil && !result.IsError
		}()
		synctest.Wait()
		interrupt()
		if err := <-ended; err != nil || b.running != 0 {
			t.Errorf("the server ended with %v, and %d captures are running", err, b.running)
		}
		if <-answered {
			t.Error("the server waited until the agent's call was over")
		}
		_ = client.Close() // the connection is closed
	})
}
