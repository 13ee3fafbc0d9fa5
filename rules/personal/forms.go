package personal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a range in a text, in bytes.
type span struct{ start, end int }

// findEmail returns the position of the first e-mail address in a text, or the empty
// span. If escaped is set, its @ may be %40, as in a query, or %2540.
func findEmail(s string, escaped bool) span {
	from := 0 // after the previous @
	for at := 0; at < len(s); at++ {
		after := at
		switch {
		case s[at] == '@':
			after += len("@")
		case escaped && s[at] == '%' && escapedAt(s[at:]) > 0:
			after += escapedAt(s[at:])
		default:
			continue
		}
		if found := emailAround(s, from, at, after); found != (span{}) {
			return found
		}
		from, at = after, after-1
	}
	return span{}
}

// escapedAt returns the length of a percent-encoded @ at the start of a text, encoded
// once or several times; 0 if there is none.
func escapedAt(s string) int {
	rest := s[1:]
	for len(s)-len(rest) < 2*deepest && strings.HasPrefix(rest, "25") {
		rest = rest[2:]
	}
	if strings.HasPrefix(rest, "40") {
		return len(s) - len(rest) + 2
	}
	return 0
}

// escapings returns how often the @ of an e-mail address is encoded.
func escapings(email string) int {
	if strings.Contains(email, "@") {
		return 0
	}
	return 1 + strings.Count(email, "%25")
}

// emailAround returns the e-mail address around an @ that starts at or after from, or
// the empty span.
func emailAround(s string, from, at, after int) span {
	start := at
	for start > from && isLocal(s[start-1]) {
		start--
	}
	end := after
	for end < len(s) && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.') {
		end++
	}
	domain := strings.TrimRight(s[after:end], ".-")
	dot := strings.LastIndexByte(domain, '.')
	if start == at || dot <= 0 || !isTopLevel(domain[dot+1:]) || inAuthority(s[:start]) {
		return span{}
	}
	return span{start, after + len(domain)}
}

// longestUser is the maximum length of the part of an address before the @.
const longestUser = 256

// inAuthority reports whether a text ends in the part of a URL before the host: a user
// and a password, as in ftp://user:secret@host.
func inAuthority(s string) bool {
	s = s[max(0, len(s)-longestUser):]
	slashes := strings.LastIndex(s, "://")
	return slashes >= 0 && !strings.ContainsAny(s[slashes+3:], "/?#")
}

func isLocal(b byte) bool { return isAlnum(b) || strings.IndexByte("._%+-'", b) >= 0 }

func isAlnum(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b >= utf8.RuneSelf
}

// isTopLevel reports whether the last part of a domain is a top-level domain, to
// distinguish versions such as chat@2.1.0 from addresses.
func isTopLevel(s string) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return false
		}
	}
	return len(s) >= 2 && !fileTypes[strings.ToLower(s)]
}

// fileTypes are extensions of files whose names may contain an @ that isn't an email
// address: logo@2x.png.
var fileTypes = map[string]bool{
	"png": true, "jpg": true, "jpeg": true, "gif": true, "webp": true, "avif": true, "svg": true, "ico": true, "bmp": true,
	"css": true, "js": true, "mjs": true, "json": true, "html": true, "htm": true, "php": true, "pdf": true, "woff": true, "ttf": true,
	"mp": true, "webm": true, "map": true, "min": true, "txt": true, "xml": true, "csv": true,
}

// isPhone reports whether a text is a phone number in international format (ITU-T
// E.164: a plus sign and up to 15 digits).
func isPhone(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) < 9 || s[0] != '+' || s[1] < '1' || s[1] > '9' {
		return false
	}
	digits := countDigits(s)
	return digits >= 8 && digits <= 15 && strings.Trim(s, "+0123456789 ()-./") == ""
}

// isCard reports whether a text is a valid payment card number: the right length, an
// assigned prefix (ISO/IEC 7812) and the right check digit.
func isCard(s string) bool {
	if len(s) < 13 || len(s) > 23 || s[0] < '2' || s[0] > '6' {
		return false
	}
	digits, sum, group := 0, 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			d := int(b - '0')
			if digits%2 == 1 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
			digits++
			group++
		case (b == ' ' || b == '-') && group > 0:
			group = 0
		default:
			return false
		}
	}
	return digits >= 13 && digits <= 19 && sum%10 == 0 && isIssuer(s, digits) && !isGTIN(s)
}

