package pages

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules"
	"layertap/sweep"
)

func some() []Result {
	misspelled := Found{"misspelled-parameter", "error", "widet_id is misspelled", 2}
	empty := Found{"empty-value", "warning", "link_text is empty", 1}
	return []Result{
		{URL: "https://shop.example/", File: "a.session.jsonl", Messages: 4, Status: 404},
		{URL: "https://shop.example/cart\x1b[31m", File: "b.session.jsonl", Messages: 5, Errors: 2, Warnings: 1, Findings: []Found{misspelled, empty}},
		{URL: "https://shop.example/slow", File: "c.session.jsonl", Warnings: 1, Findings: []Found{empty}, Failed: []sweep.Attempt{{Where: "127.0.0.1:9222", Error: "the connection was lost"}}},
		{URL: "https://shop.example/gone", Error: "connection refused"},
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := (Summary{Tool: "layertap", FailOn: rules.Error, Pages: some()}).Text(&b); err != nil {
		t.Fatal(err)
	}
	want := `✗ misspelled-parameter  widet_id is misspelled
    on 1 page, first https://shop.example/cart␛[31m
▲ empty-value  link_text is empty
    on 2 pages, first https://shop.example/cart␛[31m

failed
  https://shop.example/cart␛[31m  2 errors, 1 warning, 0 infos  b.session.jsonl

recorded, but the server responded with an error
  https://shop.example/  404

not recorded
  https://shop.example/gone  connection refused

recorded at another attempt
  https://shop.example/slow
    failed in 127.0.0.1:9222: the connection was lost

INCOMPLETE: 4 pages, 2 passed, 1 failed, 1 not recorded; 1 retried; 9 messages, 2 errors, 2 warnings, 0 infos
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// If nothing fails a sweep, what was found isn't called a pass.
func TestTextNotJudged(t *testing.T) {
	var b strings.Builder
	if err := (Summary{Tool: "layertap", FailOn: rules.Off, Pages: some()[:3]}).Text(&b); err != nil {
		t.Fatal(err)
	}
	if want := "\nDONE: 3 pages, not judged (--fail-on never), 0 not recorded; 1 retried; "; !strings.Contains(b.String(), want) || strings.Contains(strings.ToLower(b.String()), "pass") {
		t.Errorf("got\n%s\nwant %q", b.String(), want)
	}
}

func TestVerdicts(t *testing.T) {
	for name, tt := range map[string]struct {
		failOn             rules.Severity
		pages              []Result
		failed, incomplete bool
		word               string
	}{
		"error":        {rules.Error, some(), true, true, "not-recorded"},
		"complete":     {rules.Error, some()[:3], true, false, "fail"},
		"warning":      {rules.Warning, some()[2:3], true, false, "fail"},
		"only warning": {rules.Error, some()[2:3], false, false, "pass"},
		"never":        {rules.Off, some()[:3], false, false, "pass"},
		"no page":      {rules.Error, nil, false, false, "pass"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Summary{FailOn: tt.failOn, Pages: tt.pages}
			if s.Failed() != tt.failed || s.Incomplete() != tt.incomplete {
				t.Errorf("failed %v, incomplete %v", s.Failed(), s.Incomplete())
			}
			var b strings.Builder
			if err := s.JSON(&b); err != nil {
				t.Fatal(err)
			}
			var got struct {
				Verdict string
				Pages   []struct{ URL, Verdict string }
			}
			if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
				t.Fatal(err)
			}
			if got.Verdict != tt.word || len(got.Pages) != len(tt.pages) {
				t.Errorf("the JSON is %+v", got)
			}
		})
	}
}

func TestJUnit(t *testing.T) {
	var b strings.Builder
	if err := (Summary{Tool: "layertap", FailOn: rules.Error, Pages: some()}).JUnit(&b); err != nil {
		t.Fatal(err)
	}
	var got suitesXML
	if err := xml.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 4 || got.Failures != 1 || got.Errors != 1 || len(got.Suite.Cases) != 4 {
		t.Errorf("the report is %+v", got)
	}
	if c := got.Suite.Cases[1]; c.Failure == nil || c.Failure.Type != "misspelled-parameter" || !strings.Contains(c.Rest, "warning empty-value") {
		t.Errorf("the case that fails is %+v", c)
	}
	if c := got.Suite.Cases[3]; c.Error == nil || c.Error.Message != "connection refused" {
		t.Errorf("the case that was not recorded is %+v", c)
	}
}

func TestMerge(t *testing.T) {
	here := []Result{{URL: "a", File: "a"}, {URL: "b", Error: "lost"}, {URL: "d", Error: "lost"}}
	there := []Result{{URL: "b", File: "b"}, {URL: "c", File: "c"}, {URL: "a", Error: "lost"}}
	want := []Result{{URL: "a", File: "a"}, {URL: "b", File: "b"}, {URL: "d", Error: "lost"}, {URL: "c", File: "c"}}
	if diff := cmp.Diff(want, Merge(here, there)); diff != "" {
		t.Error(diff)
	}
}
