package google

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// MeantConsentValue is the value of a consent type that was probably meant.
func MeantConsentValue(v datalayer.Value) string {
	switch strings.ToLower(strings.TrimSpace(v.Text)) {
	case "true", "1", "yes", "granted", "grant", "allow", "allowed", "accepted", "opt-in", "on":
		return "granted"
	}
	return "denied"
}

// consentAware are the types of tags that read Google's consent when they fire.
// https://support.google.com/tagmanager/answer/10718549
var consentAware = []string{"googtag", "gaawc", "gaawe", "ua", "awct", "awud", "sp", "flc", "fls", "gclidw"}

// IsConsentAware reports whether tags of a type read Google's consent when they fire.
func IsConsentAware(tagType string) bool { return slices.Contains(consentAware, tagType) }
