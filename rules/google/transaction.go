package google

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// transactionKeys are the keys under which sites push the ID of a transaction: GA4's
// and those of Universal Analytics.
var transactionKeys = []string{"transaction_id", "transactionId"}

// TransactionID is the ID of the transaction that a message is about, and the path to
// it; empty for none.
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

// IsUniversalPurchase reports whether a message is a purchase as Universal Analytics has them.
func IsUniversalPurchase(fields []datalayer.Field) bool {
	for i := range fields {
		if f := &fields[i]; f.Name == "ecommerce" {
			_, ok := f.Value.Get("purchase")
			return ok
		}
	}
	return false
}
