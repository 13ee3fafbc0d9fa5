package engine

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
)

// consent is the visitor's consent as the page set it: for each type the default,
// defaults for some regions, and the visitor's choice. See
// https://developers.google.com/tag-platform/security/guides/consent.
type consent struct{ types []gtm.Consent }

// maxConsentTypes bounds the types that are kept. Google defines seven.
const maxConsentTypes = 50

// apply applies a consent command; seq is the number of its message.
func (c *consent) apply(e datalayer.Effect, seq int) {
	if e.Consent == nil {
		return
	}
	command := datalayer.Value{Kind: datalayer.Object, Fields: e.Consent}
	region, regional := command.Get("region")
	wait, _ := command.Get("wait_for_update")
	for _, f := range e.Consent {
		if f.Value.Text != "granted" && f.Value.Text != "denied" {
			continue
		}
		t := c.of(f.Name)
		if t == nil {
			continue
		}
		switch {
		case e.ConsentUpdate:
			t.Update, t.UpdateBy = f.Value.Text, seq
		case regional:
			setRegion(t, regionNames(region), f.Value.Text, seq)
		default:
			t.Default, t.DefaultBy = f.Value.Text, seq
		}
		if ms, ok := wait.AsNumber(); ok && !e.ConsentUpdate && wait.Kind == datalayer.Number {
			t.Wait = int(min(ms, 1e9))
		}
	}
}

// of returns the state of a type; nil if there are too many types.
func (c *consent) of(typ string) *gtm.Consent {
	for i := range c.types {
		if c.types[i].Type == typ {
			return &c.types[i]
		}
	}
	if len(c.types) == maxConsentTypes {
		return nil
	}
	c.types = append(c.types, gtm.Consent{Type: typ})
	return &c.types[len(c.types)-1]
}

// setRegion sets the default for some regions and replaces an earlier one for the same
// regions.
func setRegion(t *gtm.Consent, regions, value string, seq int) {
	for i := range t.Regional {
		if t.Regional[i].Regions == regions {
			t.Regional[i].Default, t.Regional[i].By = value, seq
			return
		}
	}
	if len(t.Regional) < maxConsentTypes {
		t.Regional = append(t.Regional, gtm.RegionalConsent{Regions: regions, Default: value, By: seq})
	}
}

// regionNames lists the regions of a default: "DE, US-CA".
func regionNames(v datalayer.Value) string {
	if v.Kind != datalayer.Array {
		return shown(v)
	}
	names := ""
	for i, item := range v.Items[:min(len(v.Items), 300)] {
		if i > 0 {
			names += ", "
		}
		names += shown(item)
	}
	return names
}

func (c consent) clone() consent {
	all := slices.Clone(c.types)
	for i := range all {
		all[i].Regional = slices.Clone(all[i].Regional)
	}
	return consent{all}
}

// granted reports whether a consent type is granted. A type that was never set is.
func (c consent) granted(typ string) gtm.Truth {
	for i := range c.types {
		if c.types[i].Type == typ {
			return effective(&c.types[i])
		}
	}
	return gtm.Yes
}

// effective reports whether a type is granted: by the visitor's choice, or else by the
// default. It is unknown if regional defaults differ, because the visitor's region
// isn't known.
func effective(t *gtm.Consent) gtm.Truth {
	if t.Update != "" {
		return gtm.TruthOf(t.Update == "granted")
	}
	byDefault := t.Default != "denied"
	for _, r := range t.Regional {
		if (r.Default == "granted") != byDefault {
			return gtm.Unknown
		}
	}
	return gtm.TruthOf(byDefault)
}

// state returns the state of all types.
func (c consent) state() []gtm.Consent {
	all := c.clone().types
	for i := range all {
		all[i].Effective = [...]string{gtm.No: "denied", gtm.Unknown: "unknown", gtm.Yes: "granted"}[effective(&all[i])]
	}
	return all
}
