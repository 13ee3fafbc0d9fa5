package jsregexp

import "fmt"

// class translates a character class.
func (t *translation) class() error {
	start := t.at
	t.at++
	negated := t.take("^")
	if t.take("]") { // matches nothing, or everything
		if negated {
			t.WriteString(`[\s\S]`)
		} else {
			t.WriteString(`(?!)`)
		}
		return nil
	}
	t.WriteByte('[')
	if negated {
		t.WriteByte('^')
	}
	for !t.take("]") {
		if t.at == len(t.units) {
			return t.wrong(start, "unclosed [")
		}
		if err := t.classItem(start); err != nil {
			return err
		}
	}
	t.WriteByte(']')
	return nil
}

// classItem translates a character, a class escape or a range.
func (t *translation) classItem(class int) error {
	start := t.at
	low, err := t.classAtom(class)
	if err != nil {
		return err
	}
	if !t.has(t.at, "-") || t.has(t.at+1, "]") || t.at+1 == len(t.units) {
		t.classAtoms(low)
		return nil
	}
	t.at++
	high, err := t.classAtom(class)
	if err != nil {
		return err
	}
	if low.set != 0 || high.set != 0 { // not a range: the hyphen is literal
		t.classAtoms(low, classAtom{unit: '-'}, high)
		return nil
	}
	if low.unit > high.unit {
		return t.wrong(start, "a range out of order")
	}
	fmt.Fprintf(t, `\u%04X-\u%04X`, low.unit, high.unit)
	return nil
}

// classAtom is a character of a class, or one of the sets \d, \D, \s, \S, \w
// and \W.
type classAtom struct {
	unit uint16
	set  byte // 0 for a character
}

func (t *translation) classAtoms(atoms ...classAtom) {
	for _, a := range atoms {
		if a.set != 0 {
			t.WriteByte('\\')
			t.WriteByte(a.set)
			continue
		}
		fmt.Fprintf(t, `\u%04X`, a.unit)
	}
}

func (t *translation) classAtom(class int) (classAtom, error) {
	c := t.units[t.at]
	if c != '\\' {
		t.at++
		return classAtom{unit: c}, nil
	}
	if t.at+1 == len(t.units) {
		return classAtom{}, t.wrong(class, "unclosed [")
	}
	escaped := t.units[t.at+1]
	switch {
	case isClassEscape(escaped):
		t.at += 2
		return classAtom{set: byte(escaped)}, nil
	case escaped == 'b':
		t.at += 2
		return classAtom{unit: '\b'}, nil
	case escaped == 'k' && t.named:
		return classAtom{}, t.wrong(t.at, `\k inside a class`)
	default:
		return classAtom{unit: t.charEscape(true)}, nil
	}
}
