package gtm

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
)

// url reads a part of the page's address, of the address that the page gave in
// gtm.url, or of one that the variable takes from elsewhere.
func (r *reader) url(v *Variable) reading {
	address := known(datalayer.StringOf(r.page.URL))
	for _, source := range []reading{r.read(v.settings.get("customUrlSource")), r.givenURL()} {
		if !source.known {
			return source
		}
		if source.value.Truthy() {
			address = source
			break
		}
	}
	text, ok := address.value.AsString()
	switch {
	case !ok:
		return notKnown(noText(address.value))
	case text == "":
		return notKnown("the page's address was not captured")
	}
	part := r.urlOf(v, text)
	if !part.known {
		return part
	}
	return captured(part.value)
}

// givenURL is the address that the page says it has, undefined where it says
// none.
func (r *reader) givenURL() reading {
	given := r.state.GetV1("gtm.url")
	if !given.Known {
		return r.doubted()
	}
	return captured(given.Value)
}

func (r *reader) urlOf(v *Variable, address string) reading {
	component := v.settings.get("component").constant.Text
	if component == "" || component == "URL" {
		before, _, _ := strings.Cut(address, "#")
		return known(datalayer.StringOf(before))
	}
	return urlComponent(address, component, r, v)
}

var www = regexp.MustCompile(`^www\d*\.`)

// urlComponent returns a part of an address. A relative one is taken from the
// page's.
func urlComponent(address, component string, r *reader, v *Variable) reading {
	parsed := parseURL(address, r.page.URL)
	switch component {
	case "PROTOCOL":
		return known(datalayer.StringOf(parsed.scheme))
	case "HOST":
		host := strings.ToLower(parsed.host)
		if v.settings.get("stripWww").on() {
			host = www.ReplaceAllString(host, "")
		}
		return known(datalayer.StringOf(host))
	case "PORT":
		return known(datalayer.StringOf(parsed.portOrDefault()))
	case "PATH":
		return r.path(v, parsed.path)
	case "EXTENSION":
		return known(datalayer.StringOf(extension(parsed.path)))
	case "QUERY":
		return r.query(v, parsed.query)
	case "FRAGMENT":
		return known(datalayer.StringOf(parsed.fragment))
	default:
		return notKnown("the part " + component + " of an address is not known")
	}
}

// address is an address in its parts, none of them decoded.
type address struct{ scheme, host, port, path, query, fragment string }

var addressParts = regexp.MustCompile(`(?s)^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`)

func parseURL(text, base string) address {
	parts := addressParts.FindStringSubmatch(text)
	a := address{scheme: strings.ToLower(parts[1]), path: parts[3], query: parts[4], fragment: parts[5]}
	if a.scheme == "" && base != "" {
		resolved, err := resolve(text, base)
		if err == nil {
			return parseURL(resolved, "")
		}
	}
	authority := parts[2]
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	a.host = authority
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		a.host, a.port = authority[:i], authority[i+1:]
	}
	if a.path == "" && (a.scheme == "http" || a.scheme == "https") {
		a.path = "/"
	}
	return a
}

func resolve(text, base string) (string, error) {
	from, err := url.Parse(base)
	if err != nil || !from.IsAbs() {
		return "", err
	}
	to, err := from.Parse(text)
	if err != nil {
		return "", err
	}
	return to.String(), nil
}

func (a address) portOrDefault() string {
	switch {
	case a.port != "":
		return a.port
	case a.scheme == "http":
		return "80"
	case a.scheme == "https":
		return "443"
	default:
		return ""
	}
}

// path takes off the last part where it is one of the variable's default pages.
func (r *reader) path(v *Variable, path string) reading {
	pages := r.read(v.settings.get("defaultPages"))
	if !pages.known {
		return pages
	}
	last := strings.LastIndexByte(path, '/') + 1
	for _, page := range pages.value.Items {
		if name, _ := page.AsString(); name == path[last:] {
			path = path[:last]
			break
		}
	}
	return known(datalayer.StringOf(path))
}

func extension(path string) string {
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return ""
	}
	before, _, _ := strings.Cut(path[dot+1:], "/")
	return before
}

// query returns the whole query, or the first value of a key of it.
func (r *reader) query(v *Variable, query string) reading {
	keys, reading := r.queryKeys(v)
	if !reading.known || len(keys) == 0 {
		if reading.known {
			return known(datalayer.StringOf(query))
		}
		return reading
	}
	ignoreEmpty := v.settings.get("enableIgnoreEmptyQueryParam").on()
	for _, key := range keys {
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			if decodeQuery(name) != key || ignoreEmpty && value == "" {
				continue
			}
			return known(datalayer.StringOf(decodeQuery(value)))
		}
	}
	return known(datalayer.Value{})
}

// queryKeys returns the keys to look for: one, or several with commas between
// them.
func (r *reader) queryKeys(v *Variable) ([]string, reading) {
	key := r.read(v.settings.get("queryKey"))
	text, ok := key.value.AsString()
	switch {
	case !key.known || !ok:
		return nil, notKnown("the query key is not known")
	case !key.value.Truthy():
		return nil, known(datalayer.Value{})
	case !v.settings.get("enableMultiQueryKeys").on():
		return []string{text}, known(datalayer.Value{})
	}
	keys := strings.Split(text, ",")
	for i := range keys {
		keys[i] = strings.TrimSpace(keys[i])
	}
	return slices.DeleteFunc(keys, func(key string) bool { return key == "" }), known(datalayer.Value{})
}

// decodeQuery makes spaces of pluses and then decodes. What cannot be decoded
// stays as it is.
func decodeQuery(text string) string {
	text = strings.ReplaceAll(text, "+", " ")
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

// sameURL compares two addresses as the "matches URL" operator does: protocol,
// host without www, port and path; not the query and the fragment.
func sameURL(a, b string) bool {
	return comparable(parseURL(a, "")) == comparable(parseURL(b, ""))
}

func comparable(a address) address {
	return address{
		scheme: a.scheme, host: strings.TrimPrefix(strings.ToLower(a.host), "www."), port: a.portOrDefault(),
		path: strings.TrimSuffix(strings.ToLower(a.path), "/"),
	}
}
