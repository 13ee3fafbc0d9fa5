// Package google defines what Google's tags accept and reject: the commands of gtag(),
// the types of consent mode, and the names and limits of Google Analytics 4. They are
// data in google.yaml, with sources.
package google

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
)

//go:embed google.yaml
var file []byte

type facts struct {
	Commands map[string]command `yaml:"commands"`
	Consent  struct {
		Actions  []string          `yaml:"actions"`
		Types    []string          `yaml:"types"`
		Values   []string          `yaml:"values"`
		Settings map[string]string `yaml:"settings"`
		Mistaken map[string]string `yaml:"mistaken"`
	} `yaml:"consent"`
	Names struct {
		ReservedEvents            []string `yaml:"reserved_events"`
		ReservedEventPrefixes     []string `yaml:"reserved_event_prefixes"`
		ReservedParameterPrefixes []string `yaml:"reserved_parameter_prefixes"`
		ReservedParameters        []string `yaml:"reserved_parameters"`
		AllowedParameters         []string `yaml:"allowed_parameters"`
	} `yaml:"names"`
	Limits     limits   `yaml:"limits"`
	Universal  []string `yaml:"universal"`
	Volatile   []string `yaml:"volatile"`
	Repeating  []string `yaml:"repeating"`
	Persistent []string `yaml:"persistent"`
}

// command is the number of arguments of a command, including itself, and the kinds of
// the second and the third; empty for any.
type command struct {
	Least  int    `yaml:"least"`
	Most   int    `yaml:"most"`
	Second string `yaml:"second"`
	Third  string `yaml:"third"`
}

type limits struct {
	EventName     int            `yaml:"event_name"`
	ParameterName int            `yaml:"parameter_name"`
	Parameters    int            `yaml:"parameters"`
	Items         int            `yaml:"items"`
	Value         int            `yaml:"value"`
	Values        map[string]int `yaml:"values"`
}

var known = sync.OnceValue(func() *facts {
	var f facts
	if err := yaml.Load(file, &f, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("rules/google/google.yaml: %v", err)) // covered by a test
	}
	return &f
})

// IsCommand reports whether name is a command of gtag().
func IsCommand(name string) bool {
	_, ok := known().Commands[name]
	return ok
}

// Commands returns the commands of gtag(), sorted.
func Commands() []string { return slices.Sorted(maps.Keys(known().Commands)) }

// CommandFault is the reason why Google's tags reject a command.
type CommandFault struct {
	Unknown  bool   // the command doesn't exist
	Argument int    // the number of the argument of a wrong kind, from 1; 0 for a wrong number of arguments
	Expected string // "a text", "2 or 3 arguments"
}

// CheckCommand returns what is wrong with the arguments of gtag(), or nil. Arguments
// that weren't captured are assumed to be right.
func CheckCommand(arguments []datalayer.Value) *CommandFault {
	name := arguments[0].Text
	c, ok := known().Commands[name]
	if !ok {
		return &CommandFault{Unknown: true}
	}
	for len(arguments) > c.Least && arguments[len(arguments)-1].Kind == datalayer.Undefined && len(arguments) <= c.Most {
		arguments = arguments[:len(arguments)-1] // gtag("event", name, undefined) is the same as without the argument
	}
	if len(arguments) < c.Least || len(arguments) > c.Most {
		return &CommandFault{Expected: c.count()}
	}
	for i, kind := range []string{c.Second, c.Third} {
		if at := i + 1; at < len(arguments) && !fits(arguments[at], kind) {
			return &CommandFault{Argument: at + 1, Expected: kindWords[kind]}
		}
	}
	if name == "set" && !fitsSet(arguments[1:]) {
		return &CommandFault{Argument: 2, Expected: "an object, or a name and a value"}
	}
	return nil
}

func (c command) count() string {
	if c.Least == c.Most {
		return fmt.Sprintf("%d arguments", c.Least)
	}
	return fmt.Sprintf("%d to %d arguments", c.Least, c.Most)
}

func fitsSet(arguments []datalayer.Value) bool {
	if arguments[0].Opaque() {
		return true
	}
	if len(arguments) == 1 {
		return fits(arguments[0], "object")
	}
	return fits(arguments[0], "string")
}

var kindWords = map[string]string{"string": "a text", "object": "an object", "date": "a Date"}

func fits(v datalayer.Value, kind string) bool {
	if v.Opaque() {
		return true
	}
	switch kind {
	case "string":
		return v.Kind == datalayer.String
	case "date":
		return v.Kind == datalayer.Date || v.Kind == datalayer.Object || v.Kind == datalayer.Instance
	case "object":
		return v.Kind == datalayer.Object || v.Kind == datalayer.Instance
	}
	return true
}

