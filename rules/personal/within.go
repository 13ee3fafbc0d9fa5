package personal

import (
	"regexp"
	"strings"

	"layertap/datalayer"
)

// within are the forms of personal data inside a text. What a pattern's group holds is
// personal, if is reports so; nil stands for always.
var within = []struct {
	pattern *regexp.Regexp
	is      func(string) bool
	as      Kind
}{
	// the part of a URL that names a user (RFC 3986, 3.2.1)
	{regexp.MustCompile(`://([^/?#@\s]{1,256})@`), nil, aToken},
	{regexp.MustCompile(`\b(eyJ[\w-]{8,}\.[\w-]+\.[\w-]*)`), isToken, aToken},
	{regexp.MustCompile(`\b(Bearer [\w.~+/=-]{8,})`), isToken, aToken},
	{regexp.MustCompile(`\b([A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?))\b`), isIBAN, anIBAN},
	{regexp.MustCompile(`\b([2-6](?:[0-9]{12,18}|[0-9]{3}(?:[ -][0-9]{4}){2}[ -][0-9]{1,7}|[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5}))\b`), isCard, aCard},
	// links to call or to write to (RFC 3966; https://www.walinktool.com/blog/wa-me-link-format-explained)
	{regexp.MustCompile(`(?i)\b(?:tel|sms|callto):([+0-9(][0-9 ()./-]{4,24}[0-9])`), nil, aPhone},
	{regexp.MustCompile(`(?i)\bwa\.me/(\+?[0-9]{7,15})`), nil, aPhone},
	// at most the 15 digits of ITU-T E.164; a plus sign behind a letter or a digit is a
	// space of a query, or the offset of a time
	{regexp.MustCompile(`(?:\B|%2B)(\+?[1-9](?:[ ()./-]{0,2}[0-9]){7,14})\b`), nil, aPhone},
}

// within is Text for what is personal inside a text, but for e-mail addresses.
func (r *Redactor) within(s string) string {
	if !strings.ContainsAny(s, "0123456789@") && !strings.Contains(s, "eyJ") && !strings.Contains(s, "Bearer ") {
		return s // most texts, before the patterns are tried
	}
	for _, form := range within {
		var out strings.Builder
		from := 0
		for _, found := range form.pattern.FindAllStringSubmatchIndex(s, -1) {
			start, end := found[2], found[3]
			if form.as == aPhone && !isCalled(s[:start], s[start:end]) {
				continue
			}
			for form.is != nil && end > start && !form.is(s[start:end]) { // without the words behind it
				end = start + max(strings.LastIndexByte(s[start:end], ' '), 0)
			}
			if end > start {
				out.WriteString(s[from:start] + r.mark(form.as, s[start:end]))
				from = end
			}
		}
		if from > 0 {
			s = out.String() + s[from:]
		}
	}
	return s
}

// isCalled reports whether digits are a telephone number by what is before them or by
// their plus sign.
func isCalled(before, digits string) bool {
	return digits[0] == '+' || strings.HasSuffix(before, "%2B") || strings.HasSuffix(before, ":") || strings.HasSuffix(before, "/")
}

// redactedKeys are keys, without case, digits and separators, whose values are taken out
// of what is given away, and not found in messages: a city is not always a person's, and hashed
// data is what Google and Meta ask for.
// https://support.google.com/analytics/answer/14171598
// https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters
var redactedKeys = map[string]Kind{
	"email": anEmail, "emailaddress": anEmail, "usermail": anEmail, "useremail": anEmail, "mail": anEmail, "em": anEmail,
	"shaemailaddress": anEmail, "shaemail": anEmail, "hashedemail": anEmail, "emailhash": anEmail,
	"ph": aPhone, "shaphonenumber": aPhone, "shaphone": aPhone, "hashedphone": aPhone, "phonehash": aPhone,
	"fn": aName, "ln": aName, "shafirstname": aName, "shalastname": aName, "shastreet": aName, "username": aName,
	"city": aName, "postalcode": aName, "postcode": aName, "zip": aName, "zipcode": aName, "gender": aName,
	"ip": aName, "ipaddress": aName, "clientip": aName, "userip": aName, "ssn": aName,
	"token": aToken, "secret": aToken, "clientsecret": aToken,
}

// redactedAs is the kind of personal data for which a value is taken out, or "".
func redactedAs(key string, v datalayer.Value) Kind {
	if kind := kindOf(key, v); kind != "" || v.Text == "" {
		return kind
	}
	var letters [24]byte
	return redactedKeys[string(fold(key, &letters))]
}
