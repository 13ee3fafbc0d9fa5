package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// stilted matches phrases that have a plain equivalent: fix, matches, isn't in the
// plan, reload, continue, clear, is reported. They are forbidden in all files,
// including comments.
var stilted = regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b|\b(none|nobody|triggers?) hears?\b|\bhears? of\b|\bheard of\b|\b(tells?|told) of\b` +
	`|\banew\b|\bsays? whether\b|\bmost probably\b|\bthe filter off\b|\btaken off\b|\bagain and again\b|\bout of reach\b|\bis typed as\b` +
	`|\ball the while\b|\blast words\b|\breally pushed\b|\bpicture of the page\b|\b(finding|place found|row) before\b` +
	`|\b(heralds?|outbox|rescue[ds]?|amiss)\b`)

// negated matches "X is no Y", which should be "X isn't a Y". It also matches "there is
// no Y" and "X is no longer Y", which are fine.
var negated = regexp.MustCompile(`\b(is|are) no \w+`)

// unclear matches phrases that confuse readers of the screen, reports and documents: is
// shown next to, URL, if there is no, the data layer contained, hits sent.
var unclear = regexp.MustCompile(`\b[Ss]tands? (beside|in for)\b|\b[Aa]ddress of (a|the) page\b|\b[Ww]here there (is|are) no\b` +
	`|\blayer (held|holds)\b|\bgoes on\b|\bwhat (left|leaves)\b|\bfor ever\b`)

// metaphors matches words of comments and names that stand for a plain one: report, list,
// filter, detach, intended, status. They have no other use in this code.
var metaphors = regexp.MustCompile(`(?i)^(tells?|told|hears?|heard|heeds?|heeded|fates?|sieves?|sift|strangers?|meant|amiss|outbox|heralds?|mend|wish|wishes)$`)

// inComments matches phrases with such words in comments.
var inComments = regexp.MustCompile(`(?i)\b(is|are|was|were) told\b|\btells? (of|that|what|whether|most|anything)\b|\blets? go of\b|\bis let go\b|\b(a|the) stranger'?s?\b|\bheeds?\b|\bsieves?\b`)

// Comments and names in the code are in plain English.
func TestWordsOfTheCode(t *testing.T) {
	names := 0
	eachSource(t, func(name string) bool { return filepath.Ext(name) == ".go" }, func(name string, source []byte) {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Comments {
			for _, words := range inComments.FindAllString(group.Text(), -1) {
				t.Errorf("%s: %q in a comment", set.Position(group.Pos()), words)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names++
				for _, word := range wordsOf(id.Name) {
					if metaphors.MatchString(word) {
						t.Errorf("%s: %q in the name %s", set.Position(id.Pos()), word, id.Name)
					}
				}
			}
			return true
		})
	})
	if names < 100_000 {
		t.Fatalf("only %d names", names)
	}
}

// wordsOf splits a name in camel case: "tellHit" is "tell" and "Hit".
func wordsOf(name string) []string { return nameWords.FindAllString(name, -1) }

var nameWords = regexp.MustCompile(`[A-Z]+(?:[a-z]+|\b|_|$)|[A-Z]?[a-z]+|[A-Z]+`)

// Texts for people are in plain English.
func TestWords(t *testing.T) {
	files := 0
	eachSource(t, isText, func(name string, source []byte) {
		files++
		checkWords(t, name, source)
	})
	if files < 400 {
		t.Fatalf("only %d files", files)
	}
}

// eachSource calls check with the name and the text of each chosen file of the project,
// except for this one and what only tests read.
func eachSource(t *testing.T, chosen func(name string) bool, check func(name string, source []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "bin" || name != "." && strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case entry.IsDir() || name == "words_test.go" || !chosen(name):
			return nil
		}
		source, err := os.ReadFile(name)
		if err == nil {
			check(filepath.ToSlash(name), source)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func isText(name string) bool {
	switch filepath.Ext(name) {
	case ".go", ".js", ".md", ".yaml", ".json", ".sh", ".html":
		return true
	}
	return name == "Makefile"
}

func checkWords(t *testing.T, name string, source []byte) {
	t.Helper()
	for _, turn := range stilted.FindAllString(string(source), -1) {
		t.Errorf("%s: %q", name, turn)
	}
	for _, m := range negated.FindAllIndex(source, -1) {
		before, turn := bytes.ToLower(source[max(m[0]-len("there "), 0):m[0]]), source[m[0]:m[1]]
		if !bytes.HasSuffix(before, []byte("there ")) && !bytes.HasSuffix(turn, []byte("er")) && !bytes.HasSuffix(turn, []byte("more")) {
			t.Errorf("%s: %q", name, turn)
		}
	}
	if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".js") {
		return
	}
	texts := []string{string(source)}
	if strings.HasSuffix(name, ".go") {
		texts = literals(name, source)
	}
	for _, text := range texts {
		for _, word := range unclear.FindAllString(text, -1) {
			t.Errorf("%s: %q", name, word)
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
