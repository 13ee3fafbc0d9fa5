package variable

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/script"
)

// Observed are values that the user had read from a document's page. It is immutable. A nil
// Observed has none.
type Observed struct{ values []observed }

// observed is the value of what was read.
type observed struct {
	place  datalayer.Place
	source string
	value  datalayer.Value
}

// maxObserved bounds the values read from one document.
const maxObserved = 1000

// With returns o with another value. One that can't be decoded is left out.
func (o *Observed) With(v *datalayer.PageValue) *Observed {
	value, err := datalayer.Decode(v.Value)
	if err != nil || o != nil && len(o.values) >= maxObserved {
		return o
	}
	more := &Observed{}
	if o != nil {
		more.values = append(more.values, o.values...)
	}
	more.values = append(more.values, observed{v.Place, v.Source, value})
	return more
}

// at returns the last value that was read before a message. What was read later says
// nothing about it.
func (o *Observed) at(message datalayer.Place, source string) (observed, bool) {
	for i := len(o.values) - 1; i >= 0; i-- {
		if v := o.values[i]; v.source == source && v.place.Seq < message.Seq && v.place.T <= message.T {
			return v, true
		}
	}
	return observed{}, false
}

// observed returns the value of a variable that was read from the page, or else value.
func (r *Reader) observed(v *gtm.Variable, value Reading) Reading {
	read := r.PageRead(v)
	if read == nil {
		return value
	}
	seen, ok := r.Observed.at(r.At, read.Source)
	if !ok {
		return value
	}
	value = captured(seen.value)
	value.Observed = seen.place.Seq
	return value
}

// maxPageScript bounds the script that reads a variable, in bytes.
const maxPageScript = 128 << 10

// PageRead returns how a variable can be read from the page, if its value isn't known; nil
// if it can't be, or if the page may not allow its type.
func (r *Reader) PageRead(v *gtm.Variable) *gtm.PageRead {
	of := typeOf(v.Type).page
	if of == nil || r.Restrictions.Allow(v.Type, typeOf(v.Type).class()) != gtm.Yes {
		return nil
	}
	read := of(r, v)
	if read == nil || len(read.Script) > maxPageScript {
		return nil
	}
	return read
}

// name returns the text of a setting, such as a cookie's name; false if it isn't known. A
// setting that is missing is empty.
func (r *Reader) name(v *gtm.Variable, setting string) (string, bool) {
	value := r.Read(v.Settings.Get(setting))
	if value.Known && value.Value.Kind == datalayer.Undefined {
		return "", true
	}
	text, ok := value.Value.AsString()
	return text, ok && value.Known
}

// The scripts do what the published engine does (gtm.js, functions __j, __k and __d). A
// missing element is the text "null" there.

// pageGlobal reads a global variable, or a member of one: "app.user.id".
func (r *Reader) pageGlobal(v *gtm.Variable) *gtm.PageRead {
	path, ok := r.name(v, "name")
	if !ok || path == "" {
		return nil
	}
	first, rest, more := strings.Cut(path, ".")
	code := "window[" + quote(first) + "]"
	for more {
		var part string
		part, rest, more = strings.Cut(rest, ".")
		code = "(v => v && v[" + quote(part) + "])(" + code + ")"
	}
	return &gtm.PageRead{Source: "global:" + path, Script: code}
}

// pageCookie reads the first cookie with a name.
func (r *Reader) pageCookie(v *gtm.Variable) *gtm.PageRead {
	name, ok := r.name(v, "name")
	if given := r.State.GetV1("gtm.cookie"); !ok || name == "" || !given.Known || given.Value.Truthy() { // it is read instead
		return nil
	}
	decode := v.Settings.Get("decodeCookie").On()
	source := "cookie:" + name
	if decode {
		source = "decoded-cookie:" + name
	}
	return &gtm.PageRead{Source: source, Script: `((name, decode) => {
  const all = document.cookie.split(';');
  for (let i = 0; i < all.length; i++) {
    const parts = all[i].split('=');
    if (parts[0].trim() !== name) continue;
    const value = parts.slice(1).join('=').trim();
    return value && decode ? decodeURIComponent(value) : value;
  }
})(` + quote(name) + ", " + strconv.FormatBool(decode) + ")"}
}

// pageElement reads an attribute of an element, or its text. It finds the element with
// querySelector, because Chrome refuses getElementById as if that could change the page
// (Chromium 156).
func (r *Reader) pageElement(v *gtm.Variable) *gtm.PageRead {
	by, ok := r.name(v, "elementId")
	selector, source := "[id="+quote(by)+"]", "element:#"+by
	if v.Settings.Get("selectorType").Constant.Text == "CSS" {
		by, ok = r.name(v, "elementSelector")
		selector, source = by, "element:"+by
	}
	attribute, isKnown := r.name(v, "attributeName")
	if !ok || !isKnown || by == "" {
		return nil
	}
	if attribute != "" {
		source += " " + attribute
	}
	return &gtm.PageRead{Source: source, Script: `((element, attribute) => {
  if (!element) return 'null';
  if (attribute) return String(element.getAttribute(attribute)).trim();
  const text = element.innerText || element.textContent || '';
  return text.trim().replace(/(\xa0+|\s{2,}|\n|\r\t)/g, ' ');
})(document.querySelector(` + quote(selector) + "), " + quote(attribute) + ")"}
}

// pageCode runs the variable's own code. What an exception makes undefined is undefined in
// Google Tag Manager, too.
func (r *Reader) pageCode(v *gtm.Variable) *gtm.PageRead {
	code := v.Settings.Get("javascript")
	if code.Kind != gtm.ConstantTerm && code.Kind != gtm.TextTerm {
		return nil
	}
	source, inputs, reason := r.sourceOf(code)
	if reason != "" || source == "" {
		return nil
	}
	names, values := make([]string, len(inputs)), make([]string, len(inputs))
	for i, in := range inputs {
		value, ok := literal(in.Value)
		if in.Unknown != "" || !ok {
			return nil
		}
		names[i], values[i] = script.Placeholder(i), value
	}
	given := strings.Join(values, ", ")
	return &gtm.PageRead{
		Source: "code:" + fingerprint(source+"\x00"+given), Shown: source, Code: true,
		Script: "((" + strings.Join(names, ", ") + ") => { try { return " + script.Call(source) + " } catch { return undefined } })(" + given + ")",
	}
}

// fingerprint returns a hash of a text, in letters only: a hash with digits can look like
// personal data.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return strings.Map(func(digit rune) rune {
		if digit >= '0' && digit <= '9' {
			return digit - '0' + 'g'
		}
		return digit
	}, hex.EncodeToString(sum[:]))
}

// literal returns a value as JavaScript; false for one that JSON doesn't have.
func literal(v datalayer.Value) (string, bool) {
	if v.Kind == datalayer.Undefined {
		return "undefined", true
	}
	encoded := datalayer.Encode(nil, v)
	if bytes.Contains(encoded, []byte(`{"$":`)) {
		return "", false
	}
	return "JSON.parse(" + quote(string(encoded)) + ")", true
}

// quote returns a text as a string literal of JavaScript and of CSS.
func quote(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // such escapes mean something else in CSS
	_ = e.Encode(text)     // texts can always be encoded
	return strings.TrimSuffix(b.String(), "\n")
}
