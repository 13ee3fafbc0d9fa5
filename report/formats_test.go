package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/internal/golden"
	"layertap/report"
	"layertap/report/recorder"
	"layertap/rules"
	"layertap/visible"
)

// formats are all formats of a file, by the names of their goldens.
func formats(f report.File) map[string]func(io.Writer) error {
	check := report.Check{Tool: "layertap 0.1.0", FailOn: rules.Error, Files: report.Of(f)}
	full := check
	full.All, full.State = true, true
	return map[string]func(io.Writer) error{
		"check.txt":        verdict(check.Text),
		"check.json":       verdict(check.JSON),
		"all.json":         verdict(full.JSON),
		"check.xml":        verdict(check.JUnit),
		"check.sarif":      verdict(check.SARIF),
		"check.github":     verdict(check.GitHub),
		"check.md":         verdict(check.Markdown),
		"export.csv":       streamed("csv", f),
		"hits.csv":         streamed("hits-csv", f),
		"export.json":      streamed("json", f),
		"export.har":       streamed("har", f),
		"accepted.spec.ts": func(w io.Writer) error { return report.PlaywrightAccepting(w, "layertap 0.1.0", f.Session) },
		"recorder.json":    func(w io.Writer) error { return recorder.Write(w, f.Session) },
		"export.spec.ts":   func(w io.Writer) error { return report.Playwright(w, "layertap 0.1.0", f.Session) },
		"report.html":      func(w io.Writer) error { return report.HTML(w, "layertap 0.1.0", f, false) },
		"plain.txt":        func(w io.Writer) error { return plainly(w, f.Session) },
		"diff.txt":         func(w io.Writer) error { return nothing(f).Text(w) },
		"diff.json":        func(w io.Writer) error { return nothing(f).JSON(w) },
	}
}

// streamed returns what writes an export entry by entry.
func streamed(format string, f report.File) func(io.Writer) error {
	return func(w io.Writer) error {
		export, _ := report.Exports.Find(format)
		return export.Stream("layertap 0.1.0").Write(w, f.Session)
	}
}

// verdict adapts a function that writes a result.
func verdict(write func(io.Writer) (bool, error)) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := write(w)
		return err
	}
}

// nothing compares a file with an empty one.
func nothing(f report.File) report.Diff {
	return report.Compare("layertap 0.1.0", f, report.File{Name: "empty.session.jsonl"}, diff.Ignore{})
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormats(t *testing.T) {
	for dir, f := range map[string]report.File{"visit": visit(t), "hostile": hostile(t)} {
		for name, write := range formats(f) {
			t.Run(dir+"/"+name, func(t *testing.T) {
				golden.Compare(t, filepath.Join("testdata", dir, name), stable(t, name, written(t, write)))
			})
		}
	}
}

var style = regexp.MustCompile(`(?s)<style>.*</style>`)

// stable returns the text of a format without the descriptions of codes and without styles,
// and with JSON on several lines.
func stable(t *testing.T, name, text string) string {
	t.Helper()
	switch filepath.Ext(name) {
	case ".html":
		return style.ReplaceAllString(text, "<style></style>")
	case ".ts":
		_, test, _ := strings.Cut(text, "\nconst site")
		return "const site" + test
	case ".sarif":
		var log map[string]any
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatal(err)
		}
		driver := log["runs"].([]any)[0].(map[string]any)["tool"].(map[string]any)["driver"].(map[string]any)
		driver["rules"] = len(driver["rules"].([]any))
		indented, err := json.MarshalIndent(log, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		return string(indented)
	case ".json", ".har":
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(text), "", "  "); err != nil {
			t.Fatal(err)
		}
		return indented.String()
	}
	return text
}

// Whatever a page sends, no format has control characters or characters that change the
// direction of text.
func TestFormatsHideNothing(t *testing.T) {
	for name, write := range formats(hostile(t)) {
		for i, line := range strings.Split(written(t, write), "\n") {
			if plain := strings.TrimRight(line, "\r"); visible.Text(plain) != plain {
				t.Errorf("%s, line %d: %q", name, i+1, line)
			}
		}
	}
}

// A session without messages doesn't look like a clean one.
func TestFormatsOfNothing(t *testing.T) {
	for name, write := range formats(file(t, "nothing.session.jsonl", "https://shop.example/")) {
		counted := strings.Contains(written(t, write), "no message reached a data layer")
		verdict := strings.HasPrefix(name, "check.") && name != "check.json" || strings.HasPrefix(name, "diff") || name == "report.html"
		if counted != verdict {
			t.Errorf("%s says so: %v", name, counted)
		}
	}
}

func TestFormatsOnFullDisk(t *testing.T) {
	for name, write := range formats(visit(t)) {
		if err := write(fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The CSV has no formulas, and a row for each parameter.
func TestCSVIsHarmless(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, formats(hostile(t))["export.csv"]))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, text := range row {
			number := i == len(row)-1 && row[i-1] == "number"
			if first := strings.TrimLeft(text, " \t"); !number && first != "" && strings.ContainsAny(first[:1], "=+-@\t\r") {
				t.Errorf("%q in %q", text, row)
			}
		}
	}
	if want := []string{"'=1+1", "string", "'=cmd()"}; !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row[5:], want) }) {
		t.Errorf("no %q in %q", want, rows)
	}
}

