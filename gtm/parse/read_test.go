package parse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/internal/golden"
	"layertap/internal/worktest"
)

// describe formats a container as text.
func describe(c *gtm.Container) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s version %q\n", c.ID, c.Version)
	for _, t := range c.Triggers {
		fmt.Fprintf(&s, "trigger %s (%s)\n", t.Name, t.Type)
		for _, condition := range t.Conditions {
			fmt.Fprintf(&s, "  %s\n", condition)
		}
		for _, tag := range t.Fires {
			fmt.Fprintf(&s, "  fires %s\n", tag.Name)
		}
		for _, tag := range t.Blocks {
			fmt.Fprintf(&s, "  blocks %s\n", tag.Name)
		}
	}
	for _, tag := range c.Tags {
		fmt.Fprintf(&s, "tag %d %s (%s, %s)", tag.Index, tag.Name, tag.Type, tag.Option)
		if tag.Paused {
			s.WriteString(", paused")
		}
		if len(tag.Consent) > 0 {
			fmt.Fprintf(&s, ", needs %s", strings.Join(tag.Consent, ", "))
		}
		s.WriteByte('\n')
		for _, v := range tag.Reads {
			fmt.Fprintf(&s, "  reads %s (%s)\n", v.Name, v.Type)
		}
	}
	return s.String()
}

// Publicly available exports, as text.
func TestPublicContainers(t *testing.T) {
	paths, err := filepath.Glob("../testdata/containers/*.json")
	if err != nil || len(paths) != 5 {
		t.Fatalf("%d containers, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := ""
			if c, err := parse.Container(read(t, path)); err != nil {
				got = err.Error() + "\n"
			} else {
				got = describe(c)
			}
			golden.Compare(t, strings.TrimSuffix(path, ".json")+".txt", got)
		})
	}
}

// A published container as text, with generated names and with those of its export.
func TestPublishedInWords(t *testing.T) {
	const dir = "../testdata/oracle/widget__before_gtm_loads"
	published, export := container(t, dir, "resource.json"), container(t, dir, "export.json")
	golden.Compare(t, "../testdata/published.txt", describe(published))
	golden.Compare(t, "../testdata/named.txt", describe(parse.WithNames(published, export)))
	if got, want := describe(parse.WithNames(published, export)), describe(export); got != strings.Replace(want, `version "0"`, `version ""`, 1) {
		t.Errorf("named:\n%s\nexport:\n%s", got, want)
	}
}

