package containers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/rules/plan"
)

const lacking = `{"exportFormatVersion":2,"containerVersion":{"container":{"publicId":"GTM-TEST","usageContext":["WEB"]},
"tag":[{"tagId":"1","name":"All","type":"html","parameter":[{"type":"TEMPLATE","key":"html","value":"{{DLV - link_url}}"}],"firingTriggerId":["1"]}],
"trigger":[{"triggerId":"1","name":"Opened","type":"CUSTOM_EVENT","customEventFilter":[{"type":"EQUALS","parameter":[{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":"opened"}]}]}],
"variable":[{"name":"DLV - link_url","type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":"2"},{"type":"TEMPLATE","key":"name","value":"link_url"}]}]}}`

func container(t *testing.T) *gtm.Container {
	t.Helper()
	c, err := parse.Container([]byte(lacking))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The plan is only used if it is the session's.
func TestCheck(t *testing.T) {
	p, err := plan.Parse([]byte("plan: p\nevents: {opened: {parameters: {link_text: {type: string}}}, closed: {}}\n"), "p.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	check := For(t.Context(), []*plan.Plan{p}, "").Check
	for planned, want := range map[bool]bool{true: true, false: false} {
		findings, err := check(container(t), planned)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []rules.Code{rules.ParameterNotRead, rules.EventWithoutTrigger} {
			if got := slices.ContainsFunc(findings, func(f rules.Finding) bool { return f.Code == code }); got != want {
				t.Errorf("planned %v: %s found: %v", planned, code, got)
			}
		}
	}
}

// Each export is a new file that a container can be read from, whatever names the page
// uses.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	export := For(t.Context(), nil, dir).Export
	in := []*gtm.Container{container(t)}
	seen := map[string]bool{}
	for _, part := range [][2]string{
		{"variable", "link_text"}, {"variable", "link_text"}, {"variable", "link_url"}, {"trigger", "closed"},
		{"trigger", "../../etc/passwd\x00"}, {"variable", strings.Repeat("é", 500)}, {"trigger", ""},
	} {
		file, err := export(part[0], part[1], in)
		if err != nil {
			t.Fatalf("%q: %v", part, err)
		}
		if filepath.Dir(file) != dir || seen[file] || len(filepath.Base(file)) > 100 {
			t.Errorf("%q is written to %q", part, file)
		}
		seen[file] = true
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parse.Container(text)
		if err != nil || len(c.Variables)+len(c.Triggers) == 0 {
			t.Errorf("%q: %v in %s", part, err, text)
		}
		if part[1] == "link_url" && c.Variables[0].Name == "DLV - link_url" {
			t.Error("the variable has the name of one that the container has")
		}
	}
	if _, err := For(t.Context(), nil, filepath.Join(dir, "nowhere")).Export("variable", "a", nil); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("into no directory: %v", err)
	}
	if _, err := export("tag", "a", nil); err == nil {
		t.Error("a tag was exported")
	}
}
