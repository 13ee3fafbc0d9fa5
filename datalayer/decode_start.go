package datalayer

import "layertap/datalayer/jsonscan"

// DecodeStart reads the first bytes of a snapshot, and of the rest nothing: what
// is needed to show a message on a line takes no longer if the message is huge. Cut
// reports whether there is a rest. The value then has the members that are whole, and
// [Truncated] in place of the one that isn't; if it isn't a plain object or array, it is
// itself Truncated.
func DecodeStart(snapshot []byte, most int) (v Value, cut bool, err error) {
	if len(snapshot) <= most {
		v, err = Decode(snapshot)
		return v, false, err
	}
	d := decoders.Get().(*decoder)
	defer d.free()
	d.text, d.at, d.shared = string(snapshot[:most]), jsonscan.Space(snapshot[:most], 0), most <= maxShared
	closing := byte(0)
	if d.at < len(d.text) {
		switch d.text[d.at] {
		case '{':
			v.Kind, closing = Object, '}'
		case '[':
			v.Kind, closing = Array, ']'
		}
	}
	if closing == 0 {
		return Value{Kind: Truncated}, true, nil
	}
	d.at++
	whole := true
	for first := true; whole && d.another(closing, first); first = false {
		f, named := Field{}, true
		if v.Kind == Object {
			f.Name, named = d.name()
		}
		switch {
		case !named:
			return v, true, nil
		case first && f.Name == "$": // it isn't plain
			return Value{Kind: Truncated}, true, nil
		}
		f.Value, whole = d.whole()
		if v.Kind == Object {
			v.Fields = append(v.Fields, f)
		} else {
			v.Items = append(v.Items, f.Value)
		}
	}
	return v, true, nil
}

// another goes to the next member as far as the text goes.
func (d *decoder) another(closing byte, first bool) bool {
	more, err := d.next(closing, first)
	return more && err == nil && d.at < len(d.text)
}

// name reads the name of a member, with what is before its value; false if it isn't whole.
func (d *decoder) name() (string, bool) {
	name, err := d.quoted()
	if err != nil {
		return "", false
	}
	d.at = jsonscan.Space(d.text, d.at)
	if d.at < len(d.text) && d.text[d.at] == ':' {
		d.at = jsonscan.Space(d.text, d.at+1)
	}
	return name, true
}

// whole reads a member's value; it is [Truncated] and false if it isn't there whole.
func (d *decoder) whole() (Value, bool) {
	v, err := d.value(1)
	if err != nil || v.Kind == Number && d.at == len(d.text) { // more digits may follow
		return Value{Kind: Truncated}, false
	}
	return v, true
}
