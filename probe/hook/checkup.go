package hook

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// Checkup is what a hook's check returns.
type Checkup struct {
	Doc        string     `json:"doc"`
	At         float64    `json:"at"`      // its time, in milliseconds since 1970, by its own clock
	Date       float64    `json:"date"`    // and by the browser's
	Stalled    bool       `json:"stalled"` // it ran no task since it was last asked
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

// maxCheckup bounds what is read of a hook's answer, which a page could forge.
const maxCheckup = 64 << 10

// ReadCheckup reads what check returned; nil if that isn't an answer of a hook.
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

// Unsendable is why a document cannot send what is pushed while it unloads; empty
// if it can.
type Unsendable string

// Why says it, to follow "because".
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
