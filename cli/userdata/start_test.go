package userdata

import (
	"path/filepath"
	"testing"
)

func TestFirstStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if !FirstStart(dir) || FirstStart(dir) {
		t.Error("the first start is not the only one that is the first")
	}
	known := filepath.Join(t.TempDir(), "state")
	HistoryIn(known).Add("filter", "error")
	if FirstStart(known) {
		t.Error("a user with a history starts for the first time")
	}
	if FirstStart("") {
		t.Error("a user without a home starts for the first time, always")
	}
}
