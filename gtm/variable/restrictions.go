package variable

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// Restrictions are the allowlist and blocklist that a page can push: gtm.allowlist and
// gtm.blocklist, or the older gtm.whitelist and gtm.blacklist. They contain types and
// classes of tags and variables. The nil Restrictions allow everything. See
// https://developers.google.com/tag-platform/tag-manager/restrict.
type Restrictions struct {
	block, allow list
}

type list struct {
	given bool
	known bool // it is an array of strings
	names map[string]bool
}

// The classes that a listed class includes: what may run third-party scripts may also
// send third-party pixels.
var (
	blockedWith = map[string][]string{
		"customPixels":     {"customScripts", "html"},
		"customScripts":    {"html"},
		"nonGoogleIframes": {"customScripts", "html", "nonGoogleScripts"},
		"nonGooglePixels":  {"customPixels", "customScripts", "html", "nonGoogleScripts", "nonGoogleIframes"},
		"nonGoogleScripts": {"customScripts", "html"},
	}
	allowedWith = map[string][]string{
		"customPixels":     {"nonGooglePixels"},
		"customScripts":    {"html", "customPixels", "nonGooglePixels", "nonGoogleScripts", "nonGoogleIframes"},
		"html":             {"customScripts", "customPixels", "nonGooglePixels", "nonGoogleScripts", "nonGoogleIframes"},
		"nonGoogleIframes": {"nonGooglePixels"},
		"nonGoogleScripts": {"nonGooglePixels"},
	}
)

// RestrictionsOf returns the restrictions that a page pushed; nil if there are none.
func RestrictionsOf(state *datalayer.State) *Restrictions {
	r := Restrictions{
		block: listOf(state, blockedWith, "gtm.blocklist", "gtm.blacklist"),
		allow: listOf(state, allowedWith, "gtm.allowlist", "gtm.whitelist"),
	}
	if !r.block.given && !r.allow.given {
		return nil
	}
	return &r
}

// listOf returns the first list that isn't empty.
func listOf(state *datalayer.State, with map[string][]string, keys ...string) list {
	for _, key := range keys {
		found := state.GetV1(key)
		if !found.Known {
			return list{given: true}
		}
		if found.Value.Kind != datalayer.Array || len(found.Value.Items) == 0 {
			continue
		}
		l := list{given: true, known: true, names: map[string]bool{}}
		for _, item := range found.Value.Items {
			l.known = l.known && item.Kind == datalayer.String
			l.names[item.Text] = true
			for _, more := range with[item.Text] {
				l.names[more] = true
			}
		}
		return l
	}
	return list{}
}

// Allow reports whether a type of tag or variable may run. class is the type's class in
// Google Tag Manager's documentation; empty if that isn't known.
func (r *Restrictions) Allow(typ, class string) gtm.Truth {
	if r == nil {
		return gtm.Yes
	}
	answer := gtm.Yes
	if r.block.given {
		answer = gtm.Yes - r.block.has(typ, class)
		if strings.HasPrefix(typ, "cvt_") && r.block.known && r.block.hasClass() && !r.allow.names["sandboxedScripts"] {
			answer = gtm.No // a template has the permissions of its class
		}
	}
	if r.allow.given {
		answer = min(answer, r.allow.has(typ, class))
	}
	return answer
}

func (l *list) has(typ, class string) gtm.Truth {
	switch {
	case !l.known:
		return gtm.Unknown
	case l.names[typ] || l.names[class] && class != "":
		return gtm.Yes
	case class == "" && l.hasClass():
		return gtm.Unknown
	default:
		return gtm.No
	}
}

var classes = []string{
	"google", "customPixels", "customScripts", "nonGooglePixels", "nonGoogleScripts", "nonGoogleIframes", "sandboxedScripts",
}

func (l *list) hasClass() bool {
	return slices.ContainsFunc(classes, func(class string) bool { return l.names[class] })
}
