package userdata

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"layertap/rules/accept"
)

// Accepted are the findings that a user accepts, in a file of the user's own, and those
// that plans accept. Its methods may be called at the same time.
type Accepted struct {
	path string // empty for a user who can't keep any

	mu       sync.Mutex
	own      accept.List
	plans    accept.List
	sessions []func(accept.List)
}

// ReadAccepted reads the exceptions in the file at path, which need not exist, and adds
// those of plans. An empty path is for a user who has no settings.
func ReadAccepted(path string, plans accept.List) (*Accepted, error) {
	a := &Accepted{path: path, plans: plans}
	if path == "" {
		return a, nil
	}
	var err error
	a.own, err = ReadExceptions(path, accept.FromSettings)
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	return a, err
}

// ReadExceptions reads a file of exceptions.
func ReadExceptions(path, from string) (accept.List, error) {
	data, err := read(path)
	var list accept.List
	if err == nil {
		list, err = accept.Parse(data, from)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the accepted findings in %s: %w", path, err)
	}
	return list, nil
}

// WriteExceptions writes a file of exceptions, in the place of one that is there.
func WriteExceptions(path string, list accept.List) error {
	text, err := list.YAML()
	if err == nil {
		err = write(path, text)
	}
	if err != nil {
		return fmt.Errorf("writing the accepted findings to %s: %w", path, err)
	}
	return nil
}

// List is all that is accepted.
func (a *Accepted) List() accept.List {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list()
}

func (a *Accepted) list() accept.List { return slices.Concat(a.plans, a.own) }

// Follow reports every change from now on to a session.
func (a *Accepted) Follow(tell func(accept.List)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sessions = append(a.sessions, tell)
}

// Accept accepts a finding, or no longer, and writes the user's file.
func (a *Accepted) Accept(e accept.Exception, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.path == "" {
		return errors.New("accepting a finding: there is no settings directory: set HOME or XDG_CONFIG_HOME")
	}
	own, err := ReadExceptions(a.path, accept.FromSettings) // another layertap may have written it
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if e.From = accept.FromSettings; on {
		own = own.With(e)
	} else {
		own = own.Without(e)
	}
	if err := WriteExceptions(a.path, own); err != nil {
		return err
	}
	a.own = own
	for _, tell := range a.sessions {
		tell(a.list())
	}
	return nil
}
