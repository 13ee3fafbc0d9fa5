package cause

// Stored returns the number of pages and frames that are stored.
func (f *Finder) Stored() (pages, frames int) { return len(f.byPage), len(f.frames) }
