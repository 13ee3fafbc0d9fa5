package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of a flow. The bounds of timeouts are Recorder's.
const (
	mostSteps     = 10_000
	mostSelectors = 100 // per step
	usualTimeout  = 5 * time.Second
	longest       = 30 * time.Second
	largest       = 10_000 // pixels of a viewport
)

// flowJSON is a file.
type flowJSON struct {
	Title   string            `json:"title"`
	Timeout *float64          `json:"timeout"`
	Steps   []json.RawMessage `json:"steps"`
}

// stepJSON is a step of any type.
type stepJSON struct {
	Type           Type              `json:"type"`
	Timeout        *float64          `json:"timeout,omitempty"` // milliseconds
	AssertedEvents []eventJSON       `json:"assertedEvents,omitempty"`
	Target         string            `json:"target,omitempty"`
	Frame          []int             `json:"frame,omitempty"`
	Selectors      []Selector        `json:"selectors,omitempty"`
	Button         string            `json:"button,omitempty"`
	OffsetX        *float64          `json:"offsetX,omitempty"`
	OffsetY        *float64          `json:"offsetY,omitempty"`
	Duration       float64           `json:"duration,omitempty"` // milliseconds
	Value          *string           `json:"value,omitempty"`
	Key            string            `json:"key,omitempty"`
	URL            string            `json:"url,omitempty"`
	Expression     string            `json:"expression,omitempty"`
	X              float64           `json:"x,omitempty"`
	Y              float64           `json:"y,omitempty"`
	Width          float64           `json:"width,omitempty"`
	Height         float64           `json:"height,omitempty"`
	Scale          float64           `json:"deviceScaleFactor,omitempty"`
	Mobile         bool              `json:"isMobile,omitempty"`
	Touch          bool              `json:"hasTouch,omitempty"`
	Download       *float64          `json:"download,omitempty"` // bytes per second
	Upload         *float64          `json:"upload,omitempty"`
	Latency        *float64          `json:"latency,omitempty"` // milliseconds
	Operator       string            `json:"operator,omitempty"`
	Count          *int              `json:"count,omitempty"`
	Visible        *bool             `json:"visible,omitempty"`
	Attributes     map[string]string `json:"attributes,omitempty"`
	Properties     json.RawMessage   `json:"properties,omitempty"`
	// Recorder doesn't have this field, and drops it when importing.
	Unrecorded bool   `json:"valueNotRecorded,omitempty"`
	Comment    string `json:"comment,omitempty"`
}

type eventJSON struct {
	Type  string `json:"type"`
	URL   string `json:"url,omitempty"`
	Title string `json:"title,omitempty"`
}

// UnmarshalJSON reads a selector, which may be written as its only part.
func (s *Selector) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*s = Selector{one}
		return nil
	}
	var parts []string
	if err := json.Unmarshal(text, &parts); err != nil {
		return errors.New("a selector must be a string or a list of strings")
	}
	*s = parts
	return nil
}

// Parse parses a recording that Chrome's Recorder panel exported as JSON. An error
// contains the number, from 1, of the step that is wrong or has an unsupported type.
func Parse(text []byte) (Flow, error) {
	var file flowJSON
	if err := json.Unmarshal(text, &file); err != nil {
		return Flow{}, fmt.Errorf("it isn't a recording of Chrome's Recorder panel, exported as JSON: %w", err)
	}
	switch {
	case len(file.Steps) == 0:
		return Flow{}, errors.New("it isn't a recording of Chrome's Recorder panel: it has no steps")
	case len(file.Steps) > mostSteps:
		return Flow{}, fmt.Errorf("it has more than %d steps", mostSteps)
	}
	timeout, err := timeoutOf(file.Timeout, usualTimeout)
	if err != nil {
		return Flow{}, err
	}
	f := Flow{Title: file.Title}
	for i, raw := range file.Steps {
		var read stepJSON
		err := json.Unmarshal(raw, &read)
		if err == nil {
			var step Step
			step, err = read.step(timeout)
			f.Steps = append(f.Steps, step)
		}
		if err != nil {
			return Flow{}, fmt.Errorf("step %d (%s): %w", i+1, read.name(), err)
		}
	}
	return f, nil
}

// name returns the description of a step in errors.
func (s stepJSON) name() string {
	if s.Type == "" {
		return "without a type"
	}
	const longestName = 40
	return string(s.Type[:min(len(s.Type), longestName)])
}

func timeoutOf(milliseconds *float64, otherwise time.Duration) (time.Duration, error) {
	if milliseconds == nil {
		return otherwise, nil
	}
	if d := duration(*milliseconds); *milliseconds >= 1 && d <= longest {
		return d, nil
	}
	return 0, fmt.Errorf("its timeout must be from 1 to %d milliseconds", longest/time.Millisecond)
}

func duration(milliseconds float64) time.Duration {
	return time.Duration(min(max(milliseconds, 0), 1e9) * float64(time.Millisecond))
}

// needs are the types of step, and whether each requires an element.
var needs = map[Type]bool{
	ClickStep: true, DoubleClickStep: true, HoverStep: true, ChangeStep: true, WaitForElementStep: true,
	KeyDownStep: false, KeyUpStep: false, NavigateStep: false, WaitForExpressionStep: false, SetViewportStep: false, ScrollStep: false, CloseStep: false,
	EmulateNetworkStep: false,
}

