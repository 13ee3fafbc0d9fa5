// Package parse reads Google Tag Manager containers: admin exports, and published
// scripts and resources.
package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// MaxSize is how large a container's text may be, in bytes. The largest that
// were seen have 1 MB.
const MaxSize = 32 << 20

// Container reads a container from any of its texts: an admin export, a published
// gtm.js as it is served, as a browser saved it or beautified, its resource
// alone. The errors are sentences about the text, for the user; a server container is refused.
func Container(text []byte) (*gtm.Container, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("it is larger than %d MB", MaxSize>>20)
	}
	return read(string(text))
}

func read(source string) (*gtm.Container, error) {
	source = strings.TrimLeft(strings.TrimPrefix(source, "\ufeff"), " \t\r\n")
	if strings.HasPrefix(source, "<") {
		source = unwrap(source)
	}
	if strings.HasPrefix(source, "{") {
		v, end, err := readLiteral(source, 0)
		if err != nil {
			return nil, err
		}
		return readObject(v, source[:end])
	}
	found, err := find(source)
	if err != nil {
		return nil, err
	}
	c, err := readPublished(found.resource)
	if err != nil {
		return nil, err
	}
	c.ID = found.id
	c.Source = asJSON(found.resource, found.text)
	return c, nil
}

// asJSON returns the text of a value if it is JSON, and the value written as
// JSON if it is not. The text keeps what JSON can say and Go's strings cannot.
func asJSON(v datalayer.Value, text string) []byte {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) == nil {
		return compact.Bytes()
	}
	return datalayer.Encode(nil, v)
}

// unwrap returns the script in a page that a browser made of it.
func unwrap(page string) string {
	_, rest, found := strings.Cut(page, "<pre")
	_, rest, closed := strings.Cut(rest, ">")
	if !found || !closed {
		return page
	}
	script, _, _ := strings.Cut(rest, "</pre>")
	return strings.TrimSpace(html.UnescapeString(script))
}

// readObject reads an object that is a container in one of its forms.
func readObject(v datalayer.Value, text string) (*gtm.Container, error) {
	var parts map[string]json.RawMessage
	_ = json.Unmarshal([]byte(text), &parts) // what isn't JSON has no parts
	for _, key := range []string{"containerVersion", "resource"} {
		if part, ok := v.Get(key); ok && part.Kind == datalayer.Object {
			v, text = part, string(parts[key])
			break
		}
	}
	read := readPublished
	if _, isExport := v.Get("container"); isExport {
		read = readExport
	} else if !isResource(v) {
		return nil, errors.New("not an admin export or a published container")
	}
	c, err := read(v)
	if err != nil {
		return nil, err
	}
	c.Source = asJSON(v, text)
	return c, nil
}

func isResource(v datalayer.Value) bool {
	found := 0
	for _, key := range []string{"macros", "tags", "predicates", "rules"} {
		if list, ok := v.Get(key); ok && list.Kind == datalayer.Array {
			found++
		}
	}
	return found >= 2
}

// maxPlaces bounds how many places in a script are tried.
const maxPlaces = 64

var resourceKey = regexp.MustCompile(`["']?\bresource["']?\s*:\s*\{`)

// foundResource is a container's resource in a script.
type foundResource struct {
	resource datalayer.Value
	text     string
	id       string // empty where the script does not say it
}

// find looks for a container's resource in the text of a script.
func find(script string) (foundResource, error) {
	err := errors.New("no container found: not a gtm.js, a container resource or an admin export")
	from := 0
	for range maxPlaces {
		place := resourceKey.FindStringIndex(script[from:])
		if place == nil {
			break
		}
		brace := from + place[1] - 1
		v, end, readErr := readLiteral(script, brace)
		switch {
		case readErr != nil:
			err = fmt.Errorf("cannot read its resource: %w", readErr)
		case isResource(v):
			return foundResource{v, script[brace:end], idIn(script, brace, end)}, nil
		}
		from = brace + 1
	}
	return foundResource{}, err
}

var (
	containerID = regexp.MustCompile(`["'](GTM-[A-Z0-9]{4,12})["']`)
	googleTagID = regexp.MustCompile(`["']((?:G|GT|AW|DC)-[A-Z0-9]{6,16})["']`)
)

// idIn looks for the ID behind the resource, where the script says what it is,
// and then before it: the resource itself may name other containers. A Google
// tag has the form of a container, and no container's ID.
func idIn(script string, begin, end int) string {
	for _, id := range []*regexp.Regexp{containerID, googleTagID} {
		for _, part := range []string{script[end:], script[:begin]} {
			if found := id.FindStringSubmatch(part); found != nil {
				return found[1]
			}
		}
	}
	return ""
}

// Find looks for a published container in the text of a script that a page
// loaded. It is quick to say no, and never takes a script without one for one. A
// Google tag (gtag.js) is none: nobody sets up its triggers.
func Find(script []byte) (*gtm.Container, bool) {
	if len(script) > MaxSize || !bytes.Contains(script, []byte("resource")) || !bytes.Contains(script, []byte("predicates")) {
		return nil, false
	}
	c, err := read(string(script))
	if err != nil || c.Form != gtm.FormPublished {
		return nil, false
	}
	return c, c.ID == "" || strings.HasPrefix(c.ID, "GTM-")
}
