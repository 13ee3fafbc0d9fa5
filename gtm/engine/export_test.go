package engine

import "layertap/gtm"

// Containers returns the containers that count, in the order in which they came.
func (e *Engine) Containers() []*gtm.Container {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current()
}
