//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"testing"
)

// A simulated session opens on the screen, with the container's results.
func TestSimulationOnTheScreen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "export.json")
	export := `{"exportFormatVersion": 2, "containerVersion": {
  "container": {"publicId": "GTM-TEST1", "usageContext": ["WEB"]},
  "tag": [{"name": "GA4 widget", "type": "gaawe", "tagId": "1", "firingTriggerId": ["2"], "tagFiringOption": "ONCE_PER_EVENT"}],
  "trigger": [{"name": "Widget opened", "type": "CUSTOM_EVENT", "triggerId": "2", "customEventFilter": [
    {"type": "EQUALS", "parameter": [
      {"type": "TEMPLATE", "key": "arg0", "value": "{{_event}}"},
      {"type": "TEMPLATE", "key": "arg1", "value": "widget_opened"}]}]}]}}`
	if err := os.WriteFile(path, []byte(export), 0o600); err != nil {
		t.Fatal(err)
	}
	term := onTerminal(t, program(t, "container", "simulate", path, "widget_opened", "--screen"))
	term.await(`simulation of export`)
	term.await(`widget_opened`)
	term.types("3")
	term.await(`GA4 widget`)
	term.types("q")
	if code := term.ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
