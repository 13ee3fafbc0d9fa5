package google

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// transactionKeys are the keys for the ID of a transaction in GA4 and in Universal
// Analytics.
var transactionKeys = []string{"transaction_id", "transactionId"}

// TransactionID returns the ID of a message's transaction and the path to it; empty if
// there is none.
func TransactionID(fields []datalayer.Field) (id, path string) {
	for i := range fields {
		f := &fields[i]
		switch {
		case slices.Contains(transactionKeys, f.Name) && isIDValue(f.Value):
			return strings.TrimSpace(f.Value.Text), f.Name
		case f.Name == "ecommerce" || f.Name == "purchase" || f.Name == "actionField":
			if id, path := TransactionID(f.Value.Fields); id != "" {
				return id, f.Name + "." + path
			}
			if v, ok := f.Value.Get("id"); ok && f.Name == "actionField" && isIDValue(v) {
				return strings.TrimSpace(v.Text), "actionField.id"
			}
		}
	}
	return "", ""
}

func isIDValue(v datalayer.Value) bool {
	return (v.Kind == datalayer.String || v.Kind == datalayer.Number) && !v.Opaque() && strings.TrimSpace(v.Text) != "" && !datalayer.IsStringified(v.Text)
}

// IsUniversal reports whether a message is in the format of Universal Analytics' enhanced
// ecommerce. See https://support.google.com/analytics/answer/10119380.
func IsUniversal(fields []datalayer.Field) bool {
	for i := range fields {
		if f := &fields[i]; f.Name == "ecommerce" {
			return slices.ContainsFunc(f.Value.Fields, func(f datalayer.Field) bool { return slices.Contains(known().Universal, f.Name) })
		}
	}
	return false
}

// IsUniversalPurchase reports whether a message is a purchase in the format of
// Universal Analytics.
func IsUniversalPurchase(fields []datalayer.Field) bool {
	for i := range fields {
		if f := &fields[i]; f.Name == "ecommerce" {
			_, ok := f.Value.Get("purchase")
			return ok
		}
	}
	return false
}
