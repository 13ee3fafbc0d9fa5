package userdata

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"layertap/rules/accept"
)

// Accepted are the exceptions in the user's file, and those of plans. Its methods are
// safe for concurrent use.
type Accepted struct {
	path string // empty if the user can't have any

	mu       sync.Mutex
	own      accept.List
	plans    accept.List
	sessions []func(accept.List)
}

// ReadAccepted reads the exceptions in the file at path, which need not exist, and adds
// those of plans. Path is empty for a user without settings.
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

// WriteExceptions writes a file of exceptions, replacing an existing one.
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

// List returns all exceptions.
func (a *Accepted) List() accept.List {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list()
}

func (a *Accepted) list() accept.List { return slices.Concat(a.plans, a.own) }

// Follow calls notify with the list after each change.
func (a *Accepted) Follow(notify func(accept.List)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sessions = append(a.sessions, notify)
}

// Accept accepts a finding, or if on is false no longer accepts it, and writes the
// user's file.
func (a *Accepted) Accept(e accept.Exception, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.path == "" {
		return errors.New("accepting a finding: there is no settings directory: set HOME or XDG_CONFIG_HOME")
	}
	own, err := ReadExceptions(a.path, accept.FromSettings) // another layertap may have changed it
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
	for _, notify := range a.sessions {
		notify(a.list())
	}
	return nil
}
