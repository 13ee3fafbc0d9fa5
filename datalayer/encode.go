package datalayer

import "strconv"

// Encode appends v to dst in the encoding of session files. It is the inverse of
// [Decode].
func Encode(dst []byte, v Value) []byte {
	switch v.Kind {
	case Null:
		return append(dst, "null"...)
	case Bool:
		return append(dst, v.Text...)
	case Number:
		return encodeNumber(dst, v.Text)
	case String:
		return append(dst, quote(v.Text)...)
	case Array:
		return encodeItems(dst, v.Items)
	case Object:
		return encodeObject(dst, v.Fields)
	default:
		return encodeTagged(dst, v)
	}
}

func encodeNumber(dst []byte, text string) []byte {
	switch text {
	case "NaN", "Infinity", "-Infinity", "-0":
		return append(tag(dst, "number").with("value", text), '}')
	}
	return append(dst, text...)
}

func encodeItems(dst []byte, items []Value) []byte {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = Encode(dst, item)
	}
	return append(dst, ']')
}

func encodeObject(dst []byte, fields []Field) []byte {
	for _, f := range fields {
		if f.Name == "$" {
			dst = append(tag(dst, "object"), `,"value":`...)
			return append(encodeFields(dst, fields), '}')
		}
	}
	return encodeFields(dst, fields)
}

func encodeFields(dst []byte, fields []Field) []byte {
	dst = append(dst, '{')
	for i, f := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, quote(f.Name)...), ':')
		dst = Encode(dst, f.Value)
	}
	return append(dst, '}')
}

// tagged is the partial encoding of a value that JSON can't represent.
type tagged []byte

func tag(dst []byte, name string) tagged {
	return append(append(append(dst, `{"$":"`...), name...), '"')
}

func (t tagged) with(key, text string) tagged {
	return append(t.key(key), quote(text)...)
}

func (t tagged) key(key string) tagged {
	return append(append(append(t, `,"`...), key...), `":`...)
}

func encodeTagged(dst []byte, v Value) []byte {
	t := tag(dst, v.Kind.String())
	switch v.Kind {
	case BigInt, Symbol, Date, RegExp:
		t = t.with("value", v.Text)
	case Function:
		t = t.with("name", v.Text)
	case Error:
		t = t.with("name", v.Name).with("message", v.Text)
	case Map:
		t = encodeItems(t.key("entries"), v.Items)
	case Set:
		t = encodeItems(t.key("values"), v.Items)
	case Element:
		t = t.with("value", v.Text)
		for _, f := range v.Fields {
			t = t.with(f.Name, f.Value.Text)
		}
	case Instance:
		t = encodeFields(t.with("class", v.Name).key("value"), v.Fields)
	case Cycle:
		t = t.with("path", v.Text)
	case Threw:
		t = t.with("message", v.Text)
	case Truncated:
		t = strconv.AppendInt(t.with("kind", v.Name).key("size"), int64(v.Size), 10)
		if len(v.Items) > 0 {
			t = Encode(t.key("value"), v.Items[0])
		}
	case Redacted:
		t = t.with("why", v.Text).with("hash", v.Name)
		if v.Was != Undefined {
			t = t.with("type", v.Was.String())
		}
	}
	return append(t, '}')
}
