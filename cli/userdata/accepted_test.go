package userdata

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/rules"
	"layertap/rules/accept"
)

func TestAcceptedAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "layertap", "accepted.yaml")
	planned := accept.List{{Code: rules.DeadTrigger, From: "the plan shop"}}
	a, err := ReadAccepted(path, planned)
	if err != nil {
		t.Fatal(err)
	}
	var notified accept.List
	a.Follow(func(l accept.List) { notified = l })
	one := accept.Exception{Code: rules.EmptyValue, Path: "link_text"}
	two := accept.Exception{Code: rules.WrongType, Path: "at"}
	other, err := ReadAccepted(path, nil) // another program at the same time
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		by   *Accepted
		what accept.Exception
		on   bool
		kept int
	}{{a, one, true, 1}, {other, two, true, 2}, {a, one, true, 2}, {a, one, false, 1}} {
		if err := step.by.Accept(step.what, step.on); err != nil {
			t.Fatal(err)
		}
		if list, err := ReadExceptions(path, ""); err != nil || len(list) != step.kept {
			t.Errorf("after %v: %v, %v", step.what, list, err)
		}
	}
	if len(notified) != 2 || notified[0].From != "the plan shop" || !notified[1].Same(two) || notified[1].From != accept.FromSettings {
		t.Errorf("the session received %+v", notified)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
}

func TestAcceptedThatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accepted.yaml")
	if err := os.WriteFile(path, []byte("accept: [{code: nothing-like-it}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadAccepted(path, nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	nowhere, err := ReadAccepted("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := nowhere.Accept(accept.Exception{Code: rules.WrongType}, true); err == nil || !strings.Contains(err.Error(), "HOME") {
		t.Errorf("%v", err)
	}
}