// A published container and a later draft of it: everything that can be identified gets
// its name.
func TestNamedAfterChanges(t *testing.T) {
	const conditions = `"customEventFilter":[{"type":"EQUALS","parameter":[{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":%q}]}]`
	trigger := func(id, name, event string) string {
		return fmt.Sprintf(`{"triggerId":%q,"name":%q,"type":"CUSTOM_EVENT",`+conditions+`}`, id, name, event)
	}
	draft := `{"containerVersion":{"container":{"publicId":"GTM-A1","usageContext":["WEB"]},"tag":[
		{"tagId":"1","name":"One","type":"html","firingTriggerId":["11","13"]},{"tagId":"2","name":"Two","type":"html","firingTriggerId":["12","14"]},
		{"tagId":"9","name":"New","type":"html","firingTriggerId":["15"]}],
		"trigger":[` + strings.Join([]string{
		`{"triggerId":"14","name":"History","type":"HISTORY_CHANGE"}`, trigger("11", "First", "a"), trigger("12", "Second", "changed"),
		trigger("13", "Only in the draft", "d"), trigger("15", "For the new tag", "e"), trigger("16", "Without a tag", "f"),
	}, ",") + `]}}`
	live := `{"macros":[{"function":"__e"}],"tags":[{"function":"__html","tag_id":1},{"function":"__html","tag_id":2},{"function":"__html","tag_id":3}],
		"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"a"},{"function":"_eq","arg0":["macro",0],"arg1":"b"},
		{"function":"_eq","arg0":["macro",0],"arg1":"gtm.historyChange-v2"},{"function":"_eq","arg0":["macro",0],"arg1":"gone"}],
		"rules":[[["if",3],["add",2]],[["if",0],["add",0]],[["if",1],["add",1]],[["if",2],["add",1]]]}`
	var all []*gtm.Container
	for _, text := range []string{live, draft} {
		c, err := parse.Container([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if parse.SameContainer(all[0], all[1]) { // the published form doesn't contain its ID, and the tags differ
		t.Fatal("the two are taken for one container")
	}
	const want = `GTM-A1 version ""
trigger History (History Change)
  Event equals gtm.historyChange-v2
  fires Two
trigger First (Custom Event)
  Event equals a
  fires One
trigger Second (Custom Event)
  Event equals b
  fires Two
trigger Without a tag (Custom Event)
  Event equals f
trigger Custom Event gone (#1) (Custom Event)
  Event equals gone
  fires Custom HTML (tag 3)
tag 0 One (html, unlimited)
tag 1 Two (html, unlimited)
tag 2 Custom HTML (tag 3) (html, unlimited)
`
	if got := describe(parse.WithNames(all[0], all[1])); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

const resource = `{"version":"7","macros":[{"function":"__e"},{"function":"__v","vtp_name":"a.b","vtp_dataLayerVersion":2}],` +
	`"tags":[{"function":"__html","once_per_event":true,"vtp_html":["template","\u003Cscript>",["escape",["macro",1],8,16],"\u003C/script>"],"tag_id":3}],` +
	`"predicates":[{"function":"_re","arg0":["macro",0],"arg1":"^widget_"},{"function":"_eq","arg0":["macro",1],"arg1":"x"}],` +
	`"rules":[[["if",0],["unless",1],["add",0]]]}`

const inWords = `%s version "7"
trigger Custom Event ^widget_ (#1) (Custom Event)
  Event matches RegEx ^widget_
  Data Layer a.b does not equal x
  fires Custom HTML (tag 3)
tag 0 Custom HTML (tag 3) (html, once per event)
  reads Data Layer a.b (v)
`

// The forms in which published containers are found.
func TestReadPublished(t *testing.T) {
	unquoted := strings.NewReplacer(`"version":"7"`, `version:'7'`, `"macros"`, "\n macros ", `"function"`, "function",
		`true`, `!0`, `"tag_id":3`, "tag_id:0x3, // a comment\n", `"^widget_"`, "'^wid' + /* two */ \"get_\"").Replace(resource)
	script := "// Copyright\n(function(){\nvar data = {\n\"resource\": " + resource + `,"runtime":[[50,"__x",[46,"a"]]]};` +
		"\nvar b={\"resource\":{}},c='GTM-ABC123';" + `x({ctid:"GTM-XYZ789"});})();`
	for name, text := range map[string]string{
		"served":     script,
		"beautified": strings.NewReplacer(",", ",\n    ", "{", "{\n  ", "[", "[ ").Replace(script),
		"minified":   "var d={resource:" + unquoted + `},i="GTM-ABC123"`,
		"saved": `<html><head><meta charset="utf-8"></head><body><pre style="white-space: pre-wrap;">` +
			strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(script) + "</pre></body></html>",
	} {
		c, err := parse.Container([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := describe(c), fmt.Sprintf(inWords, "GTM-ABC123"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		if found := parse.Find([]byte(text)); found == nil || found.ID != "GTM-ABC123" {
			t.Errorf("%s: Find did not find it", name)
		}
	}
	for name, text := range map[string]string{"alone": resource, "wrapped": "\ufeff" + `{"resource":` + resource + `}`} {
		c, err := parse.Container([]byte(text))
		if err != nil || describe(c) != fmt.Sprintf(inWords, "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The script of a Google tag may quote the ID of a container, and the reverse.
func TestReadGoogleTag(t *testing.T) {
	const tag = `{"version":"1","macros":[],"tags":[{"function":"__ccd_ga_first","vtp_instanceDestinationId":"G-ABC1234567","tag_id":1}],"predicates":[],"rules":[]}`
	for _, tt := range []struct{ resource, want string }{{tag, "G-ABC1234567"}, {resource, "GTM-XYZ789"}} {
		script := `var data = {"resource":` + tt.resource + `};var linked=["GTM-XYZ789"],c={ctid:"G-ABC1234567"};`
		c, err := parse.Container([]byte(script))
		if err != nil || c.ID != tt.want {
			t.Errorf("got %v, %v, want %s", c, err, tt.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "no container found: not a gtm.js, a container resource or an admin export"},
		{"alert(1)", "no container found"},
		{"var resource = {", "no container found"},
		{"<html><body>Not found</body></html>", "no container found"},
		{`{"a":1}`, "not an admin export or a published container"},
		{`{"resource":{"macros":[`, "unexpected end"},
		{`x={"resource": ` + resource[:len(resource)/2], "cannot read its resource: at byte 224: unexpected end"},
		{`{"exportFormatVersion":2,"containerVersion":{"container":{"publicId":"GTM-S1","usageContext":["SERVER"]},"tag":[]}}`,
			"GTM-S1 is a server container; only web containers use a page's data layer"},
		{`{"containerVersion":{"container":{"usageContext":["ANDROID"]},"tag":[]}}`, "it is an android container"},
		{`{"containerVersion":{"container":{}}}`, "not a container export: it has no tags, triggers or variables"},
		{`{"macros":` + strings.Repeat("[", 500), "nested deeper than 200"},
		{`{"macros":[,]}`, "unexpected ',', expected a value"},
	} {
		_, err := parse.Container([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Read(%.60q): %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestFindRejects(t *testing.T) {
	for _, text := range []string{
		"", "resource predicates", `{"resource":{"macros":[],"predicates":[]`, `var a={"resource":{"predicates":1}}`,
		`{"containerVersion":{"container":{"resource":"predicates"},"tag":[]}}`,
	} {
		if c := parse.Find([]byte(text)); c != nil {
			t.Errorf("Find(%q) found %v", text, c)
		}
	}
}

// The work for reading a hostile script is linear in its length.
func TestReadIsLinear(t *testing.T) {
	for name, text := range map[string]struct{ before, repeated, after string }{
		"keys":   {``, `"resource":{`, ``},
		"lists":  {`{"resource":{"macros":[`, `1,`, `],"predicates":[]}}`},
		"string": {`{"resource":{"macros":["`, `\u0041`, `"],"predicates":[]}}`},
		"parts":  {`{"resource":{"macros":[`, `"part"+`, `"end"],"predicates":[]}}`},
		"rules":  {`{"resource":{"predicates":[{}],"rules":[[["if"`, `,0`, `]]]}}`},
		"macros": {`{"resource":{"macros":[`, `{"function":"__v"},`, `],"rules":[]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			worktest.Linear(t, 2_000, func(n int) func() {
				script := []byte(text.before + strings.Repeat(text.repeated, n) + text.after)
				return func() { _, _ = parse.Container(script) } // whether it is rejected doesn't matter here
			})
		})
	}
}

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func container(t testing.TB, path ...string) *gtm.Container {
	t.Helper()
	c, err := parse.Container(read(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
