package rules

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"layertap/rules/spelling"
)

// Explanation is the explanation of a code.
type Explanation struct {
	Code     Code
	Severity Severity // the default
	Title    string
	Means    string // what was found
	Matters  string // the effect on Google Tag Manager and GA4
	Fix      string
	Example  string // of the mistake and of the fix
}

// Explain returns the explanation of a code, and whether the code exists.
func Explain(code Code) (Explanation, bool) {
	t, ok := allTexts().byCode[code]
	if !ok {
		return Explanation{}, false
	}
	return Explanation{Code: code, Severity: DefaultSeverity(code), Title: t.Title,
		Means: t.Means, Matters: t.Matters, Fix: t.Fix, Example: t.Example}, true
}

// Nearest returns the code that was probably meant by a wrong one, or "".
func Nearest(code string) Code {
	if near := spelling.New(CodeTexts()).Near(code); len(near) > 0 {
		return Code(near[0].Name)
	}
	return ""
}

// Codes returns the codes of all findings: those on sessions, then those on containers,
// each sorted by severity, highest first.
func Codes() []Code {
	var codes []Code
	for _, t := range allTexts().ordered {
		codes = append(codes, t.Code)
	}
	return codes
}

// CodeTexts returns the codes of all findings as strings, in the same order.
func CodeTexts() []string {
	var texts []string
	for _, code := range Codes() {
		texts = append(texts, string(code))
	}
	return texts
}

//go:embed texts/findings.yaml
var findingsFile []byte

//go:embed texts/container.yaml
var containerFile []byte

// findingText is the texts of a code. Forms are the sentences by case, with placeholders
// in braces.
type findingText struct {
	Code     Code                    `yaml:"code"`
	Severity string                  `yaml:"severity"`
	Title    string                  `yaml:"title"`
	Forms    map[string]sentenceText `yaml:"forms"`
	Means    string                  `yaml:"means"`
	Matters  string                  `yaml:"matters"`
	Fix      string                  `yaml:"fix"`
	Example  string                  `yaml:"example"`
}

type sentenceText struct {
	Message string `yaml:"message"`
	Fix     string `yaml:"fix"`
}

type textTable struct {
	ordered   []findingText
	container []findingText // the last part of ordered
	byCode    map[Code]*findingText
}

var allTexts = sync.OnceValue(func() textTable {
	var t textTable
	if err := yaml.Load(findingsFile, &t.ordered, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("rules/texts/findings.yaml: %v", err)) // covered by a test
	}
	if err := yaml.Load(containerFile, &t.container, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("rules/texts/container.yaml: %v", err)) // covered by a test
	}
	t.ordered = append(t.ordered, t.container...)
	t.byCode = make(map[Code]*findingText, len(t.ordered))
	for i := range t.ordered {
		t.byCode[t.ordered[i].Code] = &t.ordered[i]
	}
	return t
})

// Known reports whether a code exists.
func Known(code Code) bool { return allTexts().byCode[code] != nil }

// DefaultSeverity returns the severity of a code if no plan changes it; Off for an
// unknown code.
func DefaultSeverity(code Code) Severity {
	t := allTexts().byCode[code]
	if t == nil {
		return Off
	}
	severity, _ := ParseSeverity(t.Severity)
	return severity
}

// Sentences returns a finding's message and how to fix it, in the code's form for a
// case. words are replacements for the placeholders: name, value, name, value, …
func Sentences(code Code, form string, words ...string) (message, fix string) {
	t := allTexts().byCode[code]
	if t == nil {
		return "", ""
	}
	forms := t.Forms[form]
	return capital(fill(forms.Message, words)), capital(fill(forms.Fix, words))
}

// fill replaces placeholders by words: name, value, name, value, …
func fill(text string, words []string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if i := placeholder(words, name); closed && i >= 0 {
			out.WriteString(words[i+1])
			text = after
			continue
		}
		out.WriteByte('{')
		text = rest
	}
}

// placeholder returns the index of a name in words, or -1.
func placeholder(words []string, name string) int {
	for i := 0; i+1 < len(words); i += 2 {
		if words[i] == name {
			return i
		}
	}
	return -1
}

// capital capitalizes a sentence that began with a placeholder.
func capital(s string) string {
	if strings.HasPrefix(s, "the ") {
		return "T" + s[1:]
	}
	return s
}
