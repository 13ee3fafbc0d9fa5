package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/cli/manual"
)

// The generated reference in docs is up to date.
func TestReferenceIsUpToDate(t *testing.T) {
	made := filepath.Join(t.TempDir(), "reference.md")
	if err := run([]string{made}); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/reference.md is out of date; run make reference (-want +got):\n%s", diff)
	}
}

// Every environment variable that the program reads is in the reference.
func TestEnvironmentIsComplete(t *testing.T) {
	read := 0
	sections, err := manual.Sections()
	if err != nil {
		t.Fatal(err)
	}
	var explained strings.Builder
	for _, s := range sections {
		for _, item := range s.Items {
			fmt.Fprintln(&explained, item.Term, item.Meaning)
		}
	}
	for _, pattern := range []string{"../../cli/*.go", "../../cli/*/*.go", "../../probe/*.go", "../../probe/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range regexp.MustCompile(`os\.(?:Getenv|LookupEnv)\("([A-Z_]+)"\)`).FindAllSubmatch(source, -1) {
				read++
				if !regexp.MustCompile(`\b` + string(name[1]) + `\b`).MatchString(explained.String()) {
					t.Errorf("%s reads %s, which cli/manual/sections.yaml does not explain", file, name[1])
				}
			}
		}
	}
	if read < 5 {
		t.Fatalf("only %d variables were found", read)
	}
}

// The packages that generate documents aren't part of the program.
func TestProgramHasNoGenerator(t *testing.T) {
	deps, err := exec.Command("go", "list", "-deps", "layertap").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range strings.Fields(string(deps)) {
		if strings.Contains(dep, "md2man") || strings.HasPrefix(dep, "github.com/spf13/cobra/doc") {
			t.Errorf("layertap is linked with %s", dep)
		}
	}
}
