package personal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"layertap/datalayer"
)

// Redactor removes personal data from values. With the same salt, equal data has equal
// hashes, so that equal values can still be recognized; without the salt, hashes can't
// be reversed by guessing. It counts what it removed. It is not safe for concurrent
// use.
type Redactor struct {
	salt  []byte
	taken Taken
}

// NewRedactor returns a redactor. Each session needs a different salt of at least 16
// bytes, which must not be stored.
func NewRedactor(salt []byte) *Redactor {
	return &Redactor{slices.Clone(salt), Taken{known: map[taken]bool{}}}
}

// Taken returns what was removed so far.
func (r *Redactor) Taken() Taken { return r.taken }

// Value returns v with every personal value replaced by one of kind Redacted, with the
// reason and a hash. If there are none, it returns v itself.
func (r *Redactor) Value(v datalayer.Value) datalayer.Value { return r.value("", "", v) }

// value is like Value, for the value of a key; within is the key of the object.
func (r *Redactor) value(within, key string, v datalayer.Value) datalayer.Value {
	switch {
	case v.Kind == datalayer.String && key == "event":
		v.Text = r.Text(v.Text) // a message's name isn't replaced as a whole
	case v.Kind == datalayer.String || v.Kind == datalayer.Number:
		if kind := redactedAs(within, key, v); kind != "" {
			hash := r.hash(v.Text)
			r.taken.add(string(kind), hash)
			return datalayer.Value{Kind: datalayer.Redacted, Text: string(kind), Name: hash, Was: v.Kind}
		}
		switch {
		case v.Kind == datalayer.String && isItem(key, v.Text):
			v.Text = r.counted(v.Text, r.item(v.Text))
		case v.Kind == datalayer.String:
			v.Text = r.URL(v.Text)
		}
	case v.Kind == datalayer.Element:
		v.Text = r.Selector(v.Text)
		v.Fields = slices.Clone(v.Fields)
		for i, f := range v.Fields { // they are texts and remain texts
			redact := r.Text
			if f.Name == "href" {
				redact = r.URL
			}
			v.Fields[i].Value.Text = redact(f.Value.Text)
		}
	case len(v.Fields) > 0:
		v.Fields = slices.Clone(v.Fields)
		for i, f := range v.Fields {
			v.Fields[i] = datalayer.Field{Name: r.Text(f.Name), Value: r.value(key, BareName(f.Name), f.Value)}
		}
	case len(v.Items) > 0:
		v.Items = slices.Clone(v.Items)
		for i, item := range v.Items {
			v.Items[i] = r.value(within, key, item)
		}
	case v.Kind > datalayer.Object && v.Kind != datalayer.Redacted:
		v.Text = r.Text(v.Text)
	}
	return v
}

// Text returns a text, such as that of an element, with personal data in it and in its
// URLs replaced by "[email 3f9c…]".
func (r *Redactor) Text(s string) string {
	return r.counted(s, r.text(address.ReplaceAllStringFunc(s, func(found string) string { return r.url(found, 0) }), 0))
}

// counted counts the marks added to a text.
func (r *Redactor) counted(before, after string) string {
	if before == after {
		return after
	}
	were := map[string]bool{}
	datalayer.EachMark(before, func(_, hash string) { were[hash] = true })
	datalayer.EachMark(after, func(why, hash string) {
		if !were[hash] {
			r.taken.add(why, hash)
		}
	})
	return after
}

// text is like Text, without URLs, for a text that was decoded depth times.
func (r *Redactor) text(s string, depth int) string {
	var b strings.Builder
	for rest := s; ; {
		at := findEmail(rest, true)
		if at == (span{}) {
			if b.Len() == 0 {
				break
			}
			return r.withinText(b.String()+rest, depth)
		}
		found := rest[at.start:at.end]
		b.WriteString(rest[:at.start] + r.mark(anEmail, found, depth+escapings(found)))
		rest = rest[at.end:]
	}
	for _, form := range forms {
		if form.is(s) {
			return r.mark(form.as, s, depth)
		}
	}
	return r.withinText(s, depth)
}

