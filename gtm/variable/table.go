package variable

import (
	"errors"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/jsregexp"
)

// lookupTable returns the output of the row whose key equals the input. If several do,
// the last one is used.
func (r *Reader) lookupTable(v *gtm.Variable) Reading {
	input := r.Read(v.Settings.Get("input"))
	if !input.Known {
		return input
	}
	key, ok := input.Value.AsString()
	if !ok {
		return notKnown(NoText(input.Value))
	}
	rows := v.Settings.Get("map").List
	for i := len(rows) - 1; i >= 0; i-- {
		if !r.spend(1) {
			return notKnown(tooMuchWork)
		}
		row := r.Read(rows[i].Get("key"))
		if !row.Known {
			return row
		}
		if rowKey, ok := row.Value.AsString(); !ok || rowKey == key {
			if !ok {
				return notKnown(NoText(row.Value))
			}
			return r.Read(rows[i].Get("value"))
		}
	}
	return r.withDefault(v, known(datalayer.Value{}))
}

// regexpTable returns the output of the first row whose pattern matches the input. If
// an invalid pattern comes before that, the variable's value is false.
func (r *Reader) regexpTable(v *gtm.Variable) Reading {
	input := r.Read(v.Settings.Get("input"))
	if !input.Known {
		return input
	}
	text, ok := input.Value.AsString()
	if !ok {
		return notKnown(NoText(input.Value))
	}
	ignoreCase := v.Settings.Get("ignoreCase").On()
	for _, row := range v.Settings.Get("map").List {
		if !r.spend(1) {
			return notKnown(tooMuchWork)
		}
		key := r.Read(row.Get("key"))
		pattern, ok := key.Value.AsString()
		if !key.Known || !ok {
			return notKnown("a pattern in the table is unknown")
		}
		if v.Settings.Get("fullMatch").On() {
			pattern = "^" + pattern + "$" // as Google's engine does: a|b becomes ^a|b$
		}
		re, err := r.Patterns.Compile(pattern, ignoreCase)
		var syntax *jsregexp.SyntaxError
		switch {
		case errors.As(err, &syntax):
			return known(datalayer.BoolOf(false))
		case err != nil:
			return notKnown(err.Error())
		}
		switch matched, reason := r.Patterns.Match(re, text); matched {
		case gtm.Unknown:
			return notKnown(reason)
		case gtm.Yes:
			return r.output(v, re, text, r.Read(row.Get("value")))
		}
	}
	return r.withDefault(v, known(datalayer.Value{}))
}

func (r *Reader) output(v *gtm.Variable, re *jsregexp.Regexp, text string, output Reading) Reading {
	if !output.Known || !v.Settings.Get("replaceAfterMatch").On() {
		return output
	}
	replacement, ok := output.Value.AsString()
	if !ok {
		return notKnown(NoText(output.Value))
	}
	if reason := r.spendBytes(replacedSize(re.String(), text, replacement)); reason != "" {
		return notKnown(reason)
	}
	replaced, err := re.Replace(text, replacement)
	if err != nil {
		return notKnown(err.Error())
	}
	return known(datalayer.StringOf(replaced))
}
