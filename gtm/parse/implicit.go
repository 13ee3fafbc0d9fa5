package parse

import (
	"layertap/datalayer"
	"layertap/gtm"
)

// implicit returns what a tag reads without a variable: a GA4 event tag that sends
// ecommerce data from the data layer reads the key ecommerce, version 2. See
// https://developers.google.com/analytics/devguides/collection/ga4/ecommerce?client_type=gtm.
func implicit(c *gtm.Container, t *gtm.Tag) []*gtm.Variable {
	if t.Type != "gaawe" || !t.Settings.Get("sendEcommerceData").On() || t.Settings.Get("getEcommerceDataFrom").String() != "dataLayer" {
		return nil
	}
	for _, v := range c.Variables {
		if v.Implicit {
			return []*gtm.Variable{v}
		}
	}
	return []*gtm.Variable{c.Add(&gtm.Variable{
		Name: "ecommerce", Type: "v", Key: "ecommerce", DataLayerVersion: 2, Implicit: true,
		Settings: gtm.Term{Kind: gtm.MapTerm, Fields: []gtm.TermField{
			{Name: "name", Value: gtm.Constant(datalayer.StringOf("ecommerce"))},
			{Name: "dataLayerVersion", Value: gtm.Constant(datalayer.StringOf("2"))},
		}},
	})}
}
