package overview

import (
	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/session"
)

// Unsaved describes what of a session is lost if it ends now: marks and notes after the
// entry with the Seq saved, and messages that should have been recorded after the recording
// stopped by itself at broke messages. It is empty if nothing is lost. now is the newest
// snapshot, which may be ahead of the overview.
func (o *Overview) Unsaved(now session.Snapshot, saved, broke int) string {
	if now.Recording.File != "" && now.Recording.Err == nil {
		return ""
	}
	remarks := 0
	for on, seq := range o.Remarked {
		if seq > saved && (o.Marks[on] != "" || o.Notes[on] != "") {
			remarks++
		}
	}
	for i := o.Covered; i < now.Len(); i++ { // made while the screen was frozen
		switch now.Entry(i).(type) {
		case *datalayer.Note, *datalayer.Mark:
			remarks++
		}
	}
	lost := ""
	if remarks > 0 {
		lost = "marks or notes on " + plural.Count(remarks, "message") + " are unsaved"
	}
	if missed := now.Counts.Messages - broke; now.Recording.Err != nil && missed > 0 {
		if lost != "" {
			lost += ", "
		}
		lost += plural.Count(missed, "message") + " since the recording stopped"
	}
	return lost
}