// Selector is like Text for a CSS selector, in which an address is escaped. The result
// may no longer be a valid selector.
func (r *Redactor) Selector(s string) string {
	s = r.Text(s)
	plain := strings.ReplaceAll(s, `\`, "")
	if redacted := r.Text(plain); redacted != plain {
		return redacted
	}
	return s
}

// URL is like Text for a URL. Its query or fragment may contain values that are
// personal by name, or encoded, including in nested URLs.
func (r *Redactor) URL(address string) string {
	if strings.ContainsAny(address, " \t\n") {
		return r.Text(address)
	}
	return r.counted(address, r.url(address, 0))
}

// deepest is the maximum number of nested encodings that are decoded.
const deepest = 6

func (r *Redactor) url(address string, depth int) string {
	if within[0].mayBe(address) { // parts of it separate the parts of a URL
		address = r.form(&within[0], address, depth)
	}
	if before, fragment, found := strings.Cut(address, "#"); found && strings.Contains(fragment, "=") {
		return r.url(before, depth) + "#" + r.pairs(fragment, depth)
	}
	before, query, found := strings.Cut(address, "?")
	if !found {
		return r.escaped(address, depth)
	}
	return r.escaped(before, depth) + "?" + r.pairs(query, depth)
}

// escaped is like text, for a part of a URL, which may be percent-encoded.
func (r *Redactor) escaped(s string, depth int) string {
	if redacted := r.text(s, depth); redacted != s || depth == deepest {
		return redacted
	}
	if plain, err := url.PathUnescape(s); err == nil && plain != s {
		if redacted := r.url(plain, depth+1); redacted != plain {
			return strings.ReplaceAll(redacted, " ", "%20")
		}
	}
	return s
}

// pairs is like Text, for the names and values of a query.
func (r *Redactor) pairs(query string, depth int) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		plain := unescaped(value)
		if kind := redactedAs("", BareName(unescaped(name)), datalayer.StringOf(plain)); kind != "" {
			pairs[i] = name + "=" + url.QueryEscape(r.mark(kind, plain, depth+1))
			continue
		}
		if isItem(name, plain) {
			if redacted := r.item(plain); redacted != plain {
				pairs[i] = name + "=" + url.QueryEscape(redacted)
			}
			continue
		}
		pairs[i] = r.text(pair, depth)
		for before, at := value, depth+1; plain != before && at <= deepest; at++ {
			if redacted := r.url(plain, at); redacted != plain {
				pairs[i] = name + "=" + url.QueryEscape(redacted)
				break
			}
			before, plain = plain, unescaped(plain)
		}
	}
	return strings.Join(pairs, "&")
}

// mostEscapings is how often the finding personal-data decodes a text.
const mostEscapings = 2

// isItem reports whether a parameter of a hit is an item as encoded by Google
// Analytics, with a code of two letters before each value: "idSKU1~nmChair~pr50".
func isItem(name, text string) bool {
	number, ok := strings.CutPrefix(name, "pr")
	return ok && isDigits(number) && strings.Contains(text, "~")
}

// item is like Text, for an item of a hit.
func (r *Redactor) item(text string) string {
	parts := strings.Split(text, "~")
	for i, part := range parts {
		if len(part) > 2 {
			parts[i] = part[:2] + r.url(part[2:], 0)
		}
	}
	return strings.Join(parts, "~")
}

// mark returns the replacement for a text of a kind that was found after decoding depth
// times.
func (r *Redactor) mark(kind Kind, s string, depth int) string {
	if depth > mostEscapings {
		kind = kind.unfound()
	}
	return datalayer.RedactionMark(string(kind), r.hash(s))
}

// unfound returns the kind for what isn't reported as a finding.
func (p Kind) unfound() Kind {
	switch p {
	case anEmail, aPhone:
		return aContact
	case aCard, anIBAN:
		return anID
	case aToken:
		return aSecret
	case aName:
		return aPerson
	}
	return p
}

// hash returns the first half of an HMAC-SHA-256. Case and surrounding spaces are
// ignored, as in addresses.
func (r *Redactor) hash(s string) string {
	mac := hmac.New(sha256.New, r.salt)
	mac.Write([]byte(strings.ToLower(strings.TrimSpace(plainSigns.Replace(s)))))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

var plainSigns = strings.NewReplacer("%40", "@", "%2B", "+", "%2b", "+")
