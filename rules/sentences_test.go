package rules

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// All sentences are used.
func TestEverySentenceIsUsed(t *testing.T) {
	files, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	judges, err := filepath.Glob("check/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, judges...)
	audits, err := filepath.Glob("../container/audit/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, audits...)
	var source []byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") {
			source = append(source, data...)
		}
	}
	names, err := os.ReadFile("google/google.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range allTexts().ordered {
		if len(text.Forms) == 0 {
			t.Errorf("%s says nothing", text.Code)
		}
		for form := range text.Forms {
			prefix, fault, _ := strings.Cut(form, "-") // those for names are composed
			if !bytes.Contains(source, []byte(strconv.Quote(form))) &&
				(!bytes.Contains(source, []byte(strconv.Quote(prefix+"-"))) || !bytes.Contains(names, []byte(strconv.Quote(fault)))) {
				t.Errorf("nothing says %s of %s", form, text.Code)
			}
		}
	}
}

func TestFill(t *testing.T) {
	words := []string{"event", "“a{path}”", "path", "x", "event", "never"}
	for text, want := range map[string]string{
		"":                      "",
		"nothing":               "nothing",
		"{event} lacks {path}.": "“a{path}” lacks x.",
		"{other} {a{path}} {":   "{other} {ax} {",
	} {
		if got := fill(text, words); got != want {
			t.Errorf("%q is filled as %q, want %q", text, got, want)
		}
	}
}
