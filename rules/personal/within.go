package personal

import (
	"encoding/base64"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"layertap/datalayer"
)

// form is a form of personal data within a text.
type form struct {
	hints []string // one of them is in every text that has the form; nil if there are none
	// pattern has one group, for the personal data. is and apart confirm a match; nil
	// always does.
	pattern *regexp.Regexp
	is      func(string) bool
	apart   func(before, after string) bool // given the text around it
	as      Kind
}

// mayBe reports whether a text may have the form.
func (f *form) mayBe(s string) bool {
	return f.hints == nil || slices.ContainsFunc(f.hints, func(hint string) bool { return strings.Contains(s, hint) })
}

// Notations of the @ and the dot in an e-mail address, by people and templates.
const (
	at  = `(?:\s?(?:\[at\]|\(at\)|\{at\}|<at>)\s?|\\u0040|&#0*64;|&#x0*40;|&commat;)`
	dot = `(?:\.|\s?(?:\[dot\]|\(dot\)|\{dot\})\s?|&#0*46;|&period;)`
)

// within are the forms of personal data within a text, except ordinary e-mail addresses.
var within = []form{
	{hints: written, pattern: regexp.MustCompile(`(?i)([\w.%+'-]{1,64}` + at + `[\w-]+(?:` + dot + `[\w-]+){0,6}` + dot + `[a-z]{2,24})\b`), as: aContact},
	// a quoted local part (RFC 5322, 3.4.1)
	{hints: []string{`"@`}, pattern: regexp.MustCompile(`("[^"@\n]{1,64}\\?"@[\w-]+(?:\.[\w-]+)+)`), as: aContact},
	// the user information in a URL (RFC 3986, 3.2.1)
	{hints: []string{"@"}, pattern: regexp.MustCompile(`://([^/?#@\s]{1,256})@`), as: aSecret},
	{hints: []string{"eyJ"}, pattern: regexp.MustCompile(`(?:\b|%[0-9A-F]{2})(eyJ[\w-]{8,}\.[\w-]+\.[\w-]*)`), is: isToken, as: aToken},
	{hints: []string{"Bearer "}, pattern: regexp.MustCompile(`\b(Bearer [\w.~+/=-]{8,})`), is: isToken, as: aToken},
	{pattern: regexp.MustCompile(`\b([A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?))\b`), is: isIBAN, as: anIBAN},
	{pattern: regexp.MustCompile(`\b([2-6](?:[0-9]{12,18}|[0-9]{3}(?:[ -][0-9]{4}){2}[ -][0-9]{1,7}|[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5}))\b`), is: isCard, as: aCard},
	// links for calls and messages (RFC 3966;
	// https://www.walinktool.com/blog/wa-me-link-format-explained)
	{hints: []string{":"}, pattern: regexp.MustCompile(`(?i)\b(?:tel|sms|callto):([+0-9(][0-9 ()./-]{4,24}[0-9])`), as: aPhone},
	{hints: []string{"wa.me/", "WA.ME/"}, pattern: regexp.MustCompile(`(?i)\bwa\.me/(\+?[0-9]{7,15})`), as: aPhone},
	// at most the 15 digits of ITU-T E.164; a plus sign after a letter or a digit is a
	// space in a query, or the offset of a time
	{hints: []string{"+", "%2B"}, pattern: regexp.MustCompile(`((?:\B\+|%2B)[1-9](?:[ ()./-]{0,2}[0-9]){7,14})\b`), as: aPhone},
	// with the international call prefix of most countries
	{hints: []string{"00"}, pattern: regexp.MustCompile(`\b(00[1-9](?:[ ()/-]{0,2}[0-9]){9,13})\b`), is: isInternational, apart: isFree, as: aContact},
	// national numbers as written in North America, and with a leading zero in groups
	// elsewhere
	{hints: []string{"("}, pattern: regexp.MustCompile(`(\([2-9][0-9]{2}\) ?[2-9]?[0-9]{2,3}[ .-][0-9]{4})\b`), as: aContact},
	{hints: []string{".", "-"}, pattern: regexp.MustCompile(`\b([2-9][0-9]{2}[.-][0-9]{3}[.-][0-9]{4})\b`), apart: isFree, as: aContact},
	{hints: []string{" "}, pattern: regexp.MustCompile(`\b(0[1-9][0-9]{0,3}(?: [0-9]{2,8}){1,5})\b`), is: isNational, apart: isFree, as: aContact},
	{hints: []string{"."}, pattern: regexp.MustCompile(`\b([0-9]{1,3}(?:\.[0-9]{1,3}){3})\b`), is: isIPv4, apart: isFree, as: anIP},
	{hints: []string{":"}, pattern: regexp.MustCompile(`(?i)([0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){3,7})`), is: isIPv6, apart: isWhole, as: anIP},
	// a social security number of the United States
	{hints: []string{"-"}, pattern: regexp.MustCompile(`\b([0-8][0-9]{2}-[0-9]{2}-[0-9]{4})\b`), apart: isFree, as: anID},
	{hints: []string{",", ";"}, pattern: regexp.MustCompile(`(-?[0-9]{1,2}\.[0-9]{4,}\s?[,;]\s?-?[0-9]{1,3}\.[0-9]{4,})`), apart: isFree, as: aPlace},
	{hints: []string{" St", " Av", " R", " L", " Dr", " B", " Sq", " Ter"}, as: aPlace, pattern: regexp.MustCompile(
		`\b([0-9]{1,5}[a-zA-Z]? (?:[A-Z][\w'-]* ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd|Square|Terrace))\b`)},
	{hints: []string{"str", "gasse", "allee", "platz"}, as: aPlace, pattern: regexp.MustCompile(`(\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|gasse|allee|platz) [0-9]{1,4}[a-z]?)\b`)},
	{hints: []string{" rue ", " avenue ", " boulevard ", " place ", " via ", " calle "}, as: aPlace, pattern: regexp.MustCompile(
		`\b([0-9]{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|via|calle) (?:[\p{L}'-]+ ){0,3}\p{Lu}[\p{L}'-]+)`)},
	// SHA-256, SHA-1 and MD5 hashes
	{pattern: regexp.MustCompile(`\b([0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})\b`), is: isHash, apart: isNoFile, as: aHash},
}

