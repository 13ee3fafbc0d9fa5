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
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// MaxSize is the maximum size of a container's text in bytes. The largest seen so far
// have 1 MB.
const MaxSize = 32 << 20

// Container reads a container from an admin export, a published gtm.js (as served,
// saved by a browser or beautified) or its resource alone. Errors are sentences about
// the text, for the user. Server containers are rejected.
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

// asJSON returns text if it is JSON, and otherwise v encoded as JSON. The original text
// preserves what Go strings can't represent.
func asJSON(v datalayer.Value, text string) []byte {
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) == nil {
		return compact.Bytes()
	}
	return datalayer.Encode(nil, v)
}

// unwrap returns the script in a page that a browser generated for viewing it.
func unwrap(page string) string {
	_, rest, found := strings.Cut(page, "<pre")
	_, rest, closed := strings.Cut(rest, ">")
	if !found || !closed {
		return page
	}
	script, _, _ := strings.Cut(rest, "</pre>")
	return strings.TrimSpace(html.UnescapeString(script))
}

// readObject reads a container from an object in any of the forms.
func readObject(v datalayer.Value, text string) (*gtm.Container, error) {
	var parts map[string]json.RawMessage
	_ = json.Unmarshal([]byte(text), &parts) // text that isn't JSON has no parts
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

// maxPlaces bounds the positions in a script that are tried.
const maxPlaces = 64

var resourceKey = regexp.MustCompile(`["']?\bresource["']?\s*:\s*\{`)

// foundResource is a container's resource in a script.
type foundResource struct {
	resource datalayer.Value
	text     string
	id       string // empty if the script doesn't contain it
}

// find searches the text of a script for a container's resource.
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

// destinationKey is a setting of the tags in a Google tag, which containers don't have.
const destinationKey = "vtp_instanceDestinationId"

// idIn returns the container's ID: it searches the script after the resource, and then
// before it, because the resource itself may contain the IDs of other containers. A
// Google tag looks like a container but doesn't have a container's ID. It may quote one.
func idIn(script string, begin, end int) string {
	kinds := []*regexp.Regexp{containerID, googleTagID}
	if strings.Contains(script[begin:end], destinationKey) {
		slices.Reverse(kinds)
	}
	for _, id := range kinds {
		for _, part := range []string{script[end:], script[:begin]} {
			if found := id.FindStringSubmatch(part); found != nil {
				return found[1]
			}
		}
	}
	return ""
}

// Find returns the published container in the text of a script that a page loaded; nil if
// there is none. It rejects other scripts quickly and has no false positives. The script of
// a Google tag (gtag.js) has the form of a container, and the ID of a Google tag.
func Find(script []byte) *gtm.Container {
	if len(script) > MaxSize || !bytes.Contains(script, []byte("resource")) || !bytes.Contains(script, []byte("predicates")) {
		return nil
	}
	c, err := read(string(script))
	if err != nil || c.Form != gtm.FormPublished {
		return nil
	}
	return c
}