// isGTIN reports whether a text is an article number of 13 or 14 digits with the right
// check digit (https://www.gs1.org/services/how-calculate-check-digit-manually).
func isGTIN(s string) bool {
	if (len(s) != 13 && len(s) != 14) || !isDigits(s) {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}

// isIssuer reports whether the number has the prefix and length of a large card issuer.
func isIssuer(s string, digits int) bool {
	prefix := func(low, high int) bool {
		n, seen := 0, 0
		for i := 0; i < len(s) && seen < 4; i++ {
			if s[i] >= '0' && s[i] <= '9' {
				n, seen = n*10+int(s[i]-'0'), seen+1
			}
		}
		return n >= low && n <= high
	}
	switch {
	case prefix(4000, 4999):
		return digits == 13 || digits == 16 || digits == 19
	case prefix(5100, 5599), prefix(2221, 2720):
		return digits == 16
	case prefix(3400, 3499), prefix(3700, 3799):
		return digits == 15
	case prefix(3000, 3059), prefix(3600, 3699), prefix(3800, 3999):
		return digits == 14 || digits == 16
	case prefix(3528, 3589), prefix(6011, 6011), prefix(6440, 6599), prefix(6200, 6299):
		return digits >= 16
	}
	return false
}

// isIBAN reports whether a text is an account number with the right check digits (ISO
// 13616, modulo 97).
func isIBAN(s string) bool {
	var compact [34]byte
	n := 0
	for i := range len(s) {
		b := s[i]
		if b == ' ' {
			continue
		}
		if n == len(compact) || b >= utf8.RuneSelf || !isAlnum(b) {
			return false
		}
		if b >= 'a' {
			b &^= 0x20
		}
		compact[n] = b
		n++
	}
	if n < 15 || !isUpper(compact[0]) || !isUpper(compact[1]) || !isDigit(compact[2]) || !isDigit(compact[3]) {
		return false
	}
	rest := 0
	for i := range n {
		b := compact[(i+4)%n]
		if isDigit(b) {
			rest = (rest*10 + int(b-'0')) % 97
		} else {
			rest = (rest*100 + int(b-'A') + 10) % 97
		}
	}
	return rest == 1
}

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }
func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isToken reports whether a text is a JSON Web Token (RFC 7519: its header is an
// object, so its base64 begins with eyJ) or a bearer credential (RFC 6750).
func isToken(s string) bool {
	if token, ok := strings.CutPrefix(s, "Bearer "); ok {
		return len(token) >= 8
	}
	return strings.HasPrefix(s, "eyJ") && len(s) > 30 && strings.Count(s, ".") == 2 && !strings.ContainsFunc(s, unicode.IsSpace)
}

// Mask returns a text with personal data in it made unreadable: the first letters of an
// e-mail address are kept, of everything else the last two characters.
func Mask(s string) string {
	var b strings.Builder
	for rest := s; ; {
		at := findEmail(rest, true)
		if at == (span{}) {
			if b.Len() == 0 {
				break
			}
			return b.String() + rest
		}
		b.WriteString(rest[:at.start] + maskEmail(rest[at.start:at.end]))
		rest = rest[at.end:]
	}
	for _, form := range forms {
		if form.is(s) {
			return MaskAs(s, form.as)
		}
	}
	return s
}

// forms are the kinds of personal data that a whole text can be recognized as.
var forms = []struct {
	is func(string) bool
	as Kind
}{{isPhone, aPhone}, {isIBAN, anIBAN}, {isToken, aToken}, {isCard, aCard}}

// MaskAs makes a text with personal data of a kind unreadable.
func MaskAs(s string, kind Kind) string {
	if kind == anEmail {
		return Mask(s)
	}
	runes := []rune(s)
	if len(runes) < 8 {
		return "…"
	}
	return string(runes[:1]) + "…" + string(runes[len(runes)-2:])
}

// maskEmail keeps the first letters of an address and its top-level domain:
// "j…@e….com".
func maskEmail(s string) string {
	local, domain, found := strings.Cut(s, "@")
	for i := 0; !found && i < len(s); i++ {
		if s[i] == '%' && escapedAt(s[i:]) > 0 {
			local, domain, found = s[:i], s[i+escapedAt(s[i:]):], true
		}
	}
	first, _ := utf8.DecodeRuneInString(local)
	host, _ := utf8.DecodeRuneInString(domain)
	return string(first) + "…@" + string(host) + "…" + domain[strings.LastIndexByte(domain, '.'):]
}
