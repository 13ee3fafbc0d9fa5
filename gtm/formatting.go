package gtm

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"layertap/datalayer"
)

// formatted formats a value. What a value is converted to is not formatted again.
func (r *reader) formatted(f format, v datalayer.Value) reading {
	if v.Kind == datalayer.String {
		switch f.caseTo {
		case "1":
			v.Text = cases.Lower(language.Und).String(v.Text)
		case "2":
			v.Text = cases.Upper(language.Und).String(v.Text)
		}
	}
	var to *term
	switch {
	case v.Kind == datalayer.Null:
		to = f.null
	case v.Kind == datalayer.Undefined:
		to = f.undefined
	case v.Kind == datalayer.Bool && v.Text == "true":
		to = f.yes
	case v.Kind == datalayer.Bool:
		to = f.no
	}
	if to != nil {
		return r.read(*to)
	}
	return known(v)
}