// IsConsentAction reports whether gtag("consent", name, …) is a known command.
func IsConsentAction(name string) bool { return slices.Contains(known().Consent.Actions, name) }

// IsConsentType reports whether a name is one of Google's consent types.
func IsConsentType(name string) bool { return slices.Contains(known().Consent.Types, name) }

// ConsentTypes returns Google's consent types.
func ConsentTypes() []string { return known().Consent.Types }

// IsConsentValue reports whether a consent type can have the value.
func IsConsentValue(v datalayer.Value) bool {
	return v.Kind == datalayer.String && slices.Contains(known().Consent.Values, v.Text)
}

// ConsentSetting reports whether a key in a consent command is a setting, such as
// wait_for_update, and whether the value is of the right kind.
func ConsentSetting(name string, v datalayer.Value) (setting, right bool) {
	kind, ok := known().Consent.Settings[name]
	switch {
	case !ok:
		return false, false
	case kind == "number":
		return true, v.Kind == datalayer.Number || v.Opaque()
	}
	return true, v.Kind == datalayer.Array || v.Opaque()
}

// SuggestedConsentType returns the consent type that a category's name usually means; empty
// if that isn't known.
func SuggestedConsentType(category string) string {
	return known().Consent.Mistaken[strings.ToLower(category)]
}

// NameFault is the reason why Google Analytics 4 rejects a name.
type NameFault string

// The faults of names.
const (
	NameRight      NameFault = ""
	NameReserved   NameFault = "reserved"
	NamePrefix     NameFault = "prefix"
	NameLong       NameFault = "long"
	NameCharacters NameFault = "characters"
)

// EventName returns what is wrong with the name of an event in GA4, with the reserved
// prefix or the maximum length.
func EventName(name string) (NameFault, string) {
	n := &known().Names
	if slices.Contains(n.ReservedEvents, name) {
		return NameReserved, ""
	}
	return checkName(name, n.ReservedEventPrefixes, known().Limits.EventName)
}

// ParameterName is [EventName] for the name of a parameter.
func ParameterName(name string) (NameFault, string) {
	n := &known().Names
	if slices.Contains(n.AllowedParameters, name) {
		return NameRight, ""
	}
	if slices.Contains(n.ReservedParameters, name) {
		return NameReserved, ""
	}
	return checkName(name, n.ReservedParameterPrefixes, known().Limits.ParameterName)
}

func checkName(name string, prefixes []string, longest int) (NameFault, string) {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return NamePrefix, prefix
		}
	}
	if utf8.RuneCountInString(name) > longest {
		return NameLong, fmt.Sprint(longest)
	}
	for i, r := range name {
		if !unicode.IsLetter(r) && (i == 0 || r != '_' && !unicode.IsDigit(r)) {
			return NameCharacters, ""
		}
	}
	return NameRight, ""
}

// MaxParameters is the maximum number of an event's parameters.
func MaxParameters() int { return known().Limits.Parameters }

// MaxItems is the maximum number of an event's items.
func MaxItems() int { return known().Limits.Items }

// MaxValue returns the maximum length of a parameter's value, in characters.
func MaxValue(parameter string) int {
	if longest, ok := known().Limits.Values[parameter]; ok {
		return longest
	}
	return known().Limits.Value
}

// IsVolatile reports whether a key's value differs between two pushes of the same
// event.
func IsVolatile(key string) bool { return contains(known().Volatile, fold(key)) }

// Repeats reports whether an event occurs repeatedly by itself, judging by the words in
// its name.
func Repeats(event string) bool {
	folded, parts := fold(event), words(event)
	return slices.ContainsFunc(known().Repeating, func(word string) bool {
		if len(word) < longWord {
			return slices.Contains(parts, word)
		}
		return strings.Contains(folded, word)
	})
}

// longWord is the minimum length of words that are also searched for within other
// words. Shorter ones are part of too many, such as ping in shipping and tick in
// ticket.
const longWord = 6

// words returns the words of a name in lower case: chat, window and ping in
// chatWindow_ping.
func words(name string) []string {
	var all []string
	start := 0
	runes := []rune(name)
	for i := 0; i <= len(runes); i++ {
		ends := i == len(runes) || !unicode.IsLetter(runes[i])
		if !ends && (i == 0 || !unicode.IsUpper(runes[i]) || unicode.IsUpper(runes[i-1])) {
			continue
		}
		if start < i {
			all = append(all, strings.ToLower(string(runes[start:i])))
		}
		start = i
		if ends {
			start++
		}
	}
	return all
}

// Persists reports whether a value is usually meant to stay in the data layer for later
// messages, judging by the last word of its key.
func Persists(word string) bool { return contains(known().Persistent, strings.ToLower(word)) }

func contains(words []string, word string) bool { return slices.Contains(words, word) }

func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
