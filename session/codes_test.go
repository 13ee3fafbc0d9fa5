package session_test

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/session"
)

// codeCases are sessions that have a finding with a code, and similar ones that don't.
// The format of their lines is described in testdata/codes.yaml.
type codeCases struct {
	Code  rules.Code `yaml:"code"`
	Plan  string     `yaml:"plan"` // replaces widget and ga4
	Raise [][]string `yaml:"raise"`
	Near  [][]string `yaml:"near"`
}

// For every code from analyzing a session, at least one session has the finding and two
// similar ones don't.
func TestEachCode(t *testing.T) {
	text, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []codeCases
	if err := yaml.Load(text, &all, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	for _, code := range rules.Codes() {
		if rules.OnContainers(code) {
			continue // tested in container/audit
		}
		raise, near := 0, 0
		for _, c := range all {
			if c.Code == code {
				raise, near = raise+len(c.Raise), near+len(c.Near)
			}
		}
		if raise < 1 || near < 2 {
			t.Errorf("testdata/codes.yaml has %d sessions that raise %s and %d that come near, want 1 and 2", raise, code, near)
		}
		if e, ok := rules.Explain(code); !ok || e.Means == "" || e.Matters == "" || e.Fix == "" || e.Example == "" {
			t.Errorf("layertap explain %s lacks a text or the example: %+v", code, e)
		}
	}
	for _, c := range all {
		t.Run(string(c.Code), func(t *testing.T) {
			if !rules.Known(c.Code) {
				t.Fatal("there is no such code")
			}
			for i, lines := range c.Raise {
				if found := findingsOf(t, c.Plan, lines); !raised(found, c.Code) {
					t.Errorf("session %d doesn't raise it: %v\n%s", i+1, found, strings.Join(lines, "\n"))
				}
			}
			for i, lines := range c.Near {
				if found := findingsOf(t, c.Plan, lines); raised(found, c.Code) {
					t.Errorf("near session %d raises it: %v\n%s", i+1, found, strings.Join(lines, "\n"))
				}
			}
		})
	}
}

func raised(found []rules.Finding, code rules.Code) bool {
	return slices.ContainsFunc(found, func(f rules.Finding) bool { return f.Code == code })
}

// findingsOf returns all findings about a session given as lines.
func findingsOf(t *testing.T, planText string, lines []string) []rules.Finding {
	t.Helper()
	s := runLines(t, planText, lines)
	found := slices.Clone(s.Findings)
	for i := range s.Len() {
		found = append(found, s.Verdict(i).Findings...)
	}
	return found
}

// runLines runs a session given as lines to its end.
func runLines(t *testing.T, planText string, lines []string) session.Snapshot {
	t.Helper()
	var plans []*plan.Plan
	for _, name := range []string{"widget", "ga4"} {
		if p, err := plan.Builtin(name); err != nil {
			t.Fatal(err)
		} else if planText == "" {
			plans = append(plans, p)
		}
	}
	if planText != "" {
		p, err := plan.Parse([]byte(planText), "test.yaml", nil)
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, p)
	}
	r := lineReader{t: t, page: "p1"}
	r.add(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad})
	for _, line := range lines {
		r.line(line)
	}
	var patterns []gtm.Pattern
	for _, p := range plans {
		patterns = append(patterns, p.Triggers...)
	}
	suggested, err := gtm.Suggested(patterns...) // as on the command line
	if err != nil {
		t.Fatal(err)
	}
	containers := []*gtm.Container{suggested}
	if c := r.container(); c != nil {
		containers = append(containers, c)
	}
	s := session.New(datalayer.Header{ID: "x"}, session.Analysis{Rules: check.New(plans...), GTM: engine.New(containers...)})
	r.now += time.Minute
	src := &script{err: io.EOF, batches: []datalayer.Batch{batch(r.entries...)}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

// lineReader converts lines to a session's entries and a container.
type lineReader struct {
	t       *testing.T
	now     time.Duration
	page    string
	pages   int
	entries []datalayer.Entry
	last    *datalayer.Push
	tags    []string
	trigger []string
	vars    []string
}

func (r *lineReader) add(e datalayer.Entry) {
	datalayer.Stamp(e, len(r.entries)+1)
	r.entries = append(r.entries, e)
}

func (r *lineReader) at() datalayer.Place {
	r.now += time.Second
	return datalayer.Place{T: r.now}
}

func (r *lineReader) line(line string) {
	if strings.HasPrefix(line, "{") || strings.HasPrefix(line, "[") || strings.HasPrefix(line, `"`) {
		r.push(line, true, func(*datalayer.Push) {})
		return
	}
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "array":
		r.push(rest, false, func(*datalayer.Push) {})
	case "lost":
		r.push(rest, true, func(p *datalayer.Push) { p.Received = datalayer.No })
	case "kept":
		r.push(rest, true, func(p *datalayer.Push) { p.NotLanded = true })
	case "index", "assign":
		r.push(rest, true, func(p *datalayer.Push) { p.Via = datalayer.Via(word) })
	case "page":
		cause, url, _ := strings.Cut(rest, " ")
		r.pages++
		r.page = fmt.Sprintf("p%d", r.pages+1)
		r.add(&datalayer.Page{Place: r.at(), ID: r.page, Target: "t1", Frame: "main", URL: url, Cause: datalayer.Cause(cause)})
	case "layer":
		name, rest, _ := strings.Cut(rest, " ")
		what, container, _ := strings.Cut(rest, " ")
		r.add(&datalayer.LayerChange{Place: r.at(), Page: r.page, Frame: "main", Layer: name, What: datalayer.LayerEvent(what), Container: container})
	case "error":
		r.add(&datalayer.ScriptError{Place: r.at(), Page: r.page, Frame: "main", Message: rest, URL: "https://shop.example/a.js", Line: 3})
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			r.t.Fatal(err)
		}
		r.now += d
	case "hit":
		r.hit(strings.Fields(rest))
	case "tag":
		r.tags = append(r.tags, rest)
	case "trigger":
		r.trigger = append(r.trigger, rest)
	case "variable":
		r.vars = append(r.vars, rest)
	default:
		r.t.Fatalf("unknown line %q", line)
	}
}