// written are parts of the other notations of an @.
var written = []string{"[at]", "[AT]", "(at)", "(AT)", "{at}", "{AT}", "<at>", "<AT>", `\u0040`, "&#", "&commat;"}

// isInternational reports whether digits after the international call prefix aren't an article
// number (a GTIN, which has a check digit).
func isInternational(s string) bool {
	return strings.ContainsAny(s, " ()/-") || !isGTIN(s)
}

// isNational reports whether groups of digits have the number of digits of a phone
// number.
func isNational(s string) bool {
	digits := countDigits(s)
	return digits >= 10 && digits <= 12
}

// isFree reports whether the text around a number shows that it isn't part of a longer
// number, a version or an identifier, nor the host of a URL.
func isFree(before, after string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	if before != "" && (isJoint(r) || isSign(r)) || strings.HasSuffix(before, "//") {
		return false
	}
	next, size := utf8.DecodeRuneInString(after)
	if after != "" && isJoint(next) { // at the end of a sentence it doesn't join anything
		next, _ = utf8.DecodeRuneInString(after[size:])
		return !isSign(next)
	}
	return after == "" || !isSign(next)
}

// isJoint reports whether a character joins the parts of a number or an identifier.
func isJoint(r rune) bool { return strings.ContainsRune(".-_", r) }

