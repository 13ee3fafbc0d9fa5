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
// without the salt a hash cannot be tried out. It counts what it took out, and is not
// safe for concurrent use.
type Redactor struct {
	salt  []byte
	taken Taken
}

// NewRedactor returns a redactor with a salt of its own for each session, of 16
// bytes or more that are written nowhere.
func NewRedactor(salt []byte) *Redactor {
	return &Redactor{slices.Clone(salt), Taken{known: map[taken]bool{}}}
}

// Taken is what was taken out so far.
func (r *Redactor) Taken() Taken { return r.taken }

// Value returns v with every personal value in it replaced by one of the kind
// Redacted that says why and has the hash. It returns v itself where there is
// none.
func (r *Redactor) Value(v datalayer.Value) datalayer.Value { return r.value("", "", v) }

// value is Value for the value of a key in the object of another key.
func (r *Redactor) value(within, key string, v datalayer.Value) datalayer.Value {
	switch {
	case v.Kind == datalayer.String && key == "event":
		v.Text = r.Text(v.Text) // a message keeps its name
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

// Text returns a text, such as what an element shows, with the personal data in it
// replaced by "[email 3f9c…]", also in URLs in it.
func (r *Redactor) Text(s string) string {
	return r.counted(s, r.text(address.ReplaceAllStringFunc(s, func(found string) string { return r.url(found, 0) }), 0))
}

// counted notes what was taken out of a text.
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

// text is Text but for URLs in the text, which was unescaped a number of times.
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

// Selector is Text for a CSS selector, in which an address is escaped. One that has
// one is for people alone after that.
func (r *Redactor) Selector(s string) string {
	s = r.Text(s)
	plain := strings.ReplaceAll(s, `\`, "")
	if redacted := r.Text(plain); redacted != plain {
		return redacted
	}
	return s
}

// URL is Text for a URL, whose query or fragment may hold what is personal by its name or
// only once it is no longer escaped, also inside another URL there.
func (r *Redactor) URL(address string) string {
	if strings.ContainsAny(address, " \t\n") {
		return r.Text(address)
	}
	return r.counted(address, r.url(address, 0))
}

// deepest is how many escapings inside each other are looked into.
const deepest = 6

func (r *Redactor) url(address string, depth int) string {
	if within[0].mayBe(address) { // some of it separates the parts of a URL
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

// escaped is text for a part of a URL, which may be escaped.
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

// pairs is Text for the names and values of a query.
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

// mostEscapings is how often the finding personal-data unescapes a text.
const mostEscapings = 2

// isItem reports whether a parameter of a hit is an item as Google Analytics sends one,
// with a code of two letters before each value: "idSKU1~nmChair~pr50".
func isItem(name, text string) bool {
	number, ok := strings.CutPrefix(name, "pr")
	return ok && isDigits(number) && strings.Contains(text, "~")
}

// item is Text for an item of a hit.
func (r *Redactor) item(text string) string {
	parts := strings.Split(text, "~")
	for i, part := range parts {
		if len(part) > 2 {
			parts[i] = part[:2] + r.url(part[2:], 0)
		}
	}
	return strings.Join(parts, "~")
}

// mark is what replaces a text of a kind that was found in one that was unescaped a
// number of times.
func (r *Redactor) mark(kind Kind, s string, depth int) string {
	if depth > mostEscapings {
		kind = kind.unfound()
	}
	return datalayer.RedactionMark(string(kind), r.hash(s))
}

// unfound is the kind for what the finding doesn't look for.
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

// hash is the first half of an HMAC-SHA-256. Case and spaces at the ends make no
// difference, as they make none to an address.
func (r *Redactor) hash(s string) string {
	mac := hmac.New(sha256.New, r.salt)
	mac.Write([]byte(strings.ToLower(strings.TrimSpace(plainSigns.Replace(s)))))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

var plainSigns = strings.NewReplacer("%40", "@", "%2B", "+", "%2b", "+")
