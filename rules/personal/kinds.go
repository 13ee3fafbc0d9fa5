// Package personal recognizes personal data in values, masks it and redacts it.
package personal

import (
	"cmp"
	"net/url"
	"strings"

	"layertap/datalayer"
)

// BareName returns a parameter's own name in a hit: GA4 sends link_text as
// ep.link_text, Meta as cd[link_text].
func BareName(sent string) string {
	name := strings.TrimSuffix(sent, "]")
	return name[strings.LastIndexAny(name, ".[")+1:]
}

// Kind is a kind of personal data.
type Kind string

// The kinds that are reported as personal-data. A redaction mark of one of them in a
// recording means that there was a finding.
const (
	anEmail Kind = "email"
	aPhone  Kind = "phone"
	aCard   Kind = "card"
	anIBAN  Kind = "iban"
	aToken  Kind = "token"
	aName   Kind = "name"
)

// The kinds that are only removed when data is shared: they may be harmless, or are
// forms of personal data that the finding doesn't include.
const (
	aContact Kind = "contact"
	aSecret  Kind = "secret"
	aPerson  Kind = "person"
	aPlace   Kind = "place"
	aHash    Kind = "hash"
	anIP     Kind = "ip"
	anID     Kind = "id"
	aText    Kind = "text"
)

// kinds are the words for each kind: singular and plural.
var kinds = map[Kind]struct{ one, many string }{
	anEmail:  {"an e-mail address", "e-mail addresses"},
	aPhone:   {"a phone number", "phone numbers"},
	aCard:    {"a payment card number", "payment card numbers"},
	anIBAN:   {"an IBAN", "IBANs"},
	aToken:   {"a secret or token", "secrets or tokens"},
	aName:    {"a person's name or address", "names or addresses of people"},
	aContact: {"an e-mail address or phone number", "e-mail addresses or phone numbers"},
	aSecret:  {"a secret or token", "secrets or tokens"},
	aPerson:  {"a detail of a person", "details of people"},
	aPlace:   {"a place", "places"},
	aHash:    {"a hash", "hashes"},
	anIP:     {"an IP address", "IP addresses"},
	anID:     {"the ID of a person", "IDs of people"},
	aText:    {"a visitor's text", "texts of visitors"},
}

// Words returns the kind in words. Other tools may have other kinds.
func (p Kind) Words() string { return cmp.Or(kinds[p].one, "personal data") }

// IsFinding reports whether a value removed for this reason would have been reported as
// personal-data.
func (p Kind) IsFinding() bool {
	switch p {
	case aContact, aSecret, aPerson, aPlace, aHash, anIP, anID, aText:
		return false
	}
	return true
}

// keys in lower case without separators whose values are always personal data
var personalKeys = map[string]Kind{
	"firstname": aName, "lastname": aName, "fullname": aName, "surname": aName, "familyname": aName, "givenname": aName,
	"customername": aName, "visitorname": aName, "streetaddress": aName, "street": aName, "dateofbirth": aName,
	"birthdate": aName, "birthday": aName, "dob": aName,
	"phone": aPhone, "phonenumber": aPhone, "telephone": aPhone, "mobile": aPhone, "mobilenumber": aPhone, "msisdn": aPhone,
	"tel": aPhone, "telnumber": aPhone, "cellphone": aPhone, "mobilephone": aPhone, "userphone": aPhone, "customerphone": aPhone,
	"password": aToken, "passwd": aToken, "secret": aToken, "accesstoken": aToken, "refreshtoken": aToken,
	"idtoken": aToken, "authtoken": aToken, "apikey": aToken, "authorization": aToken, "sessiontoken": aToken,
}

// KindOf returns the kind of personal data that a value is, or has in a URL's query, or
// "".
func KindOf(key string, v datalayer.Value) Kind {
	if v.Kind == datalayer.String {
		if why := Kind(datalayer.MarkedAs(v.Text)); why != "" && why.IsFinding() {
			return why
		}
		if hadEmail(beforeQuery(v.Text)) {
			return anEmail
		}
	}
	if v.Kind == datalayer.String && len(v.Text) <= maxQuery && (strings.IndexByte(v.Text, '=') >= 0 || strings.IndexByte(v.Text, '%') >= 0) {
		if kind := inQuery(v.Text); kind != "" {
			return kind
		}
	}
	return kindOf(key, v)
}

