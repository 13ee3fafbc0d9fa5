package demo

import (
	_ "embed"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Fault is a deliberate mistake in the shop, or something that is correct but hard to
// see.
type Fault struct {
	ID    string
	Where string // what the visitor does to cause it
	Event string // the event as pushed
	Fault string // what is wrong with it
	// Finding is the expected finding about the event; nil if the event is correct but
	// hard to see.
	Finding *struct{ Code, Path, Suggestion string }
}

//go:embed faults.yaml
var faultsYAML []byte

// Faults returns the planted faults in the order in which they occur in the tour.
func Faults() ([]Fault, error) {
	var faults []Fault
	if err := yaml.Unmarshal(faultsYAML, &faults); err != nil {
		return nil, fmt.Errorf("reading faults.yaml: %w", err)
	}
	return faults, nil
}
