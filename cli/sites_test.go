//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"layertap/internal/golden"
)

// What a check of recorded visits finds, and from which messages their hits are. The pages
// have stand-ins for gtag.js, gtm.js and the pixels of Meta, LinkedIn and TikTok, which
// batch, wait and queue as the real ones do. Each line was reviewed: it is what an analyst
// would say of the page.
func TestSites(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/sites/*.session.jsonl")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".session.jsonl")
		t.Run(filepath.Base(name), func(t *testing.T) {
			path, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, name+".txt", verdictOn(t, path))
		})
	}
}

type siteFinding struct {
	Code, Severity, Message string
	Messages                []int
}

// verdictOn returns the findings and the causes of the hits in a recording, one per line.
func verdictOn(t *testing.T, path string) string {
	t.Helper()
	out, _ := program(t, "check", "--plan", "widget,ga4", "--format", "json", path).Output() // fails if there are errors
	var check struct {
		Files []struct {
			Messages []struct {
				Seq      int
				Event    string
				Findings []siteFinding
			}
			Findings []siteFinding
			Hits     []struct {
				Seq                    int
				Vendor, ID, Event, Tag string
				Cause                  *struct {
					Push         int
					By, Strength string
				}
			}
		}
	}
	if err := json.Unmarshal(out, &check); err != nil || len(check.Files) != 1 {
		t.Fatalf("%v:\n%s", err, out)
	}
	var text strings.Builder
	for _, m := range check.Files[0].Messages {
		for _, f := range m.Findings {
			fmt.Fprintf(&text, "%s #%d %s %s: %s\n", f.Severity, m.Seq, m.Event, f.Code, f.Message)
		}
	}
	for _, f := range check.Files[0].Findings {
		fmt.Fprintf(&text, "%s session %s: %s %v\n", f.Severity, f.Code, f.Message, f.Messages)
	}
	for _, h := range check.Files[0].Hits {
		fmt.Fprintf(&text, "hit #%d %s %s %s", h.Seq, h.Vendor, h.ID, h.Event)
		if h.Cause != nil {
			fmt.Fprintf(&text, " from #%d by %s, %s %s", h.Cause.Push, h.Cause.By, h.Cause.Strength, h.Tag)
		}
		text.WriteString("\n")
	}
	return text.String()
}
