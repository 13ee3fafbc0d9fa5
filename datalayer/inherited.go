package datalayer

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// prototypes lists, for each kind of value, the functions that its values
// inherit: a line of the kind and the names.
//
//go:embed prototypes.txt
var prototypes string

var inheritedNames = sync.OnceValue(func() map[Kind]map[string]bool {
	names := map[Kind]map[string]bool{}
	for line := range strings.Lines(prototypes) {
		words := strings.Fields(line)
		for kind, word := range kindWords {
			if len(words) > 0 && words[0] == word {
				names[Kind(kind)] = map[string]bool{}
				for _, name := range words[1:] {
					names[Kind(kind)][name] = true
				}
			}
		}
	}
	return names
})

// inherited returns an inherited property of a value of the given kind: a function, or
// undefined.
func inherited(kind Kind, name string) Value {
	names := inheritedNames()
	if names[kind][name] || names[Object][name] {
		return Value{Kind: Function, Text: name}
	}
	if name == "__proto__" {
		return Value{Kind: Instance}
	}
	return Value{}
}

// stringMember returns a property of a string. Indexes count UTF-16 units.
func stringMember(text, name string) Value {
	i, isIndex := arrayIndex(name)
	if !isIndex && name != "length" {
		return inherited(String, name)
	}
	units := utf16.Encode([]rune(text))
	switch {
	case !isIndex:
		return Value{Kind: Number, Text: strconv.Itoa(len(units))}
	case i < len(units):
		return StringOf(string(utf16.Decode(units[i : i+1])))
	default:
		return Value{}
	}
}
