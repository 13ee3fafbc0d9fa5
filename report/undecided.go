package report

import (
	"layertap/gtm"
	"layertap/session"
)

// undecidedJSON is a variable that makes it uncertain whether tags fire.
type undecidedJSON struct {
	Variable string `json:"variable"`
	Unknown  string `json:"unknown"` // why its value is not known
	Tags     int    `json:"tags"`    // the number of tags that depend on it
}

// heldBackJSON is a tag that consent held back on a page.
type heldBackJSON struct {
	Tag     string `json:"tag"`
	Page    string `json:"page"`
	Consent string `json:"consent"`
	Count   int    `json:"count"`
	First   int    `json:"first"`           // the seq of the first message
	Later   int    `json:"later,omitempty"` // the seq of the first message after that on which it fired
}

func undecidedJSONs(s session.Snapshot) []undecidedJSON {
	all := []undecidedJSON{}
	for _, u := range s.Undecided() {
		all = append(all, undecidedJSON{u.Variable.Name, u.Reason, u.Tags})
	}
	return all
}

func heldBackJSONs(s session.Snapshot) []heldBackJSON {
	all := []heldBackJSON{}
	for _, h := range s.HeldBack() {
		all = append(all, heldBackJSON{h.Tag.Name, h.Page, h.Consent, h.Count, h.First, h.Later})
	}
	return all
}

// mostUndecided returns the variables on which most tags depend, for people to read.
func mostUndecided(s session.Snapshot) []gtm.Undecided {
	const most = 3
	all := s.Undecided()
	return all[:min(len(all), most)]
}