// Each line of the annotations is one command or the summary.
func TestGitHubCommands(t *testing.T) {
	command := regexp.MustCompile(`^::(error|warning|notice) file=[^:,]+,line=[0-9]+,title=[^:,]+::[^\r\n]+$`)
	lines := strings.Split(strings.TrimSpace(written(t, formats(hostile(t))["check.github"])), "\n")
	for i, line := range lines {
		if i < len(lines)-1 && !command.MatchString(line) || i == len(lines)-1 && strings.HasPrefix(line, "::") {
			t.Errorf("%q", line)
		}
	}
}

// An annotation is titled by what is wrong with the recording.
func TestGitHubTitles(t *testing.T) {
	place := datalayer.Place{T: time.Second}
	f := file(t, "a.session.jsonl", "https://a.example", &datalayer.Page{Place: place, ID: "p1", Frame: "main", URL: "https://a.example/gone", Status: 404},
		&datalayer.Gap{Place: place, Why: "the connection was lost"})
	got := written(t, formats(f)["check.github"])
	for _, want := range []string{"title=No messages::no message reached a data layer", "title=Error page::0:01.000: https://a.example/gone: the server responded with 404",
		"title=Incomplete recording::0:01.000: the connection was lost"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestXMLIsWellFormed(t *testing.T) {
	d := xml.NewDecoder(strings.NewReader(written(t, formats(hostile(t))["check.xml"])))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// The document runs and loads nothing: no element or attribute comes from a page.
func TestHTMLIsInert(t *testing.T) {
	elements, attributes := map[string]bool{}, map[string]bool{}
	text := style.ReplaceAllString(written(t, formats(hostile(t))["report.html"]), "")
	for _, tag := range regexp.MustCompile(`<([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>`).FindAllStringSubmatch(text, -1) {
		elements[tag[1]] = true
		for _, attribute := range regexp.MustCompile(`([a-z-]+)="([^"]*)"`).FindAllStringSubmatch(tag[2], -1) {
			attributes[attribute[1]] = true
			if attribute[1] == "href" && !strings.HasPrefix(attribute[2], "#") {
				t.Errorf("a link leads out: %s", tag[0])
			}
		}
	}
	for _, bad := range []string{"script", "img", "link", "iframe", "object", "embed", "base", "form"} {
		if elements[bad] {
			t.Errorf("there is an element %s among %q", bad, slices.Sorted(maps.Keys(elements)))
		}
	}
	for _, bad := range []string{"src", "srcset", "style", "onerror", "action"} {
		if attributes[bad] {
			t.Errorf("there is an attribute %s", bad)
		}
	}
	if strings.Count(text, "<") != strings.Count(text, ">") {
		t.Error("a bracket of the page's came through")
	}
}

// The HTML file contains its style, which loads nothing.
func TestHTMLIsWhole(t *testing.T) {
	text := written(t, formats(visit(t))["report.html"])
	if !strings.Contains(text, "prefers-color-scheme: dark") || strings.Contains(text, "ZgotmplZ") {
		t.Error("the style is missing")
	}
	if regexp.MustCompile(`(?i)url\(|@import|<script|<link|https?://[^<]*["']\s*>`).MatchString(text) {
		t.Error("it loads something")
	}
}

// The SARIF and HTTP Archive files match the schemas of their formats.
func TestSchemas(t *testing.T) {
	for format, schema := range map[string]string{"check.sarif": "sarif.schema.json", "export.har": "har.schema.json"} {
		compiled, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", schema))
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]report.File{"visit": visit(t), "hostile": hostile(t)} {
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, formats(f)[format])))
			if err == nil {
				err = compiled.Validate(v)
			}
			if err != nil {
				t.Errorf("%s of %s: %v", format, name, err)
			}
		}
	}
}

// The same fault in another recording has the same fingerprint; another fault doesn't.
func TestSARIFFingerprints(t *testing.T) {
	f := visit(t)
	again := f
	again.Name = "again.session.jsonl"
	c := report.Check{Tool: "layertap 0.1.0", Files: report.Of(f, again)}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID, Message any
				Fingerprints    map[string]string `json:"partialFingerprints"`
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, verdict(c.SARIF))), &log); err != nil {
		t.Fatal(err)
	}
	results := log.Runs[0].Results
	if len(results) < 4 || len(results)%2 != 0 {
		t.Fatalf("%d results", len(results))
	}
	seen := map[string]bool{}
	for i := range len(results) / 2 {
		first, second := results[i].Fingerprints["eventAndPath/v1"], results[i+len(results)/2].Fingerprints["eventAndPath/v1"]
		if first == "" || first != second || seen[first] {
			t.Errorf("%v has the fingerprints %q and %q", results[i].RuleID, first, second)
		}
		seen[first] = true
	}
}

// Whatever a page pushes, only plain text is printed.
func TestPlainIsPlain(t *testing.T) {
	var out bytes.Buffer
	if err := plainly(&out, visit(t).Session); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if i := strings.IndexFunc(line, func(r rune) bool { return r > '~' }); i >= 0 {
			t.Errorf("%q has a sign in it", line)
		}
		if !strings.HasPrefix(line, "    ") && (len(line) < 13 || line[2] != ':' || line[12] != ' ') {
			t.Errorf("%q begins with no time", line)
		}
	}
}
