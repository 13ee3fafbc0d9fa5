package engine

import (
	"maps"

	"layertap/datalayer"
	"layertap/gtm"
)

// consent is what the page said of the visitor's consent: defaults, defaults for
// some regions, and the visitor's choice.
type consent struct{ defaults, regional, updates map[string]string }

func (c *consent) apply(e datalayer.Effect) {
	if e.Consent == nil {
		return
	}
	into := &c.defaults
	region := datalayer.Value{Kind: datalayer.Object, Fields: e.Consent}
	if _, some := region.Get("region"); some {
		into = &c.regional
	}
	if e.ConsentUpdate {
		into = &c.updates
	}
	if *into == nil {
		*into = map[string]string{}
	}
	for _, f := range e.Consent {
		if f.Value.Text == "granted" || f.Value.Text == "denied" {
			(*into)[f.Name] = f.Value.Text
		}
	}
}

func (c consent) clone() consent {
	return consent{maps.Clone(c.defaults), maps.Clone(c.regional), maps.Clone(c.updates)}
}

// granted says whether a consent type is granted. One of which nothing was said
// is.
func (c consent) granted(typ string) gtm.Truth {
	if choice, ok := c.updates[typ]; ok {
		return gtm.TruthOf(choice == "granted")
	}
	byDefault := c.defaults[typ] != "denied"
	if there, ok := c.regional[typ]; ok && (there == "granted") != byDefault {
		return gtm.Unknown
	}
	return gtm.TruthOf(byDefault)
}
