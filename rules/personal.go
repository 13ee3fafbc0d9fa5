package rules

import (
	"cmp"
	"strings"

	"layertap/datalayer"
)

// personal says where the message holds personal data.
func (c *Checker) personal() {
	for i := range c.now.message.fields {
		f := &c.now.message.fields[i]
		if isOwnKey(f.Name) {
			continue
		}
		if c.now.rule != nil && c.allowsPersonal(f.Name) {
			continue
		}
		c.enter(f.Name)
		c.personalIn(f.Name, f.Value, "plain")
		c.leave()
	}
}

// personalHit says where the parameters of a hit hold personal data, but for
// those that may in the message that it came from.
func (c *Checker) personalHit(hit *datalayer.Hit) {
	params, err := datalayer.Decode(hit.Params)
	if err != nil {
		return // it has none
	}
	for _, f := range params.Fields {
		name := bareName(f.Name)
		if c.now.rule != nil && c.allowsPersonal(name) {
			continue
		}
		if name == f.Name && isDigits(f.Value.Text) || f.Value.Text == hit.ID {
			continue // the vendor's own numbers, some of which could be a card's
		}
		c.enter(f.Name)
		c.personalIn(name, f.Value, "hit", "other", hit.Vendor)
		c.leave()
	}
}

// bareName is a parameter's own name in a hit: GA4 sends link_text as ep.link_text,
// Meta as cd[link_text].
func bareName(sent string) string {
	name := strings.TrimSuffix(sent, "]")
	return name[strings.LastIndexAny(name, ".[")+1:]
}

// allowsPersonal says whether the plan has a parameter of that name, or nearly,
// that may look like personal data.
func (c *Checker) allowsPersonal(name string) bool {
	l := c.now.rule.level
	at, ok := l.index[name]
	if near := c.parameters.spelling(name).near; !ok && len(near) > 0 {
		at, ok = l.index[near[0].name]
	}
	return ok && l.slots[at].parameter.Personal
}

func (c *Checker) personalIn(key string, v datalayer.Value, form string, words ...string) {
	switch {
	case v.Kind == datalayer.String || v.Kind == datalayer.Number:
		if kind := personalKind(key, v); kind != "" {
			c.report(PersonalData, form, Finding{Path: c.at("")}, nil,
				append([]string{"actual", kind.words(), "value", mask(v.Text, kind)}, words...)...)
		}
	case v.Kind == datalayer.Redacted: // it was there, and was taken out of the recording
		c.report(PersonalData, form, Finding{Path: c.at("")}, nil,
			append([]string{"actual", personalType(v.Text).words(), "value", "redacted"}, words...)...)
	case len(v.Fields) > 0 && v.Kind != datalayer.Element:
		for i := range v.Fields {
			c.enter(v.Fields[i].Name)
			c.personalIn(v.Fields[i].Name, v.Fields[i].Value, form, words...)
			c.leave()
		}
	default:
		for i := range v.Items {
			c.enterIndex(i)
			c.personalIn(key, v.Items[i], form, words...)
			c.leave()
		}
	}
}

// personalType is a kind of personal data.
type personalType string

const (
	anEmail personalType = "email"
	aPhone  personalType = "phone"
	aCard   personalType = "card"
	anIBAN  personalType = "iban"
	aToken  personalType = "token"
	aName   personalType = "name"
)

var personalWords = map[personalType]string{
	anEmail: "an e-mail address", aPhone: "a telephone number", aCard: "a payment card's number", anIBAN: "an IBAN",
	aToken: "a secret or token", aName: "a person's name or address",
}

// words are what a user calls it. Other tools may have kinds of their own.
func (p personalType) words() string { return cmp.Or(personalWords[p], "personal data") }

// keys under which nothing but personal data stands, without case and
// separators.
var personalKeys = map[string]personalType{
	"firstname": aName, "lastname": aName, "fullname": aName, "surname": aName, "familyname": aName, "givenname": aName,
	"customername": aName, "visitorname": aName, "streetaddress": aName, "street": aName, "dateofbirth": aName,
	"birthdate": aName, "birthday": aName, "dob": aName,
	"phone": aPhone, "phonenumber": aPhone, "telephone": aPhone, "mobile": aPhone, "mobilenumber": aPhone, "msisdn": aPhone,
	"password": aToken, "passwd": aToken, "secret": aToken, "accesstoken": aToken, "refreshtoken": aToken,
	"idtoken": aToken, "authtoken": aToken, "apikey": aToken, "authorization": aToken, "sessiontoken": aToken,
}

// personalKind returns what kind of personal data a value is, or "".
func personalKind(key string, v datalayer.Value) personalType {
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

// isContactLink says whether a text is a link that is there to be clicked. The
// address in it is that of whoever wants to be written to.
func isContactLink(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	return ok && (strings.EqualFold(scheme, "mailto") || strings.EqualFold(scheme, "tel"))
}

func keyKind(key string) (personalType, bool) {
	var folded [24]byte
	n := 0
	for i := range len(key) {
		b := key[i]
		switch {
		case b >= 'A' && b <= 'Z':
			b |= 0x20
		case b < 'a' || b > 'z':
			continue
		}
		if n == len(folded) {
			return "", false
		}
		folded[n] = b
		n++
	}
	kind, ok := personalKeys[string(folded[:n])]
	return kind, ok
}

// bears says whether a value can be what its key says.
func bears(kind personalType, v datalayer.Value) bool {
	switch kind {
	case aPhone:
		digits := countDigits(v.Text)
		return digits >= 7 && digits <= 15
	case aToken:
		return v.Kind == datalayer.String && len(v.Text) >= 8 && !strings.Contains(v.Text, " ")
	}
	return v.Kind == datalayer.String && !isStringified(v.Text) && !isDigits(v.Text)
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
