package google

import "regexp"

// placeholder is an ID of nothing but the letter X, as documentation has it in the place
// of the reader's own: G-XXXXXXXXXX, UA-XXXXX-Y. An ID that only holds some X in a row
// may be a real one.
var placeholder = regexp.MustCompile(`(?i)^(?:(?:G|GT|AW|DC|MC|HA|GTM)-)?X{4,}$|^UA-X{4,}-[XY]$`)

// IsPlaceholder reports whether an ID of Google's tags is a placeholder, which no account
// can have.
func IsPlaceholder(id string) bool { return placeholder.MatchString(id) }
