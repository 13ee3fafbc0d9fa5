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

// MaxMembers is the maximum number of members of all objects and arrays in a value. The
// hook truncates at half of it.
const MaxMembers = 100_000

// Decode decodes a snapshot in the encoding of session files: JSON, with values that
// JSON can't represent as objects whose first key is "$".
//
// An unknown tag is kept as the object that represents it. Objects and arrays are
// truncated where a value has more than about [MaxMembers] members. Each object or array of
// the first twenty levels leaves some of them for what follows it, up to a thousand. It
// returns an error for invalid JSON and for values nested deeper than [MaxDepth].
func Decode(snapshot []byte) (Value, error) {
	d := newDecoder(snapshot)
	defer d.free()
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
	// members is how many members of objects and arrays were kept so far, and limit how many
	// may be at the end of the current one.
	members, limit int
	fields         []Field
	items          []Value
}

// newDecoder returns a decoder for a text, from the pool.
func newDecoder(text []byte) *decoder {
	d := decoders.Get().(*decoder)
	d.text, d.at, d.shared = string(text), jsonscan.Space(text, 0), len(text) <= maxShared
	d.members, d.limit = 0, MaxMembers // an error may have left others
	return d
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
		return d.array(depth)
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

func (d *decoder) array(depth int) (Value, error) {
	d.at++
	from, skipped, outer := len(d.items), 0, d.enter(depth)
	for {
		more, err := d.next(']', len(d.items) == from && skipped == 0)
		if err != nil {
			return Value{}, err
		}
		if !more {
			break
		}
		if d.full() {
			if err := d.skip(depth); err != nil {
				return Value{}, err
			}
			skipped++
			continue
		}
		item, err := d.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		d.items = append(d.items, item)
	}
	d.limit = outer
	array := Value{Kind: Array, Items: append([]Value{}, d.items[from:]...)}
	clear(d.items[from:])
	d.items = d.items[:from]
	return array.without(skipped), nil
}

// An object or array of the first levels can't use all that is left, so that what comes after
// a large one is kept, such as the event's name or its parameters.
const (
	reserved       = 1000 // at most, and at most
	reservedPart   = 20   // one in so many of those that are left
	reservedLevels = 20
)

// enter begins an object or array at a depth. It returns the limit of what is around it, which
// applies again at its end.
func (d *decoder) enter(depth int) (outer int) {
	outer = d.limit
	if depth > 0 && depth <= reservedLevels {
		d.limit -= min(reserved, (d.limit-d.members)/reservedPart)
	}
	return outer
}

// full takes account of another member, and reports whether there are too many.
func (d *decoder) full() bool {
	if d.members >= d.limit {
		return true
	}
	d.members++
	return false
}

// tagged reports whether the object whose fields begin at an index may be one with a tag,
// which is decoded whole.
func (d *decoder) tagged(from int) bool {
	n := len(d.fields) - from
	return n == 0 || n < maxTagged && d.fields[from].Name == "$"
}

// maxTagged is more than the number of fields of any object with a tag.
const maxTagged = 8

// skip advances past a value without keeping it.
func (d *decoder) skip(depth int) error {
	end, _, ok := jsonscan.Value(d.text, d.at, MaxDepth-depth)
	if d.at = end; !ok {
		return d.unexpected()
	}
	return nil
}

// without returns an object or array, truncated if members of it were skipped.
func (v Value) without(skipped int) Value {
	if skipped == 0 {
		return v
	}
	return Value{Kind: Truncated, Name: v.Kind.String(), Size: len(v.Items) + len(v.Fields) + skipped, Items: []Value{v}}
}

func (d *decoder) object(depth int) (Value, error) {
	d.at++
	from, skipped, outer := len(d.fields), 0, d.enter(depth)
	for {
		more, err := d.next('}', len(d.fields) == from && skipped == 0)
		if err != nil {
			return Value{}, err
		}
		if !more {
			break
		}
		full := d.full() && !d.tagged(from)
		field, err := d.field(depth, full)
		switch {
		case err != nil:
			return Value{}, err
		case full:
			skipped++
		default:
			d.fields = append(d.fields, field)
		}
	}
	d.limit = outer
	object := Value{Kind: Object, Fields: append([]Field{}, d.fields[from:]...)}
	clear(d.fields[from:])
	d.fields = d.fields[:from]
	if len(object.Fields) > 0 && object.Fields[0].Name == "$" {
		return untag(object), nil
	}
	return object.without(skipped), nil
}

// field decodes a field, or only its name if its value is to be skipped.
func (d *decoder) field(depth int, skip bool) (Field, error) {
	name, err := d.quoted()
	if err != nil {
		return Field{}, err
	}
	if d.at = jsonscan.Space(d.text, d.at); d.at == len(d.text) || d.text[d.at] != ':' {
		return Field{}, d.unexpected()
	}
	d.at = jsonscan.Space(d.text, d.at+1)
	if skip {
		return Field{}, d.skip(depth)
	}
	v, err := d.value(depth + 1)
	return Field{name, v}, err
}

// untag returns the value that a tagged object represents.
func untag(tagged Value) Value {
	text := func(name string) string { v, _ := tagged.Get(name); return v.Text }
	value, _ := tagged.Get("value")
	if tag := tagged.Fields[0].Value.Text; value.Kind == Truncated && (tag == "object" || tag == "instance") {
		return value
	}
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
		if entries.Kind == Truncated {
			return entries
		}
		return Value{Kind: Map, Items: entries.Items}
	case "set":
		values, _ := tagged.Get("values")
		if values.Kind == Truncated {
			return values
		}
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
