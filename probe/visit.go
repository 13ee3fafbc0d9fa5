package probe

import "strings"

// Visit is how a browser that is started is set up. What is empty is as the browser
// has it.
type Visit struct {
	UserAgent               string
	Language                string // a tag such as "de-DE": of pages and of the browser
	TimeZone                string // an IANA name such as "Europe/Berlin"
	Incognito               bool
	DevTools                bool // open beside each tab
	IgnoreCertificateErrors bool
	Flags                   []string // any others, such as "--force-dark-mode"
}

// switches are those for the browser's command line, without their dashes.
func (v Visit) switches() []string {
	var all []string
	if v.UserAgent != "" {
		all = append(all, "user-agent="+v.UserAgent)
	}
	if v.Language != "" {
		languages := v.Language
		if short, _, regional := strings.Cut(v.Language, "-"); regional {
			languages += "," + short
		}
		all = append(all, "lang="+v.Language, "accept-lang="+languages)
	}
	if v.Incognito {
		all = append(all, "incognito")
	}
	if v.DevTools {
		all = append(all, "auto-open-devtools-for-tabs")
	}
	if v.IgnoreCertificateErrors {
		all = append(all, "ignore-certificate-errors")
	}
	for _, flag := range v.Flags {
		all = append(all, strings.TrimLeft(flag, "-"))
	}
	return all
}
