package gtm

// Named gives a published container the names of an export.
var Named = withNames

// Containers returns the containers that count, in the order in which they came.
func (e *Engine) Containers() []*Container {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.current()
}
