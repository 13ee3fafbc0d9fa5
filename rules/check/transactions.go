package check

import (
	"strings"

	"layertap/rules"
	"layertap/rules/google"
	"layertap/rules/words"
)

// maxTransactions bounds how many are kept in mind.
const maxTransactions = 1 << 16

// transaction reports a purchase that was pushed before, also on another page: the
// confirmation page was reloaded, or opened again.
func (c *Checker) transaction() {
	m, push := c.now.message, c.now.push
	if m.Event != "purchase" && (c.now.rule == nil || c.now.rule.event.Name != "purchase") && !google.IsUniversalPurchase(m.Fields) {
		return
	}
	id, path := google.TransactionID(m.Fields)
	if id == "" || c.isRepeated {
		return
	}
	key := id + "\x00" + strings.Join(c.sendTo(), " ") + "\x00" + string(push.Kind) + push.Layer
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
	c.reportOn(rules.DuplicateTransaction, form, rules.Finding{Path: path}, c.planEvent(), nil,
		"value", words.Quote(id), "other", words.Number(earlier.Seq), "time", words.ShortTime(push.T-earlier.T))
}
