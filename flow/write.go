package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"layertap/visible"
)

// comment is added to a change whose value wasn't recorded. Recorder ignores it.
const comment = "the value was not recorded; replace this one"

// middle is the position of a click whose position isn't known, from the element's top
// left corner: far enough to be inside rounded corners. Recorder requires a position.
const middle = 10

// Write writes a flow in Recorder's export format, which Recorder can import.
func (f Flow) Write(w io.Writer) error {
	type file struct {
		Title string     `json:"title"`
		Steps []stepJSON `json:"steps"`
	}
	out := file{f.Title, make([]stepJSON, len(f.Steps))}
	for i, step := range f.Steps {
		out.Steps[i] = step.json()
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err := io.WriteString(w, escaped(text.String()))
	return err
}

// escaped returns JSON with control and invisible characters escaped. They only occur
// in strings.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x7f || visible.Text(string(r)) == string(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// json returns a step in the file's format.
func (s Step) json() stepJSON {
	out := stepJSON{
		Type: s.Type, Frame: s.Frame, Selectors: s.Selectors, Key: s.Key, URL: s.URL, Expression: s.Expression, X: s.X, Y: s.Y,
		Width: float64(s.Viewport.Width), Height: float64(s.Viewport.Height), Scale: s.Viewport.Scale, Mobile: s.Viewport.Mobile, Touch: s.Viewport.Touch,
	}
	if s.Timeout > 0 && s.Timeout != usualTimeout {
		out.Timeout = new(float64(s.Timeout) / float64(time.Millisecond))
	}
	if s.Navigates {
		out.AssertedEvents = []eventJSON{{Type: "navigation"}}
	}
	if s.Type != NavigateStep && s.Type != SetViewportStep && s.Type != CloseStep {
		out.Target = "main"
	}
	switch s.Type {
	case ClickStep, DoubleClickStep:
		out.Button, out.Duration = s.Click.Button, float64(s.Click.Down)/float64(time.Millisecond)
		at := [2]float64{middle, middle}
		if s.Click.Offset != nil {
			at = *s.Click.Offset
		}
		out.OffsetX, out.OffsetY = &at[0], &at[1]
	case ChangeStep:
		out.Value = &s.Value
		if out.Unrecorded = s.Unrecorded; s.Unrecorded {
			out.Comment = comment
		}
	case EmulateNetworkStep:
		out.Download, out.Upload, out.Latency = &s.Network.Download, &s.Network.Upload, &s.Network.Latency
	case WaitForElementStep:
		out.Operator, out.Count, out.Visible = s.Wait.Operator, &s.Wait.Count, &s.Wait.Visible
		out.Attributes, out.Properties = s.Wait.Attributes, s.Wait.Properties
	}
	return out
}
