package datalayer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how deep values may nest. The hook cuts at a tenth of it; a file
// that goes deeper was not written by layertap.
const MaxDepth = 1000

// Decode reads a snapshot in the encoding of session files: plain JSON where
// JSON can say it, and an object whose first key is "$" where it cannot.
//
// A tag that this version does not know is kept as the plain object it is
// written as. The errors are about JSON that is not well-formed and about values
// that nest deeper than [MaxDepth].
func Decode(snapshot []byte) (Value, error) {
	d := decoder{json: jsontext.NewDecoder(bytes.NewReader(snapshot),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	v, err := d.value(0)
	if err != nil {
		return Value{}, fmt.Errorf("reading a snapshot: %w", err)
	}
	if _, err := d.json.ReadToken(); !errors.Is(err, io.EOF) {
		return Value{}, errors.New("reading a snapshot: unexpected data after the value")
	}
	return v, nil
}

type decoder struct{ json *jsontext.Decoder }

func (d *decoder) value(depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, fmt.Errorf("nested deeper than %d levels", MaxDepth)
	}
	token, err := d.json.ReadToken()
	if err != nil {
		return Value{}, err
	}
	switch token.Kind() {
	case 'n':
		return Value{Kind: Null}, nil
	case 't', 'f':
		return BoolOf(token.Bool()), nil
	case '0':
		return number(token.String()), nil
	case '"':
		return StringOf(token.String()), nil
	case '[':
		items, err := d.items(depth)
		return Value{Kind: Array, Items: items}, err
	default:
		return d.object(depth)
	}
}

// number reads a JSON number as JavaScript would, so that 1.0 is 1.
func number(text string) Value {
	if len(text) < 16 && !strings.ContainsAny(text, ".eE-") {
		return Value{Kind: Number, Text: text} // it reads back as it stands
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range: ±Inf, as in JavaScript
	return NumberOf(f)
}

func (d *decoder) items(depth int) ([]Value, error) {
	items := []Value{}
	for d.json.PeekKind() != ']' {
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := d.json.ReadToken()
	return items, err
}

func (d *decoder) object(depth int) (Value, error) {
	fields := []Field{}
	for d.json.PeekKind() != '}' {
		name, err := d.json.ReadToken()
		if err != nil {
			return Value{}, err
		}
		field := Field{Name: name.String()}
		if field.Value, err = d.value(depth + 1); err != nil {
			return Value{}, err
		}
		fields = append(fields, field)
	}
	if _, err := d.json.ReadToken(); err != nil {
		return Value{}, err
	}
	object := Value{Kind: Object, Fields: fields}
	if len(fields) > 0 && fields[0].Name == "$" {
		return untag(object), nil
	}
	return object, nil
}

// untag turns the object that stands for a value that JSON cannot hold into that
// value.
func untag(tagged Value) Value {
	text := func(name string) string { v, _ := tagged.Get(name); return v.Text }
	value, _ := tagged.Get("value")
	switch tagged.Fields[0].Value.Text {
	case "undefined":
		return Value{}
	case "number":
		switch value.Text {
		case "NaN", "Infinity", "-Infinity", "-0":
			return Value{Kind: Number, Text: value.Text}
		}
		return tagged
	case "bigint":
		return Value{Kind: BigInt, Text: value.Text}
	case "symbol":
		return Value{Kind: Symbol, Text: value.Text}
	case "function":
		return Value{Kind: Function, Text: text("name")}
	case "date":
		return Value{Kind: Date, Text: value.Text}
	case "regexp":
		return Value{Kind: RegExp, Text: value.Text}
	case "error":
		return Value{Kind: Error, Name: text("name"), Text: text("message")}
	case "map":
		entries, _ := tagged.Get("entries")
		return Value{Kind: Map, Items: entries.Items}
	case "set":
		values, _ := tagged.Get("values")
		return Value{Kind: Set, Items: values.Items}
	case "element":
		return element(tagged, value.Text)
	case "window":
		return Value{Kind: Window}
	case "instance":
		return Value{Kind: Instance, Name: text("class"), Fields: value.Fields}
	case "hole":
		return Value{Kind: Hole}
	case "cycle":
		return Value{Kind: Cycle, Text: text("path")}
	case "threw":
		return Value{Kind: Threw, Text: text("message")}
	case "truncated":
		return truncated(tagged, value)
	case "redacted":
		return Value{Kind: Redacted, Text: text("why"), Name: text("hash")}
	case "object":
		return Value{Kind: Object, Fields: value.Fields}
	default:
		return tagged
	}
}

func element(tagged Value, selector string) Value {
	v := Value{Kind: Element, Text: selector}
	for _, f := range tagged.Fields {
		if f.Name == "text" || f.Name == "href" {
			v.Fields = append(v.Fields, f)
		}
	}
	return v
}

func truncated(tagged, kept Value) Value {
	kind, _ := tagged.Get("kind")
	v := Value{Kind: Truncated, Name: kind.Text}
	if size, _ := tagged.Get("size"); size.Kind == Number {
		v.Size, _ = strconv.Atoi(size.Text)
	}
	if _, ok := tagged.Get("value"); ok {
		v.Items = []Value{kept}
	}
	return v
}

// quote returns s as a JSON string.
func quote(s string) []byte {
	q, err := jsontext.AppendQuote(nil, s)
	if err != nil { // not UTF-8
		q, _ = json.Marshal(s)
	}
	return q
}
