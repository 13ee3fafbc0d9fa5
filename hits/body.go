package hits

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"slices"
	"strings"

	"layertap/datalayer"
)

// split returns the parameters of each hit of a request: the shared ones followed by
// the hit's own.
func (v *vendor) split(common object, body []byte) []object {
	if v.Batch.Parameters.Regexp != nil {
		return v.ofParameters(common)
	}
	if len(body) > longestBody {
		body = nil
	}
	body = bytes.TrimSpace(unzip(body))
	if v.Body == "base64" {
		body = plain(body)
	}
	switch {
	case len(body) == 0:
	case body[0] == '{' || body[0] == '[':
		whole, ok := readJSON(body)
		switch {
		case !ok:
		case whole.Kind == datalayer.Array:
			return each(common, whole.Items)
		default:
			common = common.with(whole.Fields)
		}
	case bytes.HasPrefix(body, []byte("--")):
		common.parseParts(body)
	case v.Batch.Lines:
		return ofLines(common, string(body))
	default:
		common.parse(string(body), "&")
	}
	common.expand(v.Expand)
	return v.ofItems(common)
}

// ofItems returns a hit for each element of the array that the vendor's entry names, or
// for the object if it isn't an array.
func (v *vendor) ofItems(common object) []object {
	for _, path := range v.Batch.Items {
		of, ok := common.find(path)
		if !ok || of.Kind != datalayer.Array && of.Kind != datalayer.Object {
			continue
		}
		items := of.Items
		if of.Kind == datalayer.Object {
			items = []datalayer.Value{of}
		}
		name, _, _ := strings.Cut(path, ".")
		isItems := func(f datalayer.Field) bool { return f.Name == name }
		return each(object{slices.DeleteFunc(slices.Clone(common.fields), isItems)}, items)
	}
	return []object{common}
}

// each returns a hit for each item: an object, or a text in query format.
func each(common object, items []datalayer.Value) []object {
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

// ofParameters returns a hit for each parameter whose value is in query format.
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

// unzip decompresses a gzip body (RFC 1952), as far as it is valid and up to
// longestBody bytes. It returns any other body unchanged.
func unzip(body []byte) []byte {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	content, err := io.ReadAll(io.LimitReader(r, longestBody))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return content
}

// plain decodes a text in base64 (RFC 4648, either alphabet, with or without padding)
// and decompresses it. If the result isn't JSON, it returns the text.
func plain(text []byte) []byte {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] == '{' || text[0] == '[' {
		return text
	}
	standard := strings.NewReplacer("-", "+", "_", "/", " ", "+", "=", "").Replace(string(text))
	content, err := base64.RawStdEncoding.DecodeString(standard)
	if err != nil {
		return text
	}
	if content = bytes.TrimSpace(unzip(content)); len(content) > 0 && (content[0] == '{' || content[0] == '[') {
		return content
	}
	return text
}

// parseParts adds the fields of a multipart form (RFC 7578). The first line is the
// boundary.
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
