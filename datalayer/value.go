package datalayer

import "strconv"

// Value is a JavaScript value at the time when it was pushed. The zero Value is
// undefined.
type Value struct {
	Kind Kind
	// Text is the content of a scalar: a string's text, a number as JavaScript formats
	// it ("1e+21", "NaN", "-0"), a big integer's digits, a symbol's description, a
	// function's name, a date in ISO 8601, a regular expression's source, an element's
	// selector, the message of an error or a thrown value, a cycle's path, the reason
	// of a redaction.
	Text string
	// Name is the class of an error or an instance, the kind of a truncated value
	// ("string", "array", "object" or "depth"), or the hash of a redacted one.
	Name string
	// Was is the kind of a redacted value before: Number or String; Undefined if it
	// isn't known.
	Was Kind
	// Size is the full size of a truncated value: UTF-16 units of a string, items of an
	// array, keys of an object.
	Size int
	// Fields are the own keys of an object or an instance in their order, or an
	// element's "text" and "href".
	Fields []Field
	// Items are the elements of an array or a set, the entries of a map as arrays of
	// key and value, or, as a single item, what was kept of a truncated value.
	Items []Value
}

// Field is a key of an object and its value.
type Field struct {
	Name  string
	Value Value
}

// Kind is the kind of a [Value]. String returns a word for users.
type Kind uint8

// The kinds of value. JSON can't represent those after Object.
const (
	Undefined Kind = iota
	Null
	Bool // Text is "true" or "false"
	Number
	String
	Array
	Object
	BigInt
	Symbol
	Function
	Date
	RegExp
	Error
	Map
	Set
	Element
	Window
	Instance  // an object of one of the page's classes
	Hole      // a missing element of a sparse array
	Cycle     // an object that contains itself; Text is the path to it
	Threw     // reading it threw an exception
	Truncated // it exceeded the snapshot's bounds
	Redacted  // it was personal data, and was removed
)

var kindWords = [...]string{
	"undefined", "null", "boolean", "number", "string", "array", "object", "bigint", "symbol", "function",
	"date", "regexp", "error", "map", "set", "element", "window", "instance", "hole", "cycle", "threw", "truncated", "redacted",
}

func (k Kind) String() string {
	if int(k) < len(kindWords) {
		return kindWords[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Get returns the value of the key name, and whether v is an object that has it. Of
// duplicate keys the last one counts, as in JavaScript.
func (v Value) Get(name string) (Value, bool) {
	for i := len(v.Fields) - 1; i >= 0; i-- {
		if v.Fields[i].Name == name {
			return v.Fields[i].Value, true
		}
	}
	return Value{}, false
}

// ByName returns the values of all keys, for looking up many of them. Its values are
// those that [Value.Get] returns.
func (v Value) ByName() map[string]Value {
	values := make(map[string]Value, len(v.Fields))
	for _, f := range v.Fields {
		values[f.Name] = f.Value
	}
	return values
}

// Num returns v as a number, and whether it is a Number other than NaN.
func (v Value) Num() (float64, bool) {
	if v.Kind != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.Text, 64)
	return f, err == nil && f == f
}

// Constructors for kinds that code often creates.

// StringOf returns the string s.
func StringOf(s string) Value { return Value{Kind: String, Text: s} }

// NumberOf returns the number f, formatted like in JavaScript.
func NumberOf(f float64) Value { return Value{Kind: Number, Text: formatNumber(f)} }

// BoolOf returns the boolean b.
func BoolOf(b bool) Value { return Value{Kind: Bool, Text: strconv.FormatBool(b)} }
