package report

import (
	"io"

	"layertap/report/playwright"
	"layertap/session"
)

// Playwright writes a test that repeats the visit of a session and expects what of its
// messages has no findings.
func Playwright(w io.Writer, tool string, s session.Snapshot) error {
	return test(tool, s, false).Write(w, s)
}

// PlaywrightAccepting is [Playwright] with what has findings expected as it was.
func PlaywrightAccepting(w io.Writer, tool string, s session.Snapshot) error {
	return test(tool, s, true).Write(w, s)
}

func test(tool string, s session.Snapshot, accepting bool) playwright.Test {
	return playwright.Test{Tool: tool, At: moment(s, 0), Layers: layers(s), Literal: literal, Accepting: accepting}
}

// literal is a value as JavaScript.
func literal(v any) string {
	text, err := marshal(v)
	if err != nil {
		return "undefined" // not so: strings and lists of them are JSON
	}
	return string(text)
}
