package jsregexp

// Patience is how many matches may time out before a pattern is given up.
const Patience = patience

// Timeouts returns how many matches of the pattern have timed out.
func (r *Regexp) Timeouts() int { return int(r.timeouts.Load()) }
