package plan

import (
	"strings"

	"layertap/rules/spelling"
)

// schemes are the schemes of links that chat widgets and shops use. They don't need a
// host.
var schemes = map[string]bool{
	"mailto": true, "tel": true, "sms": true, "smsto": true, "callto": true, "skype": true, "facetime": true,
	"whatsapp": true, "viber": true, "tg": true, "fb-messenger": true, "fb": true, "instagram": true, "line": true,
	"intent": true, "market": true, "itms-apps": true, "geo": true, "maps": true, "webcal": true, "blob": true,
	"data": true, "about": true, "file": true, "chrome-extension": true, "app": true, "ios-app": true, "android-app": true,
}

// IsURL reports whether s is a URL as used in links: absolute, or relative to the
// site's root.
func IsURL(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s, " \t\r\n<>\"") {
		return false
	}
	if s[0] == '/' || s[0] == '#' || s[0] == '?' {
		return true
	}
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || !isScheme(scheme) {
		return false
	}
	authority, slashes := strings.CutPrefix(rest, "//")
	switch {
	case strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"):
		return slashes && isHost(authority)
	case schemes[strings.ToLower(scheme)]:
		return true
	case strings.EqualFold(scheme, "javascript"):
		return false
	}
	return slashes && authority != "" && !nearHTTP(scheme)
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(s[i]))) {
			return false
		}
	}
	return s != ""
}

// isHost reports whether a text begins with a host name or an IP address.
func isHost(s string) bool {
	host := s
	if end := strings.IndexAny(s, "/?#"); end >= 0 {
		host = s[:end]
	}
	if at := strings.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	return host != "" && host[0] != ':' && host[0] != '.' && !strings.Contains(host, "..")
}

// nearHTTP reports whether a scheme is a misspelling of http or https.
func nearHTTP(scheme string) bool {
	typed := []rune(strings.ToLower(scheme))
	return spelling.Distance(typed, []rune("http"), spelling.CostOther) < spelling.Far || spelling.Distance(typed, []rune("https"), spelling.CostOther) < spelling.Far
}
