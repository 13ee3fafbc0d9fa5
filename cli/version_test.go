package cli

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	for built, want := range map[string]string{
		"":        released,
		"(devel)": released,
		"v1.2.3":  "1.2.3",
		"v1.2.4-0.20261130172207-be3c693e0488+dirty": "1.2.4-0.20261130172207-be3c693e0488+dirty",
		"v0.0.0-20261130172207-be3c693e0488":         released + "+20261130172207-be3c693e0488",
		"v0.0.0-20261130172207-be3c693e0488+dirty":   released + "+20261130172207-be3c693e0488.dirty",
	} {
		if got := versionOf(&debug.BuildInfo{Main: debug.Module{Version: built}}, true); got != want {
			t.Errorf("built as %q: got %s, want %s", built, got, want)
		}
	}
	if got := versionOf(nil, false); got != released {
		t.Errorf("without build information: %s", got)
	}
}
