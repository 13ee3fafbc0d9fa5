package gtm

import (
	"errors"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// lookupTable finds the row whose key is the input, exactly. Of two such rows
// the last one counts.
func (r *reader) lookupTable(v *Variable) reading {
	input := r.read(v.settings.get("input"))
	if !input.known {
		return input
	}
	key, ok := input.value.AsString()
	if !ok {
		return notKnown(noText(input.value))
	}
	rows := v.settings.get("map").list
	for i := len(rows) - 1; i >= 0; i-- {
		row := r.read(rows[i].get("key"))
		if !row.known {
			return row
		}
		if rowKey, ok := row.value.AsString(); !ok || rowKey == key {
			if !ok {
				return notKnown(noText(row.value))
			}
			return r.read(rows[i].get("value"))
		}
	}
	return r.withDefault(v, known(datalayer.Value{}))
}

// regexpTable finds the first row whose pattern the input matches. A row that is
// reached and whose pattern is invalid makes the whole variable false.
func (r *reader) regexpTable(v *Variable) reading {
	input := r.read(v.settings.get("input"))
	if !input.known {
		return input
	}
	text, ok := input.value.AsString()
	if !ok {
		return notKnown(noText(input.value))
	}
	ignoreCase := v.settings.get("ignoreCase").on()
	for _, row := range v.settings.get("map").list {
		key := r.read(row.get("key"))
		pattern, ok := key.value.AsString()
		if !key.known || !ok {
			return notKnown("a pattern of the table is not known")
		}
		if v.settings.get("fullMatch").on() {
			pattern = "^" + pattern + "$" // as the engine does it: a|b is ^a|b$
		}
		re, err := r.patterns.compile(pattern, ignoreCase)
		var syntax *jsregexp.SyntaxError
		switch {
		case errors.As(err, &syntax):
			return known(datalayer.BoolOf(false))
		case err != nil:
			return notKnown(err.Error())
		}
		switch matched, reason := r.patterns.match(re, text); matched {
		case Unknown:
			return notKnown(reason)
		case Yes:
			return r.output(v, re, text, r.read(row.get("value")))
		}
	}
	return r.withDefault(v, known(datalayer.Value{}))
}

func (r *reader) output(v *Variable, re *jsregexp.Regexp, text string, output reading) reading {
	if !output.known || !v.settings.get("replaceAfterMatch").on() {
		return output
	}
	replacement, ok := output.value.AsString()
	if !ok {
		return notKnown(noText(output.value))
	}
	replaced, err := re.Replace(text, replacement)
	if err != nil {
		return notKnown(err.Error())
	}
	return known(datalayer.StringOf(replaced))
}
