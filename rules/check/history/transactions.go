package history

import (
	"strings"

	"layertap/rules"
	"layertap/rules/google"
	"layertap/rules/words"
)

// maxTransactions bounds the stored transactions.
const maxTransactions = 1 << 16

// Transaction reports a purchase that was pushed before, possibly on another page: the
// confirmation page was reloaded or opened again.
func (c *Judge) Transaction() {
	m, push := c.now.Message, c.now.Push
	if m.Event != "purchase" && (c.now.Rule == nil || c.now.Rule.Event.Name != "purchase") && !google.IsUniversalPurchase(m.Fields) {
		return
	}
	id, path := google.TransactionID(m.Fields)
	if id == "" || c.isRepeated {
		return
	}
	key := id + "\x00" + strings.Join(c.now.SendTo(), " ") + "\x00" + string(push.Kind) + push.Layer
	earlier := c.transactions[key]
	if earlier == nil {
		if len(c.transactions) >= maxTransactions {
			clear(c.transactions)
		}
		c.transactions[key] = push
		return
	}
	form := "page"
	if earlier.Page != push.Page {
		form = "pages"
	}
	c.now.ReportOn(rules.DuplicateTransaction, form, rules.Finding{Path: path}, c.now.PlanEvent(), nil,
		"value", words.Quote(id), "other", words.Number(earlier.Seq), "time", words.ShortTime(push.T-earlier.T))
}
