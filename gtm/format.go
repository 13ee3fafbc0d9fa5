package gtm

// Format is how a variable's value is formatted, in this order.
type Format struct {
	Case                         string // "1": lower case, "2": upper case
	Null, Undefined, True, False *Term
}

// With returns f with change applied to each of its terms.
func (f Format) With(change func(Term) Term) Format {
	for _, to := range []**Term{&f.Null, &f.Undefined, &f.True, &f.False} {
		if *to != nil {
			changed := change(**to)
			*to = &changed
		}
	}
	return f
}
