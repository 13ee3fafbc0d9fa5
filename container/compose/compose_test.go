package compose_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"layertap/container/audit"
	"layertap/container/compose"
	"layertap/container/simulate"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/rules/plan"
)

func findings(t *testing.T, text []byte, plans ...*plan.Plan) []rules.Finding {
	t.Helper()
	c, err := parse.Container(text)
	if err != nil {
		t.Fatal(err)
	}
	all, err := audit.Check(t.Context(), c, plans...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A composed container has no findings, and for each event one GA4 tag fires that sends
// it with every parameter.
func TestExportPassesTheCheck(t *testing.T) {
	for _, name := range []string{"widget", "ga4"} {
		for _, pattern := range []bool{false, true} {
			for _, into := range []string{"", "mammothgrowth-mg-gtm-guide", "nivmalach-gtm-container-generator", "rayl4n-whatsapp-web", "trevorfox-enhanced-ecommerce-demo"} {
				t.Run(fmt.Sprintf("%s/%v/%s", name, pattern, into), func(t *testing.T) {
					p, err := plan.Builtin(name)
					if err != nil {
						t.Fatal(err)
					}
					o := compose.Default()
					o.MeasurementID, o.Regexp, o.GoogleTag = "G-ABC1234567", pattern, into == ""
					var base []byte
					var before []rules.Finding
					if into != "" {
						if base, err = os.ReadFile("../../gtm/testdata/containers/" + into + ".json"); err != nil {
							t.Fatal(err)
						}
						before = findings(t, base)
					} else {
						event := p.Events[0].Name
						o.Ads, o.Meta, o.LinkedIn = []string{event}, []string{event}, []string{event}
					}
					text, added, err := compose.Export([]*plan.Plan{p}, base, o)
					if err != nil || len(added) == 0 {
						t.Fatal(err, added)
					}
					for _, f := range findings(t, text, p) {
						if !slices.ContainsFunc(before, func(was rules.Finding) bool { return was.Code == f.Code && was.Path == f.Path }) {
							t.Errorf("%s %s: %s", f.Code, f.Path, f.Message)
						}
					}
					fires(t, text, p)
				})
			}
		}
	}
}

func fires(t *testing.T, text []byte, p *plan.Plan) {
	t.Helper()
	c, err := parse.Container(text)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := simulate.Samples([]*plan.Plan{p})
	if err != nil {
		t.Fatal(err)
	}
	s, err := simulate.Run(t.Context(), c, messages, simulate.Options{Apart: true})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok || simulate.Own(push) {
			continue
		}
		seen++
		why, _ := s.Explain(i)
		sent := map[string]bool{}
		tags := 0
		for _, tag := range why.Tags {
			if tag.Fires != gtm.Yes || tag.Tag.Type != "gaawe" {
				continue
			}
			tags++
			for _, q := range tag.Sends {
				sent[q.Name] = q.Known
				if text, _ := q.Value.AsString(); q.Name == "Event Name" && text != push.Event {
					t.Errorf("%s is sent as %s", push.Event, text)
				}
			}
		}
		if tags != 1 {
			t.Errorf("%s fires %d GA4 tags", push.Event, tags)
		}
		if e := p.Event(push.Event); e.Within == "" {
			for _, q := range e.Parameters {
				if !sent["Event Parameters."+q.Name] {
					t.Errorf("%s is sent without %s: %v", push.Event, q.Name, sent)
				}
			}
		}
	}
	if seen != len(p.Events) {
		t.Errorf("%d of %d events were pushed", seen, len(p.Events))
	}
}

// Merging a composed export with itself adds no tag, trigger or data layer variable.
func TestMergeAddsOnlyWhatIsMissing(t *testing.T) {
	p, err := plan.Builtin("widget")
	if err != nil {
		t.Fatal(err)
	}
	o := compose.Default()
	o.MeasurementID = "G-ABC1234567"
	text, _, err := compose.Export([]*plan.Plan{p}, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	again, added, err := compose.Export([]*plan.Plan{p}, text, o)
	if err != nil || len(added) != 0 || string(again) != string(text) {
		t.Errorf("added %v, %v", added, err)
	}
}

// The composed parts have the same keys as in real exports, with the same types.
func TestShapesAreThoseOfRealExports(t *testing.T) {
	real, err := os.ReadFile("../../gtm/testdata/containers/nivmalach-gtm-container-generator.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Builtin("widget")
	if err != nil {
		t.Fatal(err)
	}
	o := compose.Default()
	o.MeasurementID = "G-ABC1234567"
	made, _, err := compose.Export([]*plan.Plan{p}, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	want, got := shapes(t, real), shapes(t, made)
	for _, kind := range []string{"tag gaawe", "trigger CUSTOM_EVENT", "variable v", "variable c", "builtInVariable EVENT"} {
		for key, typ := range got[kind] {
			if key != "parentFolderId" && key != "filter" && want[kind][key] != typ {
				t.Errorf("%s: %s is %s, in a real export %q", kind, key, typ, want[kind][key])
			}
		}
		for key := range want[kind] {
			if _, ok := got[kind][key]; !ok && key != "filter" {
				t.Errorf("%s has no %s", kind, key)
			}
		}
	}
}

// shapes returns the types of the keys, by kind and type of part.
func shapes(t *testing.T, text []byte) map[string]map[string]string {
	t.Helper()
	var export struct{ ContainerVersion map[string]any }
	if err := json.Unmarshal(text, &export); err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for kind, list := range export.ContainerVersion {
		things, _ := list.([]any)
		for _, thing := range things {
			fields, _ := thing.(map[string]any)
			name := fmt.Sprintf("%s %v", kind, fields["type"])
			if all[name] == nil {
				all[name] = map[string]string{}
			}
			for key, value := range fields {
				all[name][key] = fmt.Sprintf("%T", value)
			}
		}
	}
	return all
}

func TestExportRefuses(t *testing.T) {
	p, err := plan.Builtin("widget")
	if err != nil {
		t.Fatal(err)
	}
	o := compose.Default()
	if _, _, err := compose.Export([]*plan.Plan{p}, nil, o); err == nil {
		t.Error("no measurement ID is taken")
	}
	o.MeasurementID = "G-ABC1234567"
	for _, text := range []string{"", "{", `{"exportFormatVersion":2,"containerVersion":{"container":{"usageContext":["SERVER"]},"tag":[]}}`} {
		if _, _, err := compose.Export([]*plan.Plan{p}, []byte(text), o); err == nil {
			t.Errorf("merged into %q", text)
		}
	}
}

// A variable or a trigger alone is an export that a container is read from, with a name that
// is free, and without the lists that it has nothing for.
func TestPartsAlone(t *testing.T) {
	hostile := "a\"b{c}\u2028\x00</script>"
	for _, key := range []string{"link_text", "ecommerce.items", hostile} {
		taken := "DLV - " + key
		text, name, err := compose.Variable(key, []string{taken}, compose.Default())
		if err != nil || name != taken+" (2)" {
			t.Errorf("%q: the variable is %q, %v", key, name, err)
		}
		c, err := parse.Container(text)
		if err != nil || len(c.Variables) != 1 || c.Variables[0].Key != key || c.Variables[0].DataLayerVersion != 2 || len(c.Triggers)+len(c.Tags) != 0 {
			t.Errorf("%q: %v in %s", key, err, text)
		}
		if strings.Contains(string(text), `"tag"`) || strings.Contains(string(text), `"trigger"`) {
			t.Errorf("%q: there are lists of nothing in %s", key, text)
		}
	}
	if _, _, err := compose.Trigger("{{Event}}", nil, compose.Default()); err == nil || !strings.Contains(err.Error(), "{{Event}}") {
		t.Errorf("an event that Google Tag Manager would replace: %v", err)
	}
	for _, event := range []string{"widget_opened", hostile} {
		text, name, err := compose.Trigger(event, nil, compose.Default())
		if err != nil || name != "CE - "+event {
			t.Errorf("%q: the trigger is %q, %v", event, name, err)
		}
		c, err := parse.Container(text)
		if err != nil || len(c.Triggers) != 1 || c.Triggers[0].Conditions[0].Expected != event || len(c.Tags) != 0 {
			t.Errorf("%q: %v in %s", event, err, text)
		}
	}
}
