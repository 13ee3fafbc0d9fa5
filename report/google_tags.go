package report

import (
	"layertap/datalayer"
	"layertap/gtm/googletag"
	"layertap/session"
)

// googleTagJSON is a Google tag that a page loaded, with the settings that its script shows.
type googleTagJSON struct {
	ID       string              `json:"id"`
	Layer    string              `json:"layer"`
	Settings []googletag.Setting `json:"settings"`
	Error    string              `json:"error,omitempty"` // why they can't be read
}

// googleTagsOf returns the Google tags of a session.
func googleTagsOf(s session.Snapshot) []googleTagJSON {
	all := []googleTagJSON{}
	for i := range s.Len() {
		tag, ok := s.Entry(i).(*datalayer.GoogleTag)
		if !ok {
			continue
		}
		out := googleTagJSON{ID: tag.ID, Layer: tag.Layer}
		settings, err := googletag.Read(tag)
		if err != nil {
			out.Error = err.Error()
		}
		out.Settings = append([]googletag.Setting{}, settings...)
		all = append(all, out)
	}
	return all
}
