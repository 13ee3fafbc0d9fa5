//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/visible"
)

// unseen are control characters, characters that reverse text and invisible ones.
var unseen = []string{
	"\x00", "\x07", "\x1b[2J", "\x1b]0;x\x07", "\x7f", "\r", "\u0085", "\u009b31m", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b",
	"\u180e", "\u200b", "\u200c", "\u200d", "\u200e", "\u202a", "\u202e", "\u2028", "\u2029", "\u2060", "\u2064", "\u2066", "\u2069", "\u206f", "\u2800", "\u3164",
	"\ufe00", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffe", "\ue000", "\U0001d173", "\U000e0001", "\U000e0041", "\U000e0100", "\U000fffff",
}

// What a page puts into names and texts is visible in every output: nothing is
// interpreted by a terminal or invisible.
func TestOutputsHideNothing(t *testing.T) {
	t.Parallel()
	entries := []datalayer.Entry{&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad}}
	for i, sign := range unseen {
		text := fmt.Sprintf("a%d%sb", i, sign)
		entries = append(entries, entriesWith(text)...)
		entries = append(entries, pushed(`{"event":`+quoted("shop_"+text)+`,`+quoted(text)+`:`+quoted(text)+`}`),
			pushed(`{"event":`+quoted("widget_"+text)+`,"widget_platform":`+quoted(text)+`,"n":{`+quoted(text)+`:1}}`))
	}
	dir := t.TempDir()
	raw, empty, inferred := filepath.Join(dir, "raw.session.jsonl"), filepath.Join(dir, "empty.session.jsonl"), filepath.Join(dir, "inferred.yaml")
	write(t, raw, false, "none", stamped(t, append(entries, &datalayer.End{})))
	write(t, empty, false, "none", stamped(t, []datalayer.Entry{&datalayer.End{}}))
	if err := os.WriteFile(inferred, []byte(mustOutput(t, "plan", "infer", raw)), 0o600); err != nil {
		t.Fatal(err)
	}
	outputs := [][]string{
		{"plan", "infer", raw}, {"plan", "show", inferred}, {"plan", "diff", "widget", inferred}, {"open", "--plain", raw}, {"doctor", raw}, {"doctor", "--format", "json", raw},
		{"diff", empty, raw}, {"diff", "--format", "json", empty, raw}, {"report", raw}, {"report", "--no-redact", raw}, {"check", "--all", "--state", "--format", "json", raw},
	}
	for _, to := range []string{"csv", "hits-csv", "json", "har", "playwright", "recorder"} {
		outputs = append(outputs, []string{"export", raw, "--no-redact", "--to", to})
	}
	for _, format := range []string{"text", "json", "junit", "sarif", "github", "markdown"} {
		outputs = append(outputs, []string{"check", "--format", format, raw}, []string{"check", "--plan", inferred, "--format", format, raw})
	}
	for _, args := range outputs {
		t.Run(strings.ReplaceAll(strings.Join(args, " "), dir, ""), func(t *testing.T) {
			out := mustOutput(t, args...)
			if len(out) < 20 {
				t.Fatalf("it printed %q", out)
			}
			wrong := 0
			for i, line := range strings.Split(out, "\n") {
				if plain := strings.TrimRight(line, "\r"); visible.Text(plain) != plain && wrong < 5 {
					wrong++
					t.Errorf("line %d: %+.300q", i+1, around(plain))
				}
			}
		})
	}
}

// around returns the part of a line around its first invisible character.
func around(line string) string {
	before := rune(0)
	for i, r := range line {
		if visible.Hidden(before, r) {
			return line[max(0, i-40):min(len(line), i+40)]
		}
		before = r
	}
	return line
}
