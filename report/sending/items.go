package sending

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/hits/names"
	"layertap/rules"
)

// maxItems bounds the number of compared items. Google Analytics accepts no more per event
// (https://support.google.com/analytics/answer/9267744).
const maxItems = 200

// item is an item in a hit, with the parameter names of the data layer.
type item map[string]string

// compareItems compares the items that a tag should send with those of its hit, with a row
// for each of their parameters: "items[0].price".
func (k *tagType) compareItems(sends []gtm.Parameter, hit *datalayer.Hit) []Parameter {
	if len(k.Items) == 0 {
		return nil
	}
	sent := k.sentItems(hit)
	at := slices.IndexFunc(sends, k.isItems)
	switch {
	case at < 0 && len(sent) == 0:
		return nil
	case at < 0:
		return itemRows(nil, sent)
	}
	p := Parameter{Name: "items", Sent: counted(len(sent)), Verdict: Unknown}
	switch v := sends[at].Value; {
	case !sends[at].Known:
		p.Reason = sends[at].Unknown()
	case v.Kind == datalayer.Array:
		return itemRows(v.Items, sent)
	case v.Kind == datalayer.Undefined || v.Kind == datalayer.Null:
		return itemRows(nil, sent)
	default:
		p.Reason = "it is " + rules.Article(v.Kind.String())
	}
	return []Parameter{p}
}

// isItems reports whether a setting holds the items.
func (k *tagType) isItems(send gtm.Parameter) bool {
	return slices.ContainsFunc(k.Parameters, func(prefix string) bool { return send.Name == prefix+"items" })
}

func counted(items int) string {
	switch items {
	case 0:
		return ""
	case 1:
		return "1 item"
	}
	return strconv.Itoa(items) + " items"
}

// place matches an item's parameter in a hit: the number of the item, and the code.
var place = regexp.MustCompile(`^pr(\d{1,3})\.(\w+)$`)

// sentItems returns the items of a hit in order.
func (k *tagType) sentItems(hit *datalayer.Hit) []item {
	var all []item
	for _, group := range names.Describe(hit) {
		for _, rows := range group.Item {
			one := item{}
			for _, row := range rows {
				m := place.FindStringSubmatch(row.Wire)
				if m == nil {
					continue
				}
				name, known := k.Items[m[2]]
				if !known {
					name = row.Name // a custom parameter
				}
				one[name], _ = row.Value.AsString()
			}
			if len(one) > 0 && len(all) < maxItems {
				all = append(all, one)
			}
		}
	}
	return all
}

// itemRows compares the expected items with those sent.
func itemRows(expected []datalayer.Value, sent []item) []Parameter {
	var all []Parameter
	for i := range min(max(len(expected), len(sent)), maxItems) {
		at := fmt.Sprintf("items[%d].", i)
		var got item
		if i < len(sent) {
			got = sent[i]
		}
		seen := map[string]bool{}
		if i < len(expected) {
			for _, f := range expected[i].Fields {
				if seen[f.Name] {
					continue
				}
				seen[f.Name] = true
				p := beside(f.Name, gtm.Parameter{Name: f.Name, Value: f.Value, Known: true}, got)
				if p.Name = at + f.Name; p.Verdict != "" {
					all = append(all, p)
				}
			}
		}
		added := len(all)
		for name, text := range got {
			if !seen[name] {
				all = append(all, Parameter{Name: at + name, Sent: text, Verdict: Added})
			}
		}
		slices.SortFunc(all[added:], func(a, b Parameter) int { return strings.Compare(a.Name, b.Name) })
	}
	return all
}
