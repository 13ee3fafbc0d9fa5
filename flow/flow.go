// Package flow knows what a visitor does on a site, step by step: the recordings of the
// Recorder panel of Chrome's developer tools.
//
// Their format is documented at https://github.com/puppeteer/replay/tree/main/docs/api,
// and its source is https://github.com/puppeteer/replay/blob/main/src/Schema.ts.
package flow

import "time"

// Flow is what a visitor does.
type Flow struct {
	Title string
	Steps []Step
}

// Step is one thing that the visitor does, or waits for.
type Step struct {
	Type Type
	// Timeout is how long the step may take, until what it is about is there and what it
	// leads to has happened.
	Timeout time.Duration
	// Frame leads to the frame that the step is in, by indices into the frames of the one
	// before; empty for the main frame.
	Frame []int
	// Selectors are several that lead to one element; the first that finds it counts.
	Selectors []Selector
	// Navigates says that the step leads to another page, which is waited for.
	Navigates bool

	Value      string  // of change
	Unrecorded bool    // of change: the value stands in for one that is not known
	Key        string  // of keyDown and keyUp: a name such as "Enter", or a character
	URL        string  // of navigate
	Expression string  // of waitForExpression, in JavaScript
	Click      Click   // of click and doubleClick
	X, Y       float64 // of scroll: of the element, or of the page if it has no selectors
	Viewport   Viewport
	Wait       Wait // of waitForElement
}

// Selector leads to an element: each part is looked for in what the one before found, in
// its shadow root if it has one. A part is a CSS selector, or begins with aria/, xpath/,
// pierce/ or text/.
type Selector []string

// Type is a kind of step.
type Type string

// The kinds of step.
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
)

// Click is where on an element a click goes, and with which button.
type Click struct {
	Button string // as Recorder calls it: "primary", "auxiliary", "secondary", "back" or "forward"
	// Offset is where, in CSS pixels from the top left of the element's content; nil for
	// its middle.
	Offset *[2]float64
	Down   time.Duration // for which the button is held
}

// Viewport is the size of the page, in CSS pixels.
type Viewport struct {
	Width, Height int
	Scale         float64 // device pixels for each
	Mobile, Touch bool
}

// Wait is what elements are waited for.
type Wait struct {
	Operator   string // ">=", "==" or "<="
	Count      int
	Visible    bool              // false: that it is not so
	Attributes map[string]string // that all of them have
	Properties []byte            // that all of them have, as a JSON object; nil for none
}
