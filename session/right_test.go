package session_test

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"layertap/rules"
)

// Correct data layers of all kinds have no errors and no warnings.
func TestRightLayers(t *testing.T) {
	text, err := os.ReadFile("testdata/right.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var layers []struct {
		Name   string   `yaml:"name"`
		Source string   `yaml:"source"`
		Lines  []string `yaml:"lines"`
	}
	if err := yaml.Load(text, &layers, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	if len(layers) < 12 {
		t.Fatalf("there are %d layers", len(layers))
	}
	for _, layer := range layers {
		t.Run(layer.Name, func(t *testing.T) {
			if !strings.HasPrefix(layer.Source, "https://") || len(layer.Lines) == 0 {
				t.Errorf("the source is %q, with %d lines", layer.Source, len(layer.Lines))
			}
			for _, f := range findingsOf(t, "", layer.Lines) {
				if f.Severity >= rules.Warning {
					t.Errorf("%s %s: %s", f.Code, f.Path, f.Message)
				}
			}
		})
	}
}
