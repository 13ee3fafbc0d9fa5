package hits

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"layertap/datalayer"
)

// object is what a hit says: its parameters in the order in which they were sent.
type object struct{ fields []datalayer.Field }

// parse takes in the parameters of a text such as a query.
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

// add takes in a parameter. One that is sent again counts as it is sent last, as
// with the vendors' own servers of batches.
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

// unescape undoes percent encoding where there is one; what only looks like one
// stays as it is.
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

// find looks a parameter up, by its name as it was sent, or by a path into one.
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

// expand reads the parameters that hold others. What is not as it should be stays
// a text.
func (o *object) expand(how map[string]string) {
	for i := range o.fields {
		f := &o.fields[i]
		if f.Value.Kind != datalayer.String {
			continue
		}
		inner := object{}
		switch how[f.Name] {
		case "json":
			if v, ok := readJSON([]byte(f.Value.Text)); ok {
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

func (o object) encode() []byte {
	if len(o.fields) == 0 {
		return nil
	}
	return datalayer.Encode(nil, datalayer.Value{Kind: datalayer.Object, Fields: o.fields})
}

// readJSON reads JSON. A vendor's "$" means nothing, and harms nothing.
func readJSON(text []byte) (datalayer.Value, bool) {
	v, err := datalayer.Decode(text)
	return v, err == nil
}

// split returns what each hit of a request says: what is common to all, and its own.
func (v *vendor) split(common object, body []byte) []object {
	if len(body) > longestBody {
		body = nil
	}
	body = bytes.TrimSpace(body)
	switch {
	case v.Batch.Parameters.Regexp != nil:
		return v.ofParameters(common)
	case len(body) == 0:
		return []object{common}
	case body[0] == '{' || body[0] == '[':
		return v.ofJSON(common, body)
	case bytes.HasPrefix(body, []byte("--")):
		common.parseParts(body)
		return []object{common}
	case v.Batch.Lines:
		return ofLines(common, string(body))
	}
	common.parse(string(body), "&")
	return []object{common}
}

// with returns the object with more in it, and leaves it as it is.
func (o object) with(fields []datalayer.Field) object {
	both := object{append(make([]datalayer.Field, 0, len(o.fields)+len(fields)), o.fields...)}
	for _, f := range fields {
		both.add(f.Name, f.Value)
	}
	return both
}

func ofLines(common object, body string) []object {
	var all []object
	for line := range strings.Lines(body) {
		own := object{}
		if own.parse(strings.TrimSpace(line), "&"); own.fields != nil {
			all = append(all, common.with(own.fields))
		}
		if len(all) == mostHits {
			break
		}
	}
	return all
}

// ofParameters takes a hit from each parameter that holds one as a query.
func (v *vendor) ofParameters(common object) []object {
	shared, own := object{}, []object{}
	for _, f := range common.fields {
		if !v.Batch.Parameters.MatchString(f.Name) {
			shared.fields = append(shared.fields, f)
			continue
		}
		inner := object{}
		inner.parse(f.Value.Text, "&")
		own = append(own, inner)
	}
	for i := range own {
		own[i] = shared.with(own[i].fields)
	}
	return own
}

// ofJSON takes a hit from a JSON body, or from each element of the array in it that
// the vendor names. An element can be a query as well.
func (v *vendor) ofJSON(common object, body []byte) []object {
	whole, ok := readJSON(body)
	if !ok {
		return []object{common}
	}
	items := whole.Items // of a body that is an array
	if whole.Kind == datalayer.Object {
		of, isBatch := whole.Get(v.Batch.Items)
		if v.Batch.Items == "" || !isBatch {
			return []object{common.with(whole.Fields)}
		}
		items = of.Items
		isItems := func(f datalayer.Field) bool { return f.Name == v.Batch.Items }
		common = common.with(slices.DeleteFunc(slices.Clone(whole.Fields), isItems))
	}
	var all []object
	for _, item := range items[:min(len(items), mostHits)] {
		own := object{item.Fields}
		if item.Kind == datalayer.String {
			_, query, _ := strings.Cut("?"+strings.TrimPrefix(item.Text, "?"), "?")
			own.parse(query, "&")
		}
		all = append(all, common.with(own.fields))
	}
	return all
}

// parseParts takes in the fields of a form in parts (RFC 7578). Its boundary is
// its first line.
func (o *object) parseParts(body []byte) {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	boundary := strings.TrimSpace(strings.TrimPrefix(string(line), "--"))
	if boundary == "" {
		return
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for len(o.fields) < mostFields {
		part, err := parts.NextPart()
		if err != nil {
			return
		}
		text, err := io.ReadAll(part)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return
		}
		if name := part.FormName(); name != "" && part.FileName() == "" {
			o.add(strings.ToValidUTF8(name, "\uFFFD"), datalayer.StringOf(strings.ToValidUTF8(string(text), "\uFFFD")))
		}
	}
}
