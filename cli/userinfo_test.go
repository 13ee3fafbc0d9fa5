//go:build unix

package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"layertap/datalayer"
)

// credentials are what no output may contain.
var credentials = []string{"hunter77"}

// mustKeepCredentials checks that an output, which must contain a text, has no
// credentials.
func mustKeepCredentials(t *testing.T, name, out, text string) {
	t.Helper()
	if !strings.Contains(out, text) {
		t.Errorf("%s has no %s: %.2000s", name, text, out)
	}
	for _, leak := range leaks(out, credentials) {
		t.Errorf("%s: %s", name, leak)
	}
}

// outputsOf returns the commands that print a recording in every form, without removing
// personal data.
func outputsOf(recording string) [][]string {
	outputs := [][]string{
		{"report", "--no-redact", recording}, {"report", "--no-redact", "--full", recording},
		{"open", "--plain", recording}, {"doctor", recording}, {"doctor", "--format", "json", recording},
		{"plan", "infer", recording}, {"diff", "--format", "json", recording, recording},
	}
	for _, to := range []string{"json", "csv", "hits-csv", "har", "playwright", "recorder"} {
		outputs = append(outputs, []string{"export", recording, "--no-redact", "--to", to})
	}
	outputs = append(outputs, []string{"check", "--all", "--state", "--format", "json", recording})
	for _, format := range []string{"text", "junit", "sarif", "github", "markdown"} {
		outputs = append(outputs, []string{"check", "--format", format, recording})
	}
	return outputs
}

// Users and passwords in the URLs of a recording are in no output, with or without
// --redact.
func TestNoOutputHasUserInfo(t *testing.T) {
	raw := filepath.Join(t.TempDir(), "raw.session.jsonl")
	write(t, raw, false, "none", stamped(t, append(entriesWith("https://zoe:hunter77@shop.example/x"), &datalayer.End{})))
	for _, args := range outputsOf(raw) {
		for _, leak := range leaks(mustOutput(t, args...), credentials) {
			t.Errorf("%v: %s", args, leak)
		}
	}
	mustKeepCredentials(t, "a ticket", tickets(t, raw), "shop.example")
	mustKeepCredentials(t, "an agent", answers(t, raw, "mcp"), "shop.example")
	tables := t.TempDir()
	mustOutput(t, "export", raw, "--no-redact", "--to", "parquet", "-o", tables, "--force")
	files, err := filepath.Glob(filepath.Join(tables, "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d tables: %v", len(files), err)
	}
	for _, file := range files {
		for _, leak := range leaks(readFile(t, file), credentials) {
			t.Errorf("%s: %s", filepath.Base(file), leak)
		}
	}
}
