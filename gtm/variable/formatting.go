package variable

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"layertap/datalayer"
	"layertap/gtm"
)

// formatted formats a value. A value that was converted isn't formatted further.
func (r *Reader) formatted(f gtm.Format, v datalayer.Value) Reading {
	if v.Kind == datalayer.String {
		switch f.Case {
		case "1":
			v.Text = cases.Lower(language.Und).String(v.Text)
		case "2":
			v.Text = cases.Upper(language.Und).String(v.Text)
		}
	}
	var to *gtm.Term
	switch {
	case v.Kind == datalayer.Null:
		to = f.Null
	case v.Kind == datalayer.Undefined:
		to = f.Undefined
	case v.Kind == datalayer.Bool && v.Text == "true":
		to = f.True
	case v.Kind == datalayer.Bool:
		to = f.False
	}
	if to != nil {
		return r.Read(*to)
	}
	return known(v)
}