func isSign(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// isWhole reports whether an IPv6 address isn't part of a longer list separated by
// colons.
func isWhole(before, after string) bool {
	return isFree(before, after) && !strings.HasSuffix(before, ":") && !strings.HasPrefix(after, ":")
}

// isNoFile reports whether the text around a hash shows that it isn't part of a file
// name, nor of a redaction mark.
func isNoFile(before, after string) bool {
	taken := (strings.HasPrefix(after, "]") || strings.HasPrefix(after, "%5D")) &&
		(strings.HasSuffix(before, " ") || strings.HasSuffix(before, "+") || strings.HasSuffix(before, "%20"))
	return !taken && !strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "-") && !isSuffix.MatchString(after)
}

// isSuffix matches the end of a file name, and what joins a hash to a longer one.
var isSuffix = regexp.MustCompile(`^(?:-|\.[a-zA-Z])`)

// isHash reports whether hexadecimal digits can be a hash: a number has no letters, and
// a word has no digits.
func isHash(s string) bool {
	return strings.ContainsAny(s, "abcdefABCDEF") && strings.ContainsAny(s, "0123456789")
}

// isIPv4 reports whether a text is a public IP address. Versions look similar, but
// their numbers are small.
func isIPv4(s string) bool {
	ip, err := netip.ParseAddr(s)
	const fewest = 7 // minimum number of digits to be considered an address
	return err == nil && isPublic(ip) && countDigits(s) >= fewest
}

func isIPv6(s string) bool {
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Is6() && isPublic(ip) && strings.ContainsAny(s, "0123456789")
}

func isPublic(ip netip.Addr) bool {
	return !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsUnspecified() && !ip.IsMulticast() && !ip.IsLinkLocalUnicast()
}

// address matches a URL within a text, or a query.
var address = regexp.MustCompile(`(?i)(?:\b[a-z][a-z0-9+.-]*:)?//[^\s"'<>\x60]+|\?[^\s"'<>\x60?]+=[^\s"'<>\x60]+`)

// withinText is like Text, for personal data within a text except e-mail addresses.
func (r *Redactor) withinText(s string, depth int) string {
	s = r.withinEncoded(s)
	if !strings.ContainsAny(s, "0123456789@&[({<") && !strings.Contains(s, "eyJ") && !strings.Contains(s, "Bearer ") {
		return s // most texts, without trying the patterns
	}
	for i := range within {
		if within[i].mayBe(s) {
			s = r.form(&within[i], s, depth)
		}
	}
	return s
}

// form removes what has a form from a text.
func (r *Redactor) form(f *form, s string, depth int) string {
	var out strings.Builder
	from := 0
	for _, found := range f.pattern.FindAllStringSubmatchIndex(s, -1) {
		start, end := found[2], found[3]
		for f.is != nil && end > start && !f.is(s[start:end]) { // without the words after it
			end = start + max(strings.LastIndexByte(s[start:end], ' '), 0)
		}
		if end > start && (f.apart == nil || f.apart(s[:start], s[end:])) {
			out.WriteString(s[from:start] + r.mark(f.as, s[start:end], depth))
			from = end
		}
	}
	if from == 0 {
		return s
	}
	return out.String() + s[from:]
}

// Bounds of decoding Base64 in a text.
const (
	shortestEncoded = 16
	longestEncoded  = 16 << 10
)

// withinEncoded removes Base64 (RFC 4648) that contains an e-mail address.
func (r *Redactor) withinEncoded(s string) string {
	from, out := 0, ""
	for at := 0; at < len(s); {
		end := at
		for end < len(s) && isBase64(s[end]) {
			end++
		}
		at = afterSlash(s, at, end)
		if n := end - at; n >= shortestEncoded && n <= longestEncoded && hidesEmail(s[at:end]) {
			for end < len(s) && s[end] == '=' {
				end++
			}
			out += s[from:at] + r.mark(aContact, s[at:end], 0)
			from = end
		}
		at = end + 1
	}
	if from == 0 {
		return s
	}
	return out + s[from:]
}

