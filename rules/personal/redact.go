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

// Redactor takes personal data out of values. Equal data gives equal hashes
// under one salt, so that it can still be seen that two values are the same;
// without the salt a hash cannot be tried out.
type Redactor struct{ salt []byte }

// NewRedactor returns a redactor with a salt of its own for each session, of 16
// bytes or more that are written nowhere.
func NewRedactor(salt []byte) *Redactor { return &Redactor{slices.Clone(salt)} }

// Value returns v with every personal value in it replaced by one of the kind
// Redacted that says why and has the hash. It returns v itself where there is
// none.
func (r *Redactor) Value(v datalayer.Value) datalayer.Value { return r.value("", v) }

func (r *Redactor) value(key string, v datalayer.Value) datalayer.Value {
	switch {
	case v.Kind == datalayer.String || v.Kind == datalayer.Number:
		if kind := redactedAs(key, v); kind != "" {
			return datalayer.Value{Kind: datalayer.Redacted, Text: string(kind), Name: r.hash(v.Text)}
		}
		if v.Kind == datalayer.String {
			v.Text = r.URL(v.Text)
		}
	case v.Kind == datalayer.Element:
		v.Text = r.Selector(v.Text)
		v.Fields = slices.Clone(v.Fields)
		for i, f := range v.Fields { // they are texts, and stay so
			redact := r.Text
			if f.Name == "href" {
				redact = r.URL
			}
			v.Fields[i].Value.Text = redact(f.Value.Text)
		}
	case len(v.Fields) > 0:
		v.Fields = slices.Clone(v.Fields)
		for i, f := range v.Fields {
			v.Fields[i] = datalayer.Field{Name: r.Text(f.Name), Value: r.value(BareName(f.Name), f.Value)}
		}
	case len(v.Items) > 0:
		v.Items = slices.Clone(v.Items)
		for i, item := range v.Items {
			v.Items[i] = r.value(key, item)
		}
	case v.Kind > datalayer.Object:
		v.Text = r.Text(v.Text)
	}
	return v
}

// Text returns a text, such as an address or what an element shows, with the
// personal data in it replaced by "[email 3f9c…]".
func (r *Redactor) Text(s string) string {
	var b strings.Builder
	for rest := s; ; {
		at := findEmail(rest, true)
		if at == (span{}) {
			if b.Len() == 0 {
				break
			}
			return r.within(b.String() + rest)
		}
		b.WriteString(rest[:at.start] + r.mark(anEmail, strings.Replace(rest[at.start:at.end], "%40", "@", 1)))
		rest = rest[at.end:]
	}
	for _, form := range forms {
		if form.is(s) {
			return r.mark(form.as, s)
		}
	}
	return r.within(s)
}

// Selector is Text for a CSS selector, in which an address is escaped. One that has
// one is for people alone after that.
func (r *Redactor) Selector(s string) string {
	plain := strings.ReplaceAll(s, `\`, "")
	if redacted := r.Text(plain); redacted != plain {
		return redacted
	}
	return s
}

// URL is Text for a URL, whose query or fragment may hold what is personal by its name or
// only once it is no longer escaped, also inside another URL there.
func (r *Redactor) URL(address string) string { return r.url(address, 0) }

// deepest is how many escapings inside each other are looked into.
const deepest = 6

func (r *Redactor) url(address string, depth int) string {
	if before, fragment, found := strings.Cut(address, "#"); found && strings.Contains(fragment, "=") {
		return r.url(before, depth) + "#" + r.pairs(fragment, depth)
	}
	before, query, found := strings.Cut(address, "?")
	if !found {
		return r.Text(address)
	}
	return r.Text(before) + "?" + r.pairs(query, depth)
}

// pairs is Text for the names and values of a query.
func (r *Redactor) pairs(query string, depth int) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		plain := unescaped(value)
		if kind := redactedAs(BareName(name), datalayer.StringOf(plain)); kind != "" {
			pairs[i] = name + "=" + url.QueryEscape(r.mark(kind, plain))
			continue
		}
		pairs[i] = r.Text(pair)
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

func (r *Redactor) mark(kind Kind, s string) string {
	return datalayer.RedactionMark(string(kind), r.hash(s))
}

// hash is the first half of an HMAC-SHA-256. Case and spaces at the ends make no
// difference, as they make none to an address.
func (r *Redactor) hash(s string) string {
	mac := hmac.New(sha256.New, r.salt)
	mac.Write([]byte(strings.ToLower(strings.TrimSpace(s))))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
