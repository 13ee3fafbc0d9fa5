//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// liveAgent is an agent that started the program, with the directory of the profiles of
// the browsers that the program starts.
type liveAgent struct {
	t         *testing.T
	session   *sdk.ClientSession
	temporary string
	trouble   bytes.Buffer
}

func startAgent(t *testing.T, flags ...string) *liveAgent {
	t.Helper()
	a := &liveAgent{t: t, temporary: t.TempDir()}
	cmd := program(t, append([]string{"mcp", "--plan", "none"}, flags...)...)
	cmd.Env = append(cmd.Env, "TMPDIR="+a.temporary)
	cmd.Stderr = &a.trouble
	var err error
	a.session, err = sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).
		Connect(t.Context(), &sdk.CommandTransport{Command: cmd, TerminateDuration: patience}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ask returns the text of a tool's result, which must not be an error.
func (a *liveAgent) ask(tool string, args map[string]any) string {
	a.t.Helper()
	result, err := a.session.CallTool(a.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		a.t.Fatalf("%s: %v\n%s", tool, err, &a.trouble)
	}
	text := result.Content[0].(*sdk.TextContent).Text
	if result.IsError {
		a.t.Fatalf("%s %v: %s", tool, args, text)
	}
	return text
}

// awaits waits for an event, and returns the value of after for waiting for the next
// one.
func (a *liveAgent) awaits(recording, event string, after int) int {
	a.t.Helper()
	text := a.ask("wait_for_event", map[string]any{"recording": recording, "filter": "event=" + event, "after": after, "timeout_seconds": 60})
	var answer struct {
		Message *struct{ Seq int }
		Last    int
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		a.t.Fatal(err)
	}
	if answer.Message == nil {
		a.t.Fatalf("no event %s: %s\n%s", event, text, a.ask("recording_status", map[string]any{"recording": recording}))
	}
	return answer.Last
}

// ends closes the connection. Then the program exits without output, and nothing is
// left of the browsers that it started.
func (a *liveAgent) ends() {
	a.t.Helper()
	if err := a.session.Close(); err != nil {
		a.t.Errorf("the program ended with %v\n%s", err, &a.trouble)
	}
	if a.trouble.Len() > 0 {
		a.t.Errorf("the program said %s", &a.trouble)
	}
	a.nothingLeft()
}

func (a *liveAgent) nothingLeft() {
	a.t.Helper()
	out, err := exec.Command("ps", "-A", "-ww", "-o", "args").Output()
	if err != nil {
		a.t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, a.temporary) {
			a.t.Errorf("left running: %s", line)
		}
	}
	if left, _ := os.ReadDir(a.temporary); len(left) > 0 {
		a.t.Errorf("left behind: %v", left)
	}
}

// shop is a page that pushes an event for its path, and has a link that pushes one.
func shop(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>Shop</title><script>dataLayer = [{event: 'seen_%s', mail: 'jo@shop.example'}]</script>`, strings.Trim(r.URL.Path, "/"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// An agent opens a page in Chrome, waits for what it pushes, acts on it and checks the
// capture.
func TestAgentCapturesAPage(t *testing.T) {
	t.Parallel()
	site := shop(t)
	a := startAgent(t, "--headless", "--allow-actions")
	if got := a.ask("open_page", map[string]any{"url": site + "/home"}); !strings.Contains(got, `"phase":"live"`) {
		t.Error(got)
	}
	last := a.awaits("r1", "seen_home", 0)
	if got := a.ask("read_message", map[string]any{"recording": "r1", "seq": last}); !strings.Contains(got, `\"mail\":\"jo@shop.example\"`) {
		t.Error(got)
	}
	a.ask("push_message", map[string]any{"recording": "r1", "message": "{event: 'by_hand', items: [1, 2]}"})
	last = a.awaits("r1", "by_hand", last)
	a.ask("go_to", map[string]any{"recording": "r1", "url": site + "/cart"})
	last = a.awaits("r1", "seen_cart", last)
	a.ask("reload", map[string]any{"recording": "r1"})
	a.awaits("r1", "seen_cart", last)
	if got := a.ask("end_capture", map[string]any{"recording": "r1"}); !strings.Contains(got, `"ended":"asked"`) || !strings.Contains(got, `"messages":4`) {
		t.Error(got)
	}
	a.nothingLeft()
	if got := a.ask("check_recording", map[string]any{"recording": "r1", "fail_on": "error"}); !strings.Contains(got, `"failed":false`) {
		t.Error(got)
	}
	a.ask("open_page", map[string]any{"url": site + "/left"}) // still being captured when the agent disconnects
	a.awaits("r2", "seen_left", 0)
	a.ends()
}

// An agent may disconnect while Chrome starts, and may open pages that don't exist.
func TestAgentLeavesWhileChromeStarts(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	a := startAgent(t, "--headless")
	result, err := a.session.CallTool(t.Context(), &sdk.CallToolParams{Name: "open_page", Arguments: map[string]any{"url": gone.URL}})
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Content[0].(*sdk.TextContent).Text; !result.IsError || !strings.Contains(got, "ERR_CONNECTION_REFUSED") {
		t.Errorf("a page that isn't there: %s", got)
	}
	a.nothingLeft()
	called, site := make(chan error), shop(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, err := a.session.CallTool(ctx, &sdk.CallToolParams{Name: "open_page", Arguments: map[string]any{"url": site}})
		called <- err
	}()
	cancel()
	if err := <-called; !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
	a.ends()
}

// An agent watches the tab of a browser that another program controls, with personal
// data removed. It can't act on the tab, which stays open.
func TestAgentAttaches(t *testing.T) {
	t.Parallel()
	site := shop(t)
	where := everydayBrowser(t, filepath.Join(t.TempDir(), "profile"), site+"/cart", site+"/news")
	a := startAgent(t, "--redact")
	if got := a.ask("attach_tab", map[string]any{"where": where}); !strings.Contains(got, `"phase":"choosing-tab"`) {
		t.Fatal(got)
	}
	var listed struct {
		Capture struct {
			Untrusted struct{ Choices []struct{ ID, URL string } }
		}
	}
	if err := json.Unmarshal([]byte(a.ask("recording_status", map[string]any{"recording": "r1"})), &listed); err != nil {
		t.Fatal(err)
	}
	chosen := false
	for _, c := range listed.Capture.Untrusted.Choices {
		if c.URL == site+"/news" {
			chosen = true
			if got := a.ask("choose_tab", map[string]any{"recording": "r1", "id": c.ID}); !strings.Contains(got, `"phase":"live"`) {
				t.Error(got)
			}
		}
	}
	if !chosen {
		t.Fatalf("the tab isn't listed: %+v", listed)
	}
	seq := a.awaits("r1", "seen_news", 0)
	if got := a.ask("read_message", map[string]any{"recording": "r1", "seq": seq}); strings.Contains(got, "jo@shop.example") || !strings.Contains(got, "mail") {
		t.Errorf("personal data: %s", got)
	}
	if result, err := a.session.CallTool(t.Context(), &sdk.CallToolParams{Name: "reload", Arguments: map[string]any{"recording": "r1"}}); err == nil && !result.IsError {
		t.Error("the agent reloaded the page without being allowed to")
	}
	a.ends()
	if tabs, code := output(t, "tabs", where); code != 0 || !strings.Contains(tabs, site+"/news") {
		t.Errorf("the tab was closed: %s", tabs)
	}
}
