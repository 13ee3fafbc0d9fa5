package datalayer

import "strconv"

// Value is a JavaScript value as it was when it was pushed. The zero Value is
// undefined.
type Value struct {
	Kind Kind
	// Text is the content of a scalar: a string's text, a number as JavaScript
	// writes it ("1e+21", "NaN", "-0"), a big integer's digits, a symbol's
	// description, a function's name, a date in ISO 8601, a regular
	// expression's source, an element's selector, an error's or a thrown
	// value's message, a cycle's path, the reason of a redaction.
	Text string
	// Name is an error's or an instance's class, the kind of a truncated value
	// ("string", "array", "object" or "depth"), the hash of a redacted one.
	Name string
	// Size is the full size of a truncated value: UTF-16 units of a string,
	// items of an array, keys of an object.
	Size int
	// Fields are an object's or an instance's own keys in their order, or an
	// element's "text" and "href".
	Fields []Field
	// Items are the elements of an array or a set, the entries of a map as
	// arrays of key and value, or what was kept of a truncated value, alone.
	Items []Value
}

// Field is a key of an object with its value.
type Field struct {
	Name  string
	Value Value
}

// Kind is the kind of a [Value]. Its String is a word that a user knows.
type Kind uint8

// The kinds of value. Those after Object are what JSON cannot hold.
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
	Instance  // an object of a class of the page's own
	Hole      // a missing element of a sparse array
	Cycle     // an object that contains itself; Text is the path to it
	Threw     // reading it threw
	Truncated // it was larger than the snapshot's bounds
	Redacted  // it was personal data, and was taken out
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

// Get returns the value of the key name, and whether v is an object that has
// it. Where a key stands twice the last one counts, as it does in JavaScript.
func (v Value) Get(name string) (Value, bool) {
	for i := len(v.Fields) - 1; i >= 0; i-- {
		if v.Fields[i].Name == name {
			return v.Fields[i].Value, true
		}
	}
	return Value{}, false
}

// ByName returns the values of all keys, for looking up many of them. It has what
// [Value.Get] returns.
func (v Value) ByName() map[string]Value {
	values := make(map[string]Value, len(v.Fields))
	for _, f := range v.Fields {
		values[f.Name] = f.Value
	}
	return values
}

// Num returns the number that v is, and whether it is one that can be computed
// with: a Number, and not NaN.
func (v Value) Num() (float64, bool) {
	if v.Kind != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.Text, 64)
	return f, err == nil && f == f
}

// Constructors for the kinds that code makes by hand.

// StringOf returns the string s.
func StringOf(s string) Value { return Value{Kind: String, Text: s} }

// NumberOf returns the number f, written as JavaScript writes it.
func NumberOf(f float64) Value { return Value{Kind: Number, Text: formatNumber(f)} }

// BoolOf returns the boolean b.
func BoolOf(b bool) Value { return Value{Kind: Bool, Text: strconv.FormatBool(b)} }
