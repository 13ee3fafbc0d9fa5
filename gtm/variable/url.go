package variable

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"layertap/datalayer"
	"layertap/gtm"
)

// url reads a part of a URL: the page's, the one that the page pushed as gtm.url, or
// one from another variable.
func (r *Reader) url(v *gtm.Variable) Reading {
	address := known(datalayer.StringOf(r.Page.URL))
	for _, source := range []Reading{r.Read(v.Settings.Get("customUrlSource")), r.givenURL()} {
		if !source.Known {
			return source
		}
		if source.Value.Truthy() {
			address = source
			break
		}
	}
	text, ok := address.Value.AsString()
	switch {
	case !ok:
		return notKnown(NoText(address.Value))
	case text == "":
		return notKnown("the page's URL was not captured")
	}
	part := r.urlOf(v, text)
	if !part.Known {
		return part
	}
	return captured(part.Value)
}

// givenURL returns the URL that the page pushed; undefined if there is none.
func (r *Reader) givenURL() Reading {
	given := r.State.GetV1("gtm.url")
	if !given.Known {
		return r.doubted()
	}
	return captured(given.Value)
}

func (r *Reader) urlOf(v *gtm.Variable, address string) Reading {
	component := v.Settings.Get("component").Constant.Text
	if component == "" || component == "URL" {
		before, _, _ := strings.Cut(address, "#")
		return known(datalayer.StringOf(before))
	}
	return urlComponent(address, component, r, v)
}

var www = regexp.MustCompile(`^www\d*\.`)

// urlComponent returns a part of a URL. A relative URL is resolved against the page's.
func urlComponent(address, component string, r *Reader, v *gtm.Variable) Reading {
	parsed := parseURL(address, r.Page.URL)
	switch component {
	case "PROTOCOL":
		return known(datalayer.StringOf(parsed.scheme))
	case "HOST":
		host := strings.ToLower(parsed.host)
		if v.Settings.Get("stripWww").On() {
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
		return notKnown("the part " + component + " of a URL is unknown")
	}
}

// address is a URL split into its parts, which aren't decoded.
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

// path removes the last segment if it is one of the variable's default pages.
func (r *Reader) path(v *gtm.Variable, path string) Reading {
	pages := r.Read(v.Settings.Get("defaultPages"))
	if !pages.Known {
		return pages
	}
	last := strings.LastIndexByte(path, '/') + 1
	for _, page := range pages.Value.Items {
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

// query returns the whole query, or the first value of one of its keys.
func (r *Reader) query(v *gtm.Variable, query string) Reading {
	keys, reading := r.queryKeys(v)
	if !reading.Known || len(keys) == 0 {
		if reading.Known {
			return known(datalayer.StringOf(query))
		}
		return reading
	}
	ignoreEmpty := v.Settings.Get("enableIgnoreEmptyQueryParam").On()
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

// queryKeys returns the keys to look for: one, or several separated by commas.
func (r *Reader) queryKeys(v *gtm.Variable) ([]string, Reading) {
	key := r.Read(v.Settings.Get("queryKey"))
	text, ok := key.Value.AsString()
	switch {
	case !key.Known || !ok:
		return nil, notKnown("the query key is unknown")
	case !key.Value.Truthy():
		return nil, known(datalayer.Value{})
	case !v.Settings.Get("enableMultiQueryKeys").On():
		return []string{text}, known(datalayer.Value{})
	}
	keys := strings.Split(text, ",")
	for i := range keys {
		keys[i] = strings.TrimSpace(keys[i])
	}
	return slices.DeleteFunc(keys, func(key string) bool { return key == "" }), known(datalayer.Value{})
}

// decodeQuery replaces pluses by spaces and decodes the result. If that fails, it is
// left as it is.
func decodeQuery(text string) string {
	text = strings.ReplaceAll(text, "+", " ")
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

// SameURL compares two URLs as the "matches URL" operator does: by protocol, host
// without www, port and path, but not by query and fragment. Both are resolved as a
// browser resolves a link's href on the page. It is unknown if one isn't valid.
func (r *Reader) SameURL(a, b string) gtm.Truth {
	if r.Page.URL == "" {
		return gtm.Unknown
	}
	first, err := comparable(r.Page.URL, a)
	if err != nil {
		return gtm.Unknown
	}
	second, err := comparable(r.Page.URL, b)
	if err != nil {
		return gtm.Unknown
	}
	return gtm.TruthOf(first == second)
}

func comparable(page, href string) (address, error) {
	u, err := whatwg.ParseRef(page, href)
	if err != nil {
		return address{}, err
	}
	a := address{
		scheme: strings.TrimSuffix(u.Protocol(), ":"), host: strings.TrimPrefix(u.Hostname(), "www."), port: u.Port(),
		path: strings.TrimSuffix(strings.ToLower(u.Pathname()), "/"),
	}
	a.port = a.portOrDefault()
	return a, nil
}
