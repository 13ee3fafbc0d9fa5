package hits

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"layertap/datalayer"
)

// object is the parameters of a hit in the order in which they were sent.
type object struct{ fields []datalayer.Field }

// parse adds the parameters of a text such as a query.
func (o *object) parse(text, separator string) {
	for text != "" && len(o.fields) < mostFields {
		var pair string
		pair, text, _ = strings.Cut(text, separator)
		name, value, _ := strings.Cut(pair, "=")
		if name = unescape(name); name != "" {
			o.add(name, datalayer.StringOf(unescape(value)))
		}
	}
}

// add adds a parameter. If it is sent repeatedly, the last value is used, as by the
// vendors' batch endpoints.
func (o *object) add(name string, v datalayer.Value) {
	for i := range o.fields {
		if o.fields[i].Name == name {
			o.fields[i].Value = v
			return
		}
	}
	if len(o.fields) < mostFields {
		o.fields = append(o.fields, datalayer.Field{Name: name, Value: v})
	}
}

// unescape decodes percent encoding. Invalid sequences are left unchanged.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		s = plain
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func cut(s string, longest int) string {
	if len(s) <= longest {
		return s
	}
	for longest > 0 && !utf8.RuneStart(s[longest]) {
		longest--
	}
	return s[:longest]
}

// find returns a parameter by its name as sent, or by a path into one.
func (o object) find(path string) (datalayer.Value, bool) {
	return findIn(datalayer.Value{Kind: datalayer.Object, Fields: o.fields}, path)
}

func findIn(v datalayer.Value, path string) (datalayer.Value, bool) {
	if found, ok := child(v, path); ok {
		return found, true
	}
	for at, c := range path {
		if c != '.' {
			continue
		}
		if within, ok := child(v, path[:at]); ok {
			return findIn(within, path[at+1:])
		}
	}
	return datalayer.Value{}, false
}

func child(v datalayer.Value, name string) (datalayer.Value, bool) {
	if v.Kind != datalayer.Array {
		return v.Get(name)
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(v.Items) {
		return v.Items[i], true
	}
	return datalayer.Value{}, false
}

// expand decodes the parameters that contain others. A value that can't be decoded
// stays text.
func (o *object) expand(how map[string]string) {
	for i := range o.fields {
		f := &o.fields[i]
		if f.Value.Kind != datalayer.String {
			continue
		}
		inner := object{}
		switch how[f.Name] {
		case "json":
			if v, ok := readJSON(plain([]byte(f.Value.Text))); ok {
				f.Value = v
			}
			continue
		case "pairs":
			inner.parse(f.Value.Text, ";")
		case "query":
			inner.parse(f.Value.Text, "&")
		}
		if inner.fields != nil {
			f.Value = datalayer.Value{Kind: datalayer.Object, Fields: inner.fields}
		}
	}
}

// without returns the object without the named parameters.
func (o object) without(names []string) object {
	if names == nil {
		return o
	}
	left := object{}
	for _, f := range o.fields {
		if !slices.Contains(names, f.Name) {
			left.fields = append(left.fields, f)
		}
	}
	return left
}

func (o object) encode() []byte {
	if len(o.fields) == 0 {
		return nil
	}
	return datalayer.Encode(nil, datalayer.Value{Kind: datalayer.Object, Fields: o.fields})
}

// readJSON parses JSON. A "$" in it has no special meaning.
func readJSON(text []byte) (datalayer.Value, bool) {
	v, err := datalayer.Decode(text)
	return v, err == nil
}

// with returns a copy of the object with more fields.
func (o object) with(fields []datalayer.Field) object {
	both := object{append(make([]datalayer.Field, 0, len(o.fields)+len(fields)), o.fields...)}
	for _, f := range fields {
		both.add(f.Name, f.Value)
	}
	return both
}
