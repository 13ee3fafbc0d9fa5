package parse

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsFile string

//go:embed builtins.txt
var builtinsFile string

// vocabulary is the content of words.txt and builtins.txt.
type vocabulary struct {
	tags, triggers map[string]string   // from type to name
	classes        map[string]string   // from tag type to class
	events         map[string][]string // from trigger type to events
	byEvent        map[string]string   // from event to trigger type
	builtins       []builtin
}

// builtin is a built-in variable.
type builtin struct {
	word, name, typ string
	settings        map[string]string
}

var words = sync.OnceValue(func() vocabulary {
	v := vocabulary{
		tags: map[string]string{}, classes: map[string]string{}, triggers: map[string]string{},
		events: map[string][]string{}, byEvent: map[string]string{},
	}
	for line := range strings.Lines(wordsFile) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ, name, _ := strings.Cut(rest, " ")
		switch kind {
		case "tag":
			class, name, _ := strings.Cut(name, " ")
			v.tags[typ], v.classes[typ] = name, class
		case "trigger":
			name, event, automatic := strings.Cut(name, " = ")
			v.triggers[typ] = name
			if automatic {
				v.events[typ] = append(v.events[typ], event)
				v.byEvent[event] = name
			}
		}
	}
	for line := range strings.Lines(builtinsFile) {
		if columns := strings.Split(strings.TrimSpace(line), "; "); len(columns) > 2 {
			v.builtins = append(v.builtins, newBuiltin(columns))
		}
	}
	return v
})

func newBuiltin(columns []string) builtin {
	b := builtin{word: columns[0], name: columns[1], typ: columns[2], settings: map[string]string{}}
	for _, setting := range columns[3:] {
		key, value, _ := strings.Cut(setting, "=")
		b.settings[key] = value
	}
	return b
}

// nameOf returns a type's name, or the type itself if it has none.
func nameOf(names map[string]string, typ string) string {
	if name, ok := names[typ]; ok {
		return name
	}
	if strings.HasPrefix(typ, "cvt_") {
		return "Custom Template"
	}
	return typ
}

// classOf returns a tag type's class in a page's gtm.blocklist; empty if it isn't
// known.
func classOf(typ string) string {
	if strings.HasPrefix(typ, "cvt_") {
		return "sandboxedScripts"
	}
	return words().classes[typ]
}
