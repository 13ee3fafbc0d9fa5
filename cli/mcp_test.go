//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// An agent that starts the program reads a recording through standard input and output,
// and the program exits with the connection.
func TestAgent(t *testing.T) {
	t.Parallel()
	cmd := program(t, "mcp")
	path := filepath.Join(cmd.Dir, "visit.session.jsonl")
	if err := os.WriteFile(path, []byte(oneMessage), 0o600); err != nil {
		t.Fatal(err)
	}
	agent, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: cmd}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		tool string
		args map[string]any
		want string
	}{
		{"open_recording", map[string]any{"path": path}, `"recording":"r1"`},
		{"list_findings", map[string]any{"recording": "r1"}, `"code":"misspelled-event"`},
		{"open_recording", map[string]any{"path": path, "plans": []string{"none"}}, `"recording":"r2"`},
		{"list_findings", map[string]any{"recording": "r2", "severity": "error"}, `"total":0`},
		{"open_recording", map[string]any{"path": path, "plans": []string{"wigdet"}}, "wigdet"},
		{"open_recording", map[string]any{"path": "none.jsonl"}, "opening none.jsonl: "},
		{"open_recording", map[string]any{"path": cmd.Dir}, "opening "},
	} {
		result, err := agent.CallTool(t.Context(), &sdk.CallToolParams{Name: c.tool, Arguments: c.args})
		if err != nil {
			t.Fatal(err)
		}
		if got := result.Content[0].(*sdk.TextContent).Text; !strings.Contains(got, c.want) || result.IsError == strings.HasPrefix(c.want, `"`) {
			t.Errorf("%s %v: got %s, want %s", c.tool, c.args, got, c.want)
		}
	}
	if err := agent.Close(); err != nil {
		t.Error("the program ended with", err)
	}
}
