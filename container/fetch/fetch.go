// Package fetch downloads the published container of a URL, without a browser.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/internal/download"
)

// scripts is the URL of published containers, and tags that of Google tags; tests replace
// them.
var (
	scripts = "https://www.googletagmanager.com/gtm.js?id="
	tags    = "https://www.googletagmanager.com/gtag/js?id="
)

var (
	containerID = regexp.MustCompile(`\bGTM-[A-Z0-9]{4,12}\b`)
	googleTag   = regexp.MustCompile(`/gtag/js\?id=((?:G|GT|AW|DC)-[A-Z0-9]{6,16})\b`)
)

// Container downloads a gtm.js or the script of a Google tag, or the container in the HTML
// of a page; if the page has none, its Google tag. Errors are sentences about the URL.
func Container(ctx context.Context, address string) (*gtm.Container, error) {
	text, err := download.Get(ctx, address, parse.MaxSize)
	if err != nil {
		return nil, err
	}
	if c := parse.Find(text); c != nil {
		return c, nil
	}
	id, from := containerID.Find(text), scripts
	if id == nil {
		if named := googleTag.FindSubmatch(text); named != nil {
			id, from = named[1], tags
		}
	}
	if id == nil {
		return nil, errors.New("its HTML names no Google Tag Manager container and no Google tag; save the container's gtm.js and give the file")
	}
	script, err := download.Get(ctx, from+url.QueryEscape(string(id)), parse.MaxSize)
	if err != nil {
		return nil, fmt.Errorf("reading the container %s: %w", id, err)
	}
	c, err := parse.Container(script)
	if err != nil {
		return nil, fmt.Errorf("reading the container %s: %w", id, err)
	}
	return c, nil
}
