package hook

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// Checkup is the result of a hook's check.
type Checkup struct {
	Doc        string     `json:"doc"`
	At         float64    `json:"at"`      // its time, in milliseconds since 1970, by its own clock
	Date       float64    `json:"date"`    // and by the browser's
	Stalled    bool       `json:"stalled"` // no task has run since the last check
	URL        string     `json:"url"`
	Unsendable Unsendable `json:"unsendable"`
	Layers     []struct {
		Layer     string         `json:"layer"`
		Hook      datalayer.Hook `json:"hook"`
		Lexical   bool           `json:"lexical"`
		Displaced int            `json:"displaced"`
		Rested    int            `json:"rested"`
	} `json:"layers"`
}

// maxCheckup is the maximum size of a result in bytes. A page could forge one.
const maxCheckup = 64 << 10

// ReadCheckup decodes the result of a check; it returns nil if it isn't one.
func ReadCheckup(value jsontext.Value) *Checkup {
	var text string
	if len(value) > maxCheckup || json.Unmarshal(value, &text) != nil {
		return nil
	}
	c := new(Checkup)
	if json.Unmarshal([]byte(text), c, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return nil
	}
	return c
}

// Unsendable is the reason why a document cannot send what is pushed while it unloads;
// empty if it can.
type Unsendable string

// Why returns the reason as a clause to follow "because".
func (m Unsendable) Why() string {
	switch m {
	case "worker":
		return "it has a service worker"
	case "policy":
		return "its content security policy blocks the beacon"
	case "browser":
		return "its browser does not support beacons"
	}
	return ""
}
