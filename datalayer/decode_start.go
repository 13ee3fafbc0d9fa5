package datalayer

import "layertap/datalayer/jsonscan"

// DecodeStart decodes only the first bytes of a snapshot, up to most, so that showing a
// huge message on a line is fast. cut reports whether there are more. The value then
// has the complete members, and [Truncated] for the incomplete one; if it isn't a plain
// object or array, it is Truncated itself.
func DecodeStart(snapshot []byte, most int) (v Value, cut bool, err error) {
	if len(snapshot) <= most {
		v, err = Decode(snapshot)
		return v, false, err
	}
	d := newDecoder(snapshot[:most])
	defer d.free()
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
		case first && f.Name == "$": // a tagged value
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

// another advances to the next member, if the text contains its start.
func (d *decoder) another(closing byte, first bool) bool {
	more, err := d.next(closing, first)
	return more && err == nil && d.at < len(d.text)
}

// name decodes the name of a member and skips to its value; false if the text ends
// before that.
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

// whole decodes a member's value; if it is incomplete, it returns [Truncated] and
// false.
func (d *decoder) whole() (Value, bool) {
	v, err := d.value(1)
	if err != nil || v.Kind == Number && d.at == len(d.text) { // more digits may follow
		return Value{Kind: Truncated}, false
	}
	return v, true
}
