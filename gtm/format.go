package gtm

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"layertap/datalayer"
)

// format is what a variable makes of its value, in this order.
type format struct {
	caseTo                   string // "1": lower case, "2": upper case
	null, undefined, yes, no *term
}

// apply formats a value. What a value is converted to is not formatted again.
func (f format) apply(r *reader, v datalayer.Value) reading {
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

// with returns f with its terms changed.
func (f format) with(change func(term) term) format {
	for _, to := range []**term{&f.null, &f.undefined, &f.yes, &f.no} {
		if *to != nil {
			changed := change(**to)
			*to = &changed
		}
	}
	return f
}
