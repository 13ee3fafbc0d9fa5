package google

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// SuggestedConsentValue returns the consent value that was probably meant; empty if that
// isn't known.
func SuggestedConsentValue(v datalayer.Value) string {
	switch strings.ToLower(strings.TrimSpace(v.Text)) {
	case "true", "1", "yes", "granted", "grant", "allow", "allowed", "accepted", "opt-in", "on":
		return "granted"
	}
	return "denied"
}

// consentAware are the types of tags that check Google's consent mode when they fire.
// See https://support.google.com/tagmanager/answer/10718549.
var consentAware = []string{"googtag", "gaawc", "gaawe", "ua", "awct", "awud", "sp", "flc", "fls", "gclidw"}

// IsConsentAware reports whether tags of a type check Google's consent mode when they
// fire.
func IsConsentAware(tagType string) bool { return slices.Contains(consentAware, tagType) }
