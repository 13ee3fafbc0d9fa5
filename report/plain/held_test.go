package plain_test

import (
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/report/plain"
	"layertap/session"
)

// What the page waits for is printed once, and again when it changes; the settings of the
// visit are printed at the beginning.
func TestHeld(t *testing.T) {
	var out strings.Builder
	p := plain.Log{Out: &out, Zone: time.UTC}
	s := session.Snapshot{Header: datalayer.Header{Tool: "layertap", Setup: []string{"--mobile=Pixel 7", "--lang=de-DE"}}}
	for _, held := range []string{"", "an alert", "an alert", "", "a login"} {
		s.Attachment = datalayer.Attachment{Phase: datalayer.Live, Held: held}
		if err := p.Print(s); err != nil {
			t.Fatal(err)
		}
	}
	text := out.String()
	for want, times := range map[string]int{"notice an alert\n": 1, "notice a login\n": 1, "    set up with --mobile=Pixel 7 --lang=de-DE\n": 1} {
		if strings.Count(text, want) != times {
			t.Errorf("%q is not printed %d times:\n%s", want, times, text)
		}
	}
}