func (r *lineReader) push(message string, arguments bool, change func(*datalayer.Push)) {
	p := &datalayer.Push{Place: r.at(), Page: r.page, Frame: "main", Layer: "dataLayer", Message: []byte(message), Via: datalayer.ViaPush}
	p.Kind, p.Event = datalayer.Identify(p.Layer, p.Message, arguments && strings.HasPrefix(message, "["))
	change(p)
	r.add(p)
	r.last = p
}

// hit adds a hit sent while the latest message was being pushed.
func (r *lineReader) hit(words []string) {
	h := &datalayer.Hit{Place: datalayer.Place{T: r.now}, Page: r.page, Vendor: words[0], ID: "G-ABC1234567", Event: words[1], Status: 204,
		During: []datalayer.PushRef{{Seq: r.last.Seq}}}
	for _, word := range words[2:] {
		switch key, value, _ := strings.Cut(word, "="); key {
		case "id":
			h.ID = value
		case "status":
			_, _ = fmt.Sscan(value, &h.Status)
		case "ago":
			d, err := time.ParseDuration(value)
			if err != nil {
				r.t.Fatal(err)
			}
			h.T -= d
		case "error":
			h.Status, h.Error = 0, value
		case "alone": // not during a push
			h.During = nil
		}
	}
	r.add(h)
}

// container returns the container of the tags, triggers and variables; nil if there are
// none.
func (r *lineReader) container() *gtm.Container {
	if len(r.tags)+len(r.trigger)+len(r.vars) == 0 {
		return nil
	}
	text := exportOf(r.t, r.tags, r.trigger, r.vars)
	c, err := parse.Container([]byte(text))
	if err != nil {
		r.t.Fatalf("%v in %s", err, text)
	}
	return c
}

// exportOf returns an export.
func exportOf(t *testing.T, tags, triggers, variables []string) string {
	t.Helper()
	ids := map[string]string{}
	var tagText, triggerText, variableText []string
	for i, line := range triggers {
		words := strings.Fields(line)
		ids[words[0]] = fmt.Sprint(i + 10)
		filter := ""
		if len(words) > 3 {
			filter = fmt.Sprintf(`,"filter":[%s]`, conditionOf("{{"+words[3]+"}}", words[4], words[5]))
		}
		triggerText = append(triggerText, fmt.Sprintf(`{"triggerId":"%d","name":%q,"type":"CUSTOM_EVENT","customEventFilter":[%s]%s}`,
			i+10, words[0], conditionOf("{{_event}}", words[1], words[2]), filter))
	}
	for i, line := range tags {
		tagText = append(tagText, tagOf(t, i, strings.Fields(line), ids))
	}
	for _, line := range variables {
		name, key, _ := strings.Cut(line, " ")
		variableText = append(variableText, fmt.Sprintf(`{"name":%q,"type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":"2"},{"type":"TEMPLATE","key":"name","value":%q}]}`, name, key))
	}
	return fmt.Sprintf(`{"exportFormatVersion":2,"containerVersion":{"container":{"publicId":"GTM-TEST","usageContext":["WEB"]},"tag":[%s],"trigger":[%s],"variable":[%s]}}`,
		strings.Join(tagText, ","), strings.Join(triggerText, ","), strings.Join(variableText, ","))
}

func conditionOf(variable, operator, value string) string {
	return fmt.Sprintf(`{"type":%q,"parameter":[{"type":"TEMPLATE","key":"arg0","value":%q},{"type":"TEMPLATE","key":"arg1","value":%q}]}`, operator, variable, value)
}

func tagOf(t *testing.T, i int, words []string, ids map[string]string) string {
	t.Helper()
	settings, rows, more := []string{}, []string{}, ""
	setting := func(key, value string) string {
		return fmt.Sprintf(`{"type":"TEMPLATE","key":%q,"value":%q}`, key, value)
	}
	if words[1] == "gaawe" {
		settings = append(settings, setting("measurementIdOverride", "G-ABC1234567"))
	}
	for _, word := range words[2:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "on", "not":
			field := map[string]string{"on": "firingTriggerId", "not": "blockingTriggerId"}[key]
			more += fmt.Sprintf(`,%q:[%q]`, field, ids[value])
		case "paused":
			more += `,"paused":true`
		case "consent":
			more += fmt.Sprintf(`,"consentSettings":{"consentStatus":"NEEDED","consentType":{"type":"LIST","list":[{"type":"TEMPLATE","value":%q}]}}`, value)
		case "event":
			settings = append(settings, setting("eventName", value))
		case "sends":
			name, of, _ := strings.Cut(value, ":")
			rows = append(rows, `{"type":"MAP","map":[`+setting("parameter", name)+","+setting("parameterValue", of)+`]}`)
		default:
			t.Fatalf("unknown word %q of a tag", word)
		}
	}
	if len(rows) > 0 {
		settings = append(settings, `{"type":"LIST","key":"eventSettingsTable","list":[`+strings.Join(rows, ",")+`]}`)
	}
	return fmt.Sprintf(`{"tagId":"%d","name":%q,"type":%q,"parameter":[%s]%s}`, i+1, words[0], words[1], strings.Join(settings, ","), more)
}
