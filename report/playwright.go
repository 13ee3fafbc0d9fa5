package report

import (
	"io"

	"layertap/report/playwright"
	"layertap/session"
)

// Playwright writes a test that repeats the visit of a session and expects the parts of its
// messages without findings.
func Playwright(w io.Writer, tool string, s session.Snapshot) error {
	return test(tool, s, false).Write(w, s)
}

// PlaywrightAccepting is [Playwright], but the test also expects the parts with findings.
func PlaywrightAccepting(w io.Writer, tool string, s session.Snapshot) error {
	return test(tool, s, true).Write(w, s)
}

func test(tool string, s session.Snapshot, accepting bool) playwright.Test {
	return playwright.Test{Tool: tool, At: timeOfDay(s, 0), Layers: layers(s), Literal: literal, Accepting: accepting}
}

// literal formats a value as JavaScript.
func literal(v any) string {
	text, err := marshal(v)
	if err != nil {
		return "undefined" // doesn't happen: strings and lists of them are JSON
	}
	return string(text)
}