// customStep is the type of a step whose meaning Recorder leaves to other programs.
const customStep = "customStep"

// types lists the types of step in alphabetical order.
func types() string {
	var names []string
	for t := range needs {
		names = append(names, string(t))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// step checks and converts a step.
func (s stepJSON) step(timeout time.Duration) (Step, error) {
	element, known := needs[s.Type]
	switch {
	case s.Type == customStep:
		return Step{}, errors.New("only the program that it was made for knows what it does; remove the step, or replace it with waitForExpression")
	case !known:
		return Step{}, fmt.Errorf("this type of step isn't supported; those that are: %s", types())
	case s.Target != "" && s.Target != "main":
		return Step{}, errors.New("steps in another tab or in a frame of another site aren't supported; record the flow in one tab")
	case element && len(s.Selectors) == 0:
		return Step{}, errors.New("it has no selectors")
	case len(s.Selectors) > mostSelectors:
		return Step{}, fmt.Errorf("it has more than %d selectors", mostSelectors)
	}
	for _, selector := range s.Selectors {
		if len(selector) == 0 || len(selector) > mostSelectors || slices.Contains(selector, "") {
			return Step{}, errors.New("a selector is empty")
		}
	}
	timeout, err := timeoutOf(s.Timeout, timeout)
	if err != nil {
		return Step{}, err
	}
	step := Step{
		Type: s.Type, Timeout: timeout, Frame: s.Frame, Selectors: s.Selectors, Unrecorded: s.Unrecorded,
		Key: s.Key, URL: s.URL, Expression: s.Expression, X: s.X, Y: s.Y,
		Viewport: Viewport{int(min(max(s.Width, -1), largest+1)), int(min(max(s.Height, -1), largest+1)), s.Scale, s.Mobile, s.Touch},
	}
	for _, event := range s.AssertedEvents {
		if event.Type != "navigation" {
			return Step{}, fmt.Errorf("it waits for an event of the type %q, which isn't supported", event.Type)
		}
		step.Navigates = true
	}
	return step, s.complete(&step)
}

// complete reads the fields that only some types have.
func (s stepJSON) complete(step *Step) error {
	switch s.Type {
	case ClickStep, DoubleClickStep:
		return s.click(step)
	case ChangeStep:
		if s.Value == nil {
			return errors.New("it has no value")
		}
		step.Value = *s.Value
	case KeyDownStep, KeyUpStep:
		if s.Key == "" {
			return errors.New("it has no key")
		}
	case NavigateStep:
		if s.URL == "" {
			return errors.New("it has no url")
		}
	case WaitForExpressionStep:
		if s.Expression == "" {
			return errors.New("it has no expression")
		}
	case SetViewportStep:
		if v := step.Viewport; v.Width <= 0 || v.Height <= 0 || v.Width > largest || v.Height > largest {
			return fmt.Errorf("its width and height must be from 1 to %d", largest)
		}
	case WaitForElementStep:
		return s.wait(step)
	case EmulateNetworkStep:
		return s.network(step)
	}
	return nil
}

// fastest and slowest bound the conditions of a network: bytes per second, and
// milliseconds.
const (
	fastest = 1e12
	slowest = 60_000
)

func (s stepJSON) network(step *Step) error {
	if s.Download == nil || s.Upload == nil || s.Latency == nil {
		return errors.New("it has no download, upload or latency")
	}
	n := Network{*s.Download, *s.Upload, *s.Latency}
	switch {
	case n.Download < -1 || n.Download > fastest || n.Upload < -1 || n.Upload > fastest:
		return fmt.Errorf("its download and upload must be from -1 to %g bytes per second", fastest)
	case n.Latency < 0 || n.Latency > slowest:
		return fmt.Errorf("its latency must be from 0 to %d milliseconds", slowest)
	}
	step.Network = n
	return nil
}

// buttons are the mouse buttons.
var buttons = []string{"primary", "auxiliary", "secondary", "back", "forward"}

func (s stepJSON) click(step *Step) error {
	step.Click = Click{Button: "primary", Down: min(duration(s.Duration), step.Timeout)}
	if s.Button != "" {
		step.Click.Button = s.Button
	}
	if !slices.Contains(buttons, step.Click.Button) {
		return fmt.Errorf("unknown button %q: must be one of %s", s.Button, strings.Join(buttons, ", "))
	}
	if s.OffsetX != nil && s.OffsetY != nil {
		step.Click.Offset = &[2]float64{*s.OffsetX, *s.OffsetY}
	}
	return nil
}

func (s stepJSON) wait(step *Step) error {
	step.Wait = Wait{Operator: ">=", Count: 1, Visible: true, Attributes: s.Attributes, Properties: s.Properties}
	if s.Operator != "" {
		step.Wait.Operator = s.Operator
	}
	if s.Count != nil {
		step.Wait.Count = *s.Count
	}
	if s.Visible != nil {
		step.Wait.Visible = *s.Visible
	}
	if !slices.Contains([]string{">=", "==", "<="}, step.Wait.Operator) {
		return fmt.Errorf("unknown operator %q: must be >=, == or <=", s.Operator)
	}
	if len(s.Properties) > 0 && s.Properties[0] != '{' {
		return errors.New("its properties must be an object")
	}
	return nil
}
