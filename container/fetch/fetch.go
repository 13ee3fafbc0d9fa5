// Package fetch downloads the published container of a URL, without a browser.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"layertap/gtm"
	"layertap/gtm/parse"
)

// timeout bounds one request.
const timeout = 30 * time.Second

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
	text, err := get(ctx, address)
	if err != nil {
		return nil, err
	}
	if c, ok := parse.Find(text); ok || c != nil { // of a Google tag there is one, too
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
	script, err := get(ctx, from+url.QueryEscape(string(id)))
	if err != nil {
		return nil, fmt.Errorf("reading the container %s: %w", id, err)
	}
	c, err := parse.Container(script)
	if err != nil {
		return nil, fmt.Errorf("reading the container %s: %w", id, err)
	}
	return c, nil
}

func get(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("it isn't a valid URL: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, parse.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if len(text) > parse.MaxSize {
		return nil, fmt.Errorf("the answer is larger than %d MB", parse.MaxSize>>20)
	}
	return text, nil
}
