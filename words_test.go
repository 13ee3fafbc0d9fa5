package main

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// stilted matches words and turns that no text for people may have. Each has a
// plain equivalent: fix, matches, isn't in the plan, reload, continue, clear.
var stilted = regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b|\b(none|nobody|trigger|triggers) hears?\b|is no event of the plan|\banew\b|most probably one of|\btak(es|en) the filter off|\btaken off\b|says whether|again and again|out of reach|\bis typed as\b|\bis no (URL|filter|number|time|path|address)\b`)

// Texts that people read are plain English.
func TestWords(t *testing.T) {
	var files []string
	for _, pattern := range []string{
		"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/*.md", "rules/plan/*.json",
		"cli/*.go", "report/*.go", "rules/plan/*.go", "recording/*.go", "filter/*.go", "diff/*.go",
		"gtm/*.go", "gtm/*/*.go", "probe/*.go", "session/*.go", "datalayer/*.go", "jsregexp/*.go", "hits/*.go",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 100 {
		t.Fatalf("only %d files", len(files))
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{string(source)}
		if strings.HasSuffix(name, ".go") {
			texts = literals(name, source)
		}
		for _, text := range texts {
			for _, word := range stilted.FindAllString(text, -1) {
				t.Errorf("%s: %q", name, word)
			}
		}
	}
}

// literals returns the string literals of a Go file.
func literals(name string, source []byte) (texts []string) {
	set := token.NewFileSet()
	var s scanner.Scanner
	s.Init(set.AddFile(name, -1, len(source)), source, nil, 0)
	for {
		switch _, tok, text := s.Scan(); tok {
		case token.EOF:
			return texts
		case token.STRING:
			texts = append(texts, text)
		}
	}
}
