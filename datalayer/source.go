package datalayer

// Batch is what a source of entries hands on at once.
type Batch struct {
	Entries []Entry
	// Attachment is the state of the source from here on; nil where it is as
	// before.
	Attachment *Attachment
}

// Attachment is what is known of the other end: a browser's tab, or a file.
// Unlike an entry it is of the moment and is not recorded.
type Attachment struct {
	Phase Phase
	// Detail says in a few words what is going on or what went wrong, and what
	// the user can do.
	Detail  string
	Browser string // "Chrome/156.0.8078.79"; empty until it answered
	// Notices are what the user should know all the while, such as a switch
	// that makes the browser less safe.
	Notices []string
}

// Phase is a stage in the life of a source.
type Phase uint8

// The phases of a source.
const (
	Starting Phase = iota // the browser is being started or reached
	Live                  // attached, hook in place
	Lost                  // it was live; it is being tried again
	Over                  // no more entries come
)
