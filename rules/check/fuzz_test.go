package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/infer"
	"layertap/rules/personal"
	"layertap/rules/plan"
	"layertap/rules/plan/plantest"
)

// Any plan file is read or rejected; a plan that was read can be written and read
// again, and can judge any message.
func FuzzPlan(f *testing.F) {
	f.Add([]byte(shop))
	f.Add([]byte(schemaPlan))
	f.Add([]byte("a: &a [*a]\nevents: {b: {parameters: {\"x[].y\": {items: {parameters: [z?]}}}}}\n"))
	f.Add([]byte("include: [widget]\nparameters: {timestamp: {unit: seconds}}\nevents: {widget_opened: {once: page}}\n"))
	for _, name := range plan.Builtins() {
		data, err := os.ReadFile(filepath.Join("..", "plan", "plans", name+".yaml"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	messages := []string{`{"event":"a","x":[{"y":1,"z":null}],"kind":"own"}`, `["event","order",{"total":"1"}]`, `{"event":3}`}
	f.Fuzz(func(t *testing.T, data []byte) {
		once, err := plan.Parse(data, "plan.yaml", nil)
		if err != nil {
			if text := err.Error(); text == "" || strings.Contains(text, "%!") {
				t.Errorf("refused with %q", text)
			}
			return
		}
		again, err := plan.Parse(written(t, once), "again.yaml", nil)
		if err != nil {
			t.Fatalf("what was written is refused: %v\n%s", err, written(t, once))
		}
		if changes := plan.Diff(once, again); len(changes) > 0 || string(written(t, once)) != string(written(t, again)) {
			t.Errorf("what was written differs: %+v\n%s\n%s", changes, written(t, once), written(t, again))
		}
		b := newBench(t, once)
		for _, message := range messages {
			b.push(message)
		}
		b.Finish(0)
	})
}

// Any message is judged, redacted and used for a draft, in bounded time.
func FuzzMessage(f *testing.F) {
	for _, tt := range codeTests {
		for _, message := range append(tt.raise, tt.near...) {
			f.Add([]byte(message))
		}
	}
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		f.Fatal(err)
	}
	widget := plantest.Widget(f)
	redactor := personal.NewRedactor([]byte("salt"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := datalayer.Decode(data)
		if err != nil {
			return
		}
		b := newBench(t, widget, ga4)
		b.Begin(time.UnixMilli(1795424400000))
		var pushes []*datalayer.Push
		push := func(p *datalayer.Push) { pushes = append(pushes, p) }
		for range 2 {
			for _, f := range b.pushAs(string(data), push) {
				if f.Message == "" || f.Code == "" || f.Severity == rules.Off {
					t.Errorf("%+v", f)
				}
			}
		}
		once := redactor.Value(v)
		if twice := redactor.Value(once); string(datalayer.Encode(nil, twice)) != string(datalayer.Encode(nil, once)) {
			t.Errorf("redacted twice: %s and %s", datalayer.Encode(nil, once), datalayer.Encode(nil, twice))
		}
		draft := infer.Draft("draft", on(b.page, pushes))
		text := written(t, draft)
		plan, err := plan.Parse(text, "draft.yaml", nil)
		if err != nil {
			t.Fatalf("the draft is refused: %v\n%s", err, text)
		}
		b = newBench(t, plan)
		for range 2 {
			if found := notPersonal(b.pushAs(string(data), func(*datalayer.Push) {})); len(found) > 0 {
				t.Errorf("the draft does not take what it was made from: %+v\n%s", found, text)
			}
		}
	})
}

func FuzzSchema(f *testing.F) {
	f.Add([]byte(`{"type":"object","required":["a"],"properties":{"a":{"type":["string","null"],"enum":["x"]},"b":{"items":{"$ref":"#"}}}}`), []byte(`{"event":"e","a":"y","b":[{"a":1}]}`))
	f.Add([]byte(`{"$schema":"http://json-schema.org/draft-07/schema#","allOf":[{"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]}}]}`), []byte(`{"event":"e","a":1}`))
	f.Fuzz(func(t *testing.T, schema, message []byte) {
		v, err := datalayer.Decode(message)
		if err != nil || v.Kind != datalayer.Object {
			return
		}
		read := func(string) ([]byte, error) { return schema, nil }
		plan, err := plan.Parse([]byte("events: {e: {schema: s.json}}"), "plan.yaml", read)
		if err != nil {
			return
		}
		newBench(t, plan).push(string(message))
	})
}
