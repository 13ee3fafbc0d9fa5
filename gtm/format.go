package gtm

// format is what a variable makes of its value, in this order.
type format struct {
	caseTo                   string // "1": lower case, "2": upper case
	null, undefined, yes, no *term
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