// hadEmail reports whether an e-mail address that would be a finding was removed from a
// text.
func hadEmail(s string) (had bool) {
	if strings.IndexByte(s, '[') < 0 && strings.IndexByte(s, '%') < 0 || !strings.Contains(s, "email") || isContactLink(s) {
		return false
	}
	datalayer.EachMark(s, func(why, _ string) { had = had || Kind(why) == anEmail })
	return had
}

// beforeQuery returns a URL without query and fragment, and any other text unchanged.
func beforeQuery(s string) string {
	if end := strings.IndexAny(s, "?#"); end >= 0 && strings.Contains(s[end:], "=") {
		return s[:end]
	}
	return s
}

// Bounds of decoding a query.
const (
	maxQuery = 8 << 10
	maxPairs = 64
)

// inQuery returns the kind of personal data in the query or the fragment of a URL,
// after decoding, or "".
func inQuery(s string) Kind {
	_, query, found := strings.Cut(s, "?")
	if !found {
		if _, query, found = strings.Cut(s, "#"); !found {
			query = s
		}
	}
	if !strings.Contains(query, "=") {
		query = "=" + query
	}
	pairs := strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == '#' || r == '?' || r == ';' })
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || i == maxPairs {
			break
		}
		once := unescaped(value)
		twice := unescaped(once) // some are encoded twice
		if twice == value && !found {
			continue // a text that contains an =
		}
		for _, plain := range [...]string{once, twice} {
			if why := Kind(datalayer.MarkedAs(plain)); why != "" && why.IsFinding() {
				return why // it was removed from the recording
			}
			if hadEmail(plain) {
				return anEmail
			}
			if kind := kindOf(BareName(name), datalayer.StringOf(plain)); kind != "" {
				return kind
			}
		}
	}
	return ""
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// kindOf returns the kind of personal data that a value is, or "".
func kindOf(key string, v datalayer.Value) Kind {
	s := v.Text
	if len(s) < 2 {
		return ""
	}
	if v.Kind == datalayer.String {
		switch {
		case strings.IndexByte(s, '@') > 0 && findEmail(s, false) != (span{}) && !isContactLink(s):
			return anEmail
		case isPhone(s):
			return aPhone
		case isIBAN(s):
			return anIBAN
		case isToken(s):
			return aToken
		}
	}
	if isCard(s) {
		return aCard
	}
	if kind, ok := keyKind(key); ok && isPlausible(kind, v) {
		return kind
	}
	return ""
}

// isContactLink reports whether a text is a link for contacting someone. The address in
// it is meant to be public.
func isContactLink(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	return ok && (strings.EqualFold(scheme, "mailto") || strings.EqualFold(scheme, "tel"))
}

func keyKind(key string) (Kind, bool) {
	var letters [24]byte
	kind, ok := personalKeys[string(fold(key, &letters))]
	return kind, ok
}

// fold copies a key's letters in lower case to a buffer and returns them; none if they
// don't fit.
func fold(key string, into *[24]byte) []byte {
	n := 0
	for i := range len(key) {
		b := key[i]
		switch {
		case b >= 'A' && b <= 'Z':
			b |= 0x20
		case b < 'a' || b > 'z':
			continue
		}
		if n == len(into) {
			return nil
		}
		into[n] = b
		n++
	}
	return into[:n]
}

// isPlausible reports whether a value can be what its key indicates.
func isPlausible(kind Kind, v datalayer.Value) bool {
	switch kind {
	case aPhone:
		digits := countDigits(v.Text)
		return digits >= 7 && digits <= 15
	case aToken:
		return v.Kind == datalayer.String && len(v.Text) >= 8 && !strings.Contains(v.Text, " ") && !datalayer.IsStringified(v.Text)
	}
	return v.Kind == datalayer.String && !datalayer.IsStringified(v.Text) && !isDigits(v.Text)
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