// afterSlash returns the start of the Base64 that contains an address: a slash may
// belong to a path before it.
func afterSlash(s string, from, end int) int {
	const most = 8 // slashes that are tried
	at := from
	for range most {
		if end-at < shortestEncoded || end-at > longestEncoded || hidesEmail(s[at:end]) {
			return at
		}
		slash := strings.IndexByte(s[at:end], '/')
		if slash < 0 {
			return at
		}
		at += slash + 1
	}
	return at
}

func isBase64(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '+' || b == '/' || b == '-' || b == '_'
}

// hidesEmail reports whether a text in Base64, of either alphabet and without padding,
// contains an e-mail address.
func hidesEmail(s string) bool {
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		encoding = base64.RawURLEncoding
	}
	plain, err := encoding.DecodeString(s)
	if err != nil || !utf8.Valid(plain) || strings.IndexByte(string(plain), '@') < 0 {
		return false
	}
	return !strings.ContainsFunc(string(plain), unicode.IsControl) && findEmail(string(plain), true) != span{}
}

// redactedKeys are keys, in lower case without digits and separators, whose values are
// removed when data is shared, but not reported as findings: a city may not be a
// person's, and Google and Meta require hashed data. A key in an object about a person
// is also looked up with the object's key in front: the name of a user as username. See
// https://support.google.com/analytics/answer/14171598 and
// https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters.
var redactedKeys = map[string]Kind{
	"email": aContact, "emailaddress": aContact, "usermail": aContact, "useremail": aContact, "mail": aContact, "em": aContact,
	"shaemailaddress": aContact, "shaemail": aContact, "hashedemail": aContact, "emailhash": aContact, "customeremail": aContact,
	"ph": aContact, "shaphonenumber": aContact, "shaphone": aContact, "hashedphone": aContact, "phonehash": aContact,
	"fn": aPerson, "ln": aPerson, "shafirstname": aPerson, "shalastname": aPerson, "shastreet": aPlace,
	"username": aPerson, "nickname": aPerson, "gender": aPerson, "sex": aPerson, "customername": aPerson, "visitorname": aPerson,
	"membername": aPerson, "contactname": aPerson, "buyername": aPerson, "leadname": aPerson, "profilename": aPerson, "personname": aPerson,
	"city": aPlace, "postalcode": aPlace, "postcode": aPlace, "zip": aPlace, "zipcode": aPlace,
	"address": aPlace, "addressline": aPlace, "useraddress": aPlace, "latitude": aPlace, "longitude": aPlace, "lat": aPlace, "lng": aPlace, "geolocation": aPlace,
	"ip": anIP, "ipaddress": anIP, "clientip": anIP, "userip": anIP, "clientipaddress": anIP, "uip": anIP,
	"ssn": anID, "socialsecuritynumber": anID, "passportnumber": anID, "taxid": anID, "nationalid": anID,
	"userid": anID, "uid": anID, "clientid": anID, "customerid": anID, "memberid": anID, "visitorid": anID, "contactid": anID, "externalid": anID,
	"token": aSecret, "secret": aSecret, "clientsecret": aSecret, "otp": aSecret,
	"message": aText, "messagetext": aText, "messagebody": aText, "chatmessage": aText, "chattext": aText, "usermessage": aText,
	"visitormessage": aText, "customermessage": aText, "transcript": aText,
}

// redactedAs returns the kind of personal data for which a value is removed, or "".
// within is the key of the object that contains the value.
func redactedAs(within, key string, v datalayer.Value) Kind {
	if kind := kindOf(key, v); kind != "" {
		return kind
	}
	if v.Text == "" || datalayer.IsStringified(v.Text) || datalayer.MarkedAs(v.Text) != "" {
		return ""
	}
	var letters, more [24]byte
	k := fold(key, &letters)
	kind := redactedKeys[string(k)]
	if kind == "" && within != "" {
		kind = redactedKeys[string(fold(within, &more))+string(k)]
	}
	if kind == aText && !strings.ContainsAny(v.Text, " \n") {
		return "" // a word, such as an error code
	}
	return kind
}
