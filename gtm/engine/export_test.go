package engine

import "layertap/gtm"

// Containers returns the containers in use, in the order in which they were loaded.
func (e *Engine) Containers() []*gtm.Container {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current()
}
