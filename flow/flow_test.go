package flow

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	const usual = usualTimeout
	want := Flow{"Recording 26/11/2026 at 09:00:00", []Step{
		{Type: SetViewportStep, Timeout: usual, Viewport: Viewport{1280, 720, 1, false, false}},
		{Type: EmulateNetworkStep, Timeout: usual, Network: Network{50000, 50000, 2000}},
		{Type: NavigateStep, Timeout: usual, URL: "https://shop.example/", Navigates: true},
		{
			Type: ClickStep, Timeout: 8 * time.Second, Selectors: []Selector{{"aria/Ask us"}, {"#chat", "button.start"}, {"xpath///*[@id=\"start\"]"}, {"text/Ask us"}},
			Click: Click{"primary", &[2]float64{12.5, 8}, 0},
		},
		{Type: ChangeStep, Timeout: usual, Frame: []int{0, 1}, Selectors: []Selector{{"aria/Message"}}, Value: "When would it arrive?"},
		{Type: KeyDownStep, Timeout: usual, Key: "Enter"},
		{Type: KeyUpStep, Timeout: usual, Key: "Enter"},
		{
			Type: WaitForElementStep, Timeout: usual, Selectors: []Selector{{".answer"}},
			Wait: Wait{">=", 2, true, map[string]string{"data-from": "ai"}, []byte(`{"hidden":false}`)},
		},
		{Type: WaitForExpressionStep, Timeout: usual, Expression: "dataLayer.length > 3"},
		{Type: DoubleClickStep, Timeout: usual, Selectors: []Selector{{"pierce/#menu"}}, Click: Click{"secondary", nil, 50 * time.Millisecond}},
		{Type: HoverStep, Timeout: usual, Selectors: []Selector{{"a"}}},
		{Type: ScrollStep, Timeout: usual, Y: 500},
		{Type: CloseStep, Timeout: usual},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsNameTheStep(t *testing.T) {
	for text, want := range map[string]string{
		`no`:                         "isn't a recording",
		`{"title":"x"}`:              "has no steps",
		`{"steps":[],"title":"x"}`:   "has no steps",
		`{"timeout":0,"steps":[{}]}`: "timeout must be from 1 to 30000 milliseconds",
		`{"steps":[{"url":"/"}]}`:    "step 1 (without a type): this type",
		`{"steps":[{"type":"tap"}]}`: "step 1 (tap): this type of step isn't supported; those that are: change, click, close,",
		`{"steps":[{"type":"emulateNetworkConditions","download":1,"upload":1}]}`:               "step 1 (emulateNetworkConditions): it has no download, upload or latency",
		`{"steps":[{"type":"emulateNetworkConditions","download":-2,"upload":1,"latency":1}]}`:  "its download and upload must be from -1",
		`{"steps":[{"type":"emulateNetworkConditions","download":1,"upload":1,"latency":1e9}]}`: "its latency must be from 0 to 60000",
		`{"steps":["click"]}`: "step 1 (without a type)",
		`{"steps":[{"type":"close"},{"type":"customStep","name":"x"}]}`:                "step 2 (customStep): only the program that it was made for knows what it does; remove the step",
		`{"steps":[{"type":"click"}]}`:                                                 "step 1 (click): it has no selectors",
		`{"steps":[{"type":"click","selectors":[]}]}`:                                  "it has no selectors",
		`{"steps":[{"type":"click","selectors":[[]]}]}`:                                "a selector is empty",
		`{"steps":[{"type":"click","selectors":[7]}]}`:                                 "a selector must be a string",
		`{"steps":[{"type":"click","selectors":["a"],"button":"left"}]}`:               `unknown button "left"`,
		`{"steps":[{"type":"change","selectors":["a"]}]}`:                              "it has no value",
		`{"steps":[{"type":"keyDown"}]}`:                                               "it has no key",
		`{"steps":[{"type":"navigate"}]}`:                                              "it has no url",
		`{"steps":[{"type":"waitForExpression"}]}`:                                     "it has no expression",
		`{"steps":[{"type":"setViewport","width":1e9,"height":1}]}`:                    "width and height must be from 1 to 10000",
		`{"steps":[{"type":"click","selectors":["a"],"target":"https://a.example/"}]}`: "another tab",
		`{"steps":[{"type":"close","timeout":40000}]}`:                                 "timeout must be from 1",
		`{"steps":[{"type":"close","assertedEvents":[{"type":"x"}]}]}`:                 `the type "x"`,
		`{"steps":[{"type":"waitForElement","selectors":["a"],"operator":"<"}]}`:       `unknown operator "<"`,
		`{"steps":[{"type":"waitForElement","selectors":["a"],"properties":[1]}]}`:     "must be an object",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v, not %q", text, err, want)
		}
	}
}

// A flow is equal after writing and parsing it, and a click without a position is
// written with the one that Recorder requires.
func TestWrite(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	want.Steps = append(want.Steps, Step{Type: ChangeStep, Timeout: usualTimeout, Selectors: []Selector{{"#mail"}}, Value: "text", Unrecorded: true})
	var b bytes.Buffer
	if err := want.Write(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `"comment": "the value was not recorded; replace this one"`) {
		t.Errorf("that a value is not known is not said:\n%s", b.String())
	}
	got, err := Parse(b.Bytes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	for i := range want.Steps {
		if s := &want.Steps[i]; (s.Type == ClickStep || s.Type == DoubleClickStep) && s.Click.Offset == nil {
			s.Click.Offset = &[2]float64{middle, middle}
		}
		want.Steps[i].Wait.Properties = bytes.Join(bytes.Fields(want.Steps[i].Wait.Properties), nil)
		got.Steps[i].Wait.Properties = bytes.Join(bytes.Fields(got.Steps[i].Wait.Properties), nil)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"steps":[{"type":"scroll","x":1e308}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := Parse(text)
		if err != nil {
			return
		}
		for i, s := range read.Steps {
			if s.Timeout <= 0 || s.Timeout > longest || needs[s.Type] && len(s.Selectors) == 0 {
				t.Errorf("step %d is %+v", i+1, s)
			}
		}
		if err := read.Write(new(bytes.Buffer)); err != nil {
			t.Error(err)
		}
	})
}
