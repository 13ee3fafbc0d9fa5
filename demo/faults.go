package demo

import (
	_ "embed"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Fault is something that is wrong, or hard to see, on purpose in the shop.
type Fault struct {
	ID    string
	Where string // what a visitor does to meet it
	Event string // the event as it is pushed
	Fault string // what is wrong with it
	// Finding is what is to be found out about the event; nil where it is
	// correct and only hard to see.
	Finding *struct{ Code, Path, Suggestion string }
}

//go:embed faults.yaml
var faultsYAML []byte

// Faults returns the planted faults in the order in which the tour meets them.
func Faults() ([]Fault, error) {
	var faults []Fault
	if err := yaml.Unmarshal(faultsYAML, &faults); err != nil {
		return nil, fmt.Errorf("reading faults.yaml: %w", err)
	}
	return faults, nil
}
