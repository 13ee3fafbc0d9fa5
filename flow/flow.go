// Package flow represents what a visitor does on a site, step by step: the recordings
// of the Recorder panel in Chrome DevTools.
//
// Their format is documented at https://github.com/puppeteer/replay/tree/main/docs/api,
// and its source is https://github.com/puppeteer/replay/blob/main/src/Schema.ts.
package flow

import "time"

// Flow is a sequence of steps of a visitor.
type Flow struct {
	Title string
	Steps []Step
}

// Step is an action of the visitor, or a wait.
type Step struct {
	Type Type
	// Timeout is the maximum duration of the step, including waiting for its element
	// and for what it triggers.
	Timeout time.Duration
	// Frame is the path to the step's frame: indexes into the frames of the previous
	// one; empty for the main frame.
	Frame []int
	// Selectors are alternatives for the element; the first one that matches is used.
	Selectors []Selector
	// Navigates is set if the step leads to another page, which is waited for.
	Navigates bool

	Value      string  // of change
	Unrecorded bool    // of change: the value replaces one that isn't known
	Key        string  // of keyDown and keyUp: a name such as "Enter", or a character
	URL        string  // of navigate
	Expression string  // of waitForExpression, in JavaScript
	Click      Click   // of click and doubleClick
	X, Y       float64 // of scroll: of the element, or of the page if it has no selectors
	Viewport   Viewport
	Wait       Wait    // of waitForElement
	Network    Network // of emulateNetworkConditions
}

// Selector selects an element: each part is searched for within the element of the
// previous part, or in its shadow root if it has one. A part is a CSS selector, or
// begins with aria/, xpath/, pierce/ or text/.
type Selector []string

// Type is the type of a step.
type Type string

// The types of step.
const (
	ClickStep             Type = "click"
	DoubleClickStep       Type = "doubleClick"
	HoverStep             Type = "hover"
	ChangeStep            Type = "change"
	KeyDownStep           Type = "keyDown"
	KeyUpStep             Type = "keyUp"
	NavigateStep          Type = "navigate"
	WaitForElementStep    Type = "waitForElement"
	WaitForExpressionStep Type = "waitForExpression"
	SetViewportStep       Type = "setViewport"
	ScrollStep            Type = "scroll"
	CloseStep             Type = "close"
	EmulateNetworkStep    Type = "emulateNetworkConditions"
)

// Click is the position and the button of a click.
type Click struct {
	Button string // in Recorder's terms: "primary", "auxiliary", "secondary", "back" or "forward"
	// Offset is the position in CSS pixels from the top left of the element's content;
	// nil for its middle.
	Offset *[2]float64
	Down   time.Duration // how long the button is held
}

// Viewport is the size of the page, in CSS pixels.
type Viewport struct {
	Width, Height int
	Scale         float64 // device pixels per CSS pixel
	Mobile, Touch bool
}

// Network is how fast the page's requests are. If both Download and Upload are 0, the
// page is offline.
type Network struct {
	Download, Upload float64 // bytes per second; -1 if they aren't limited
	Latency          float64 // milliseconds
}

// Wait is what to wait for in elements.
type Wait struct {
	Operator   string // ">=", "==" or "<="
	Count      int
	Visible    bool              // false: wait until it isn't
	Attributes map[string]string // that all of them have
	Properties []byte            // that all of them have, as a JSON object; nil if there are none
}
