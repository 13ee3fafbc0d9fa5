package google

import (
	"regexp"
	"slices"
	"strings"
)

// placeholder is an ID of nothing but the letter X, as documentation has it in the place
// of the reader's own: G-XXXXXXXXXX, UA-XXXXX-Y. An ID that only holds some X in a row
// may be a real one.
var placeholder = regexp.MustCompile(`(?i)^(?:(?:G|GT|AW|DC|MC|HA|GTM)-)?X{4,}$|^UA-X{4,}-[XY]$`)

// IsPlaceholder reports whether an ID of Google's tags is a placeholder, which no account
// can have.
func IsPlaceholder(id string) bool { return placeholder.MatchString(id) }

// Destination is the ID in what send_to names: AW-1 in "AW-1/label".
func Destination(target string) string {
	id, _, _ := strings.Cut(target, "/")
	return strings.TrimSpace(id)
}

// idPrefixes begin the IDs of Google's destinations.
var idPrefixes = []string{"G-", "GT-", "AW-", "DC-", "UA-"}

// IsID reports whether what send_to names is an ID, and not a group.
func IsID(target string) bool {
	return slices.ContainsFunc(idPrefixes, func(prefix string) bool { return strings.HasPrefix(target, prefix) })
}

// IsGA4 reports whether events that go to an ID can reach Google Analytics 4.
func IsGA4(id string) bool { return strings.HasPrefix(id, "G-") || strings.HasPrefix(id, "GT-") }
