package diff

import (
	"net/url"
	"slices"

	"layertap/datalayer"
	"layertap/session"
)

// OtherSites reports whether two sessions have pages, but on no site in common, and
// returns the first site of each. That may be meant: a release is compared on a staging
// site.
func OtherSites(before, after session.Snapshot) (first, second string, other bool) {
	a, b := sites(before), sites(after)
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(site string) bool { return slices.Contains(b, site) }) {
		return "", "", false
	}
	return a[0], b[0], true
}

// mostSites is the maximum number of sites looked at in a session.
const mostSites = 100

// sites returns the hosts of the pages in the tabs of a session.
func sites(s session.Snapshot) []string {
	var hosts []string
	for i := range s.Len() {
		page, ok := s.Entry(i).(*datalayer.Page)
		if !ok || page.Frame != "main" || len(hosts) == mostSites {
			continue
		}
		if u, err := url.Parse(page.URL); err == nil && u.Host != "" && !slices.Contains(hosts, u.Host) {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}
