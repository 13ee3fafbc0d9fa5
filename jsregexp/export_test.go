package jsregexp

// Patience is the number of matches that may time out before a pattern isn't matched
// again.
const Patience = patience

// Timeouts returns how many matches of the pattern have timed out.
func (r *Regexp) Timeouts() int { return int(r.timeouts.Load()) }
