package frame

import (
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/overview"
	"layertap/ui/screen"
)

// What the page waits for comes before the notices while the page is live.
func TestNoticeOfWhatIsHeld(t *testing.T) {
	a := datalayer.Attachment{Phase: datalayer.Live, Held: "the page shows an alert", Notices: []string{"running as root"}}
	for phase, want := range map[datalayer.Phase]string{datalayer.Live: "the page shows an alert", datalayer.Starting: "running as root"} {
		a.Phase = phase
		capture := screen.Capture{Source: overview.Source{Snapshot: session.Snapshot{Attachment: a}}}
		var line strings.Builder
		for _, span := range (Notice{Capture: capture}).Line() {
			line.WriteString(span.Text)
		}
		if !strings.Contains(line.String(), want) {
			t.Errorf("in phase %d the line is %q, without %q", phase, line.String(), want)
		}
	}
}
