package compose

import (
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm/parse"
)

// Variable returns an importable container with nothing but a data layer variable that
// reads a key, and the variable's name. None of the names taken is used again.
func Variable(key string, taken []string, o Options) (export []byte, name string, err error) {
	return alone("variable", key, taken, o, func(c *composer) { c.variable(key) })
}

// Trigger returns an importable container with nothing but a custom event trigger for an
// event, and the trigger's name. None of the names taken is used again.
func Trigger(event string, taken []string, o Options) (export []byte, name string, err error) {
	return alone("trigger", event, taken, o, func(c *composer) { c.trigger(event, "EQUALS", event) })
}

// alone returns an export with one thing of a kind, which is about a name in the data
// layer, and the thing's own name.
func alone(kind, about string, taken []string, o Options, add func(*composer)) ([]byte, string, error) {
	if strings.Contains(about, "{{") {
		return nil, "", fmt.Errorf("a %s for %q can't be made: Google Tag Manager reads {{ as the beginning of a variable", kind, about)
	}
	whole, err := parse.Literal(empty)
	if err != nil {
		return nil, "", err
	}
	version, _ := whole.Get("containerVersion")
	c := newComposer(version, o)
	for _, name := range taken {
		c.names[kind+name] = true
	}
	add(c)
	// Real exports don't have the lists that are empty.
	c.version.Fields = slices.DeleteFunc(slices.Clone(c.version.Fields), func(f datalayer.Field) bool {
		return f.Value.Kind == datalayer.Array && len(f.Value.Items) == 0
	})
	export, err := written(whole, c.version)
	return export, text(items(c.version, kind)[0], "name"), err
}
