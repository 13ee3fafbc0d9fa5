// Package personal recognizes personal data in values, masks it and redacts it.
package personal

import (
	"cmp"
	"net/url"
	"strings"

	"layertap/datalayer"
)

// BareName is a parameter's own name in a hit: GA4 sends link_text as ep.link_text,
// Meta as cd[link_text].
func BareName(sent string) string {
	name := strings.TrimSuffix(sent, "]")
	return name[strings.LastIndexAny(name, ".[")+1:]
}

// Kind is a kind of personal data.
type Kind string

const (
	anEmail Kind = "email"
	aPhone  Kind = "phone"
	aCard   Kind = "card"
	anIBAN  Kind = "iban"
	aToken  Kind = "token"
	aName   Kind = "name"
)

var personalWords = map[Kind]string{
	anEmail: "an e-mail address", aPhone: "a phone number", aCard: "a payment card number", anIBAN: "an IBAN",
	aToken: "a secret or token", aName: "a person's name or address",
}

// Words are what a user calls it. Other tools may have kinds of their own.
func (p Kind) Words() string { return cmp.Or(personalWords[p], "personal data") }

// keys under which nothing but personal data stands, without case and
// separators.
var personalKeys = map[string]Kind{
	"firstname": aName, "lastname": aName, "fullname": aName, "surname": aName, "familyname": aName, "givenname": aName,
	"customername": aName, "visitorname": aName, "streetaddress": aName, "street": aName, "dateofbirth": aName,
	"birthdate": aName, "birthday": aName, "dob": aName,
	"phone": aPhone, "phonenumber": aPhone, "telephone": aPhone, "mobile": aPhone, "mobilenumber": aPhone, "msisdn": aPhone,
	"tel": aPhone, "telnumber": aPhone, "cellphone": aPhone, "mobilephone": aPhone, "userphone": aPhone, "customerphone": aPhone,
	"password": aToken, "passwd": aToken, "secret": aToken, "accesstoken": aToken, "refreshtoken": aToken,
	"idtoken": aToken, "authtoken": aToken, "apikey": aToken, "authorization": aToken, "sessiontoken": aToken,
}

// KindOf returns what kind of personal data a value is, or holds in the query of a URL,
// or "".
func KindOf(key string, v datalayer.Value) Kind {
	if v.Kind == datalayer.String && len(v.Text) <= maxQuery && (strings.IndexByte(v.Text, '=') >= 0 || strings.IndexByte(v.Text, '%') >= 0) {
		if kind := inQuery(v.Text); kind != "" {
			return kind
		}
	}
	return kindOf(key, v)
}

// Bounds of what is looked at of a query.
const (
	maxQuery = 8 << 10
	maxPairs = 64
)

// inQuery returns what kind of personal data is in the query or the fragment of a URL,
// decoded first, or "".
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
		plain := unescaped(unescaped(value)) // some are escaped twice
		if plain == value && !found {
			continue // a text with an = in it
		}
		if kind := kindOf(BareName(name), datalayer.StringOf(plain)); kind != "" {
			return kind
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

// kindOf returns what kind of personal data a value is, or "".
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
	if kind, ok := keyKind(key); ok && bears(kind, v) {
		return kind
	}
	return ""
}

// isContactLink reports whether a text is a link that is there to be clicked. The
// address in it is that of whoever wants to be written to.
func isContactLink(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	return ok && (strings.EqualFold(scheme, "mailto") || strings.EqualFold(scheme, "tel"))
}

func keyKind(key string) (Kind, bool) {
	var letters [24]byte
	kind, ok := personalKeys[string(fold(key, &letters))]
	return kind, ok
}

// fold puts a key's letters A to Z into a buffer in lower case, and returns them; none for a
// key that has more than fit.
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

// bears reports whether a value can be what its key says.
func bears(kind Kind, v datalayer.Value) bool {
	switch kind {
	case aPhone:
		digits := countDigits(v.Text)
		return digits >= 7 && digits <= 15
	case aToken:
		return v.Kind == datalayer.String && len(v.Text) >= 8 && !strings.Contains(v.Text, " ")
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
