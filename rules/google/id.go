package google

import (
	"regexp"
	"slices"
	"strings"
)

// placeholder matches an ID that consists only of the letter X, as in documentation:
// G-XXXXXXXXXX, UA-XXXXX-Y. An ID that only contains some X in a row may be real.
var placeholder = regexp.MustCompile(`(?i)^(?:(?:G|GT|AW|DC|MC|HA|GTM)-)?X{4,}$|^UA-X{4,}-[XY]$`)

// IsPlaceholder reports whether an ID of Google's tags is a placeholder, not that of an
// account.
func IsPlaceholder(id string) bool { return placeholder.MatchString(id) }

// Destination returns the ID in a send_to target: AW-1 in "AW-1/label".
func Destination(target string) string {
	id, _, _ := strings.Cut(target, "/")
	return strings.TrimSpace(id)
}

// idPrefixes are the prefixes of the IDs of Google's destinations.
var idPrefixes = []string{"G-", "GT-", "AW-", "DC-", "UA-"}

// IsID reports whether a send_to target is an ID and not a group.
func IsID(target string) bool {
	return slices.ContainsFunc(idPrefixes, func(prefix string) bool { return strings.HasPrefix(target, prefix) })
}

// IsGA4 reports whether events sent to an ID can reach Google Analytics 4.
func IsGA4(id string) bool { return strings.HasPrefix(id, "G-") || strings.HasPrefix(id, "GT-") }
