package datalayer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer/jsonscan"
)

// MaxDepth is the maximum nesting depth of values. The hook truncates at a tenth of it.
const MaxDepth = 1000

// Decode decodes a snapshot in the encoding of session files: JSON, with values that
// JSON can't represent as objects whose first key is "$".
//
// An unknown tag is kept as the object that represents it. It returns an error for
// invalid JSON and for values nested deeper than [MaxDepth].
func Decode(snapshot []byte) (Value, error) {
	d := decoders.Get().(*decoder)
	defer d.free()
	d.text, d.at, d.shared = string(snapshot), jsonscan.Space(snapshot, 0), len(snapshot) <= maxShared
	v, err := d.value(0)
	if err == nil && jsonscan.Space(d.text, d.at) < len(d.text) {
		err = errors.New("unexpected data after the value")
	}
	if err != nil {
		return Value{}, fmt.Errorf("reading a snapshot: %w", err)
	}
	return v, nil
}

// maxShared is the maximum size of a snapshot whose strings share one allocation:
// keeping one of them keeps all in memory.
const maxShared = 2048

// maxKept bounds the capacity of the buffers in a pooled decoder.
const maxKept = 1 << 12

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// decoder decodes a snapshot. fields and items contain what has been decoded of
// incomplete objects and arrays.
type decoder struct {
	text   string
	at     int
	shared bool
	fields []Field
	items  []Value
}

// free returns the decoder to the pool.
func (d *decoder) free() {
	clear(d.fields) // not empty after an error
	clear(d.items)
	d.text, d.fields, d.items = "", d.fields[:0], d.items[:0]
	if cap(d.fields)+cap(d.items) <= maxKept {
		decoders.Put(d)
	}
}

func (d *decoder) value(depth int) (Value, error) {
	if depth > MaxDepth {
		return Value{}, fmt.Errorf("nested deeper than %d levels", MaxDepth)
	}
	if d.at == len(d.text) {
		return Value{}, d.unexpected()
	}
	switch d.text[d.at] {
	case 'n':
		return Value{Kind: Null}, d.literal("null")
	case 't':
		return Value{Kind: Bool, Text: "true"}, d.literal("true")
	case 'f':
		return Value{Kind: Bool, Text: "false"}, d.literal("false")
	case '"':
		text, err := d.quoted()
		return StringOf(text), err
	case '[':
		items, err := d.array(depth)
		return Value{Kind: Array, Items: items}, err
	case '{':
		return d.object(depth)
	}
	end, ok := jsonscan.Number(d.text, d.at)
	text := d.text[d.at:end]
	if d.at = end; !ok {
		return Value{}, d.unexpected()
	}
	return d.number(text), nil
}

// unexpected returns an error for the text at the current position.
func (d *decoder) unexpected() error {
	if d.at >= len(d.text) {
		return errors.New("unexpected end of the JSON text")
	}
	r, _ := utf8.DecodeRuneInString(d.text[d.at:])
	return fmt.Errorf("unexpected character %q at offset %d of the JSON text", r, d.at)
}

func (d *decoder) literal(word string) error {
	if !jsonscan.Literal(d.text, d.at, word) {
		return d.unexpected()
	}
	d.at += len(word)
	return nil
}

// keep returns a part of the text that may be retained.
func (d *decoder) keep(part string) string {
	if d.shared {
		return part
	}
	return strings.Clone(part)
}

// number parses a JSON number as JavaScript would, so that 1.0 is 1.
func (d *decoder) number(text string) Value {
	if len(text) < 16 && !strings.ContainsAny(text, ".eE-") {
		return Value{Kind: Number, Text: d.keep(text)} // already in JavaScript's format
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range: ±Inf, as in JavaScript
	return NumberOf(f)
}

// quoted decodes a string. Invalid UTF-8 and lone surrogates become U+FFFD.
func (d *decoder) quoted() (string, error) {
	end, plain, ok := jsonscan.String(d.text, d.at)
	text := d.text[d.at:end]
	if d.at = end; !ok {
		return "", d.unexpected()
	}
	inside := text[1 : len(text)-1]
	switch {
	case plain:
		return d.keep(inside), nil
	case strings.IndexByte(inside, '\\') < 0:
		return d.keep(string([]rune(inside))), nil
	}
	unquoted, _ := jsontext.AppendUnquote(nil, text) // errors are only about what becomes U+FFFD
	return string(unquoted), nil
}

// next advances to the next member of an object or array, or past its end. It reports
// whether there is one.
func (d *decoder) next(closing byte, first bool) (bool, error) {
	d.at = jsonscan.Space(d.text, d.at)
	switch {
	case d.at < len(d.text) && d.text[d.at] == closing:
		d.at++
		return false, nil
	case first:
		return true, nil
	case d.at < len(d.text) && d.text[d.at] == ',':
		d.at = jsonscan.Space(d.text, d.at+1)
		return true, nil
	}
	return false, d.unexpected()
}

func (d *decoder) array(depth int) ([]Value, error) {
	d.at++
	from := len(d.items)
	for {
		more, err := d.next(']', len(d.items) == from)
		if err != nil {
			return nil, err
		}
		if !more {
			items := append([]Value{}, d.items[from:]...)
			clear(d.items[from:])
			d.items = d.items[:from]
			return items, nil
		}
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		d.items = append(d.items, item)
	}
}

func (d *decoder) object(depth int) (Value, error) {
	d.at++
	from := len(d.fields)
	for {
		more, err := d.next('}', len(d.fields) == from)
		if err != nil {
			return Value{}, err
		}
		if !more {
			break
		}
		field, err := d.field(depth)
		if err != nil {
			return Value{}, err
		}
		d.fields = append(d.fields, field)
	}
	object := Value{Kind: Object, Fields: append([]Field{}, d.fields[from:]...)}
	clear(d.fields[from:])
	d.fields = d.fields[:from]
	if len(object.Fields) > 0 && object.Fields[0].Name == "$" {
		return untag(object), nil
	}
	return object, nil
}

func (d *decoder) field(depth int) (Field, error) {
	name, err := d.quoted()
	if err != nil {
		return Field{}, err
	}
	if d.at = jsonscan.Space(d.text, d.at); d.at == len(d.text) || d.text[d.at] != ':' {
		return Field{}, d.unexpected()
	}
	d.at = jsonscan.Space(d.text, d.at+1)
	v, err := d.value(depth + 1)
	return Field{name, v}, err
}

// untag returns the value that a tagged object represents.
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
		return Value{Kind: Redacted, Text: text("why"), Name: text("hash"), Was: redactedKinds[text("type")]}
	case "object":
		return Value{Kind: Object, Fields: value.Fields}
	default:
		return tagged
	}
}

// redactedKinds are the kinds that a redacted value can have had.
var redactedKinds = map[string]Kind{"string": String, "number": Number}

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
