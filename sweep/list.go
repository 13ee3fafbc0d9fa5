// Package sweep schedules visits to many pages: which browser visits which page, and the
// result. It does no I/O.
package sweep

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// List is the contents of a list of pages or a sitemap.
type List struct {
	Pages    []string
	Sitemaps []string // further sitemaps, of a sitemap index
}

// ReadList parses a list of pages: a sitemap or a sitemap index in XML, or a text with one
// URL per line, in which empty lines and lines that begin with # are ignored. The format of
// sitemaps is specified at https://www.sitemaps.org/protocol.html.
func ReadList(text []byte) (List, error) {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	if bytes.HasPrefix(text, []byte("<")) {
		return readSitemap(text)
	}
	var l List
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			l.Pages = append(l.Pages, line)
		}
	}
	if len(l.Pages) == 0 {
		return List{}, errors.New("it names no page")
	}
	return l, nil
}

func readSitemap(text []byte) (List, error) {
	var l List
	decoder := xml.NewDecoder(bytes.NewReader(text))
	kind := "" // the root element
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return List{}, fmt.Errorf("it isn't valid XML: %w", err)
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case kind == "" && start.Name.Local != "urlset" && start.Name.Local != "sitemapindex":
			return List{}, fmt.Errorf("it isn't a sitemap: its root element is %q, not urlset or sitemapindex", start.Name.Local)
		case kind == "":
			kind = start.Name.Local
		case start.Name.Local == "url" || start.Name.Local == "sitemap":
			var entry struct {
				Location string `xml:"loc"` // not those of images and videos within it
			}
			if err := decoder.DecodeElement(&entry, &start); err != nil {
				return List{}, fmt.Errorf("it isn't valid XML: %w", err)
			}
			l.add(kind, strings.TrimSpace(entry.Location))
		}
	}
	if len(l.Pages)+len(l.Sitemaps) == 0 {
		return List{}, errors.New("it names no page")
	}
	return l, nil
}

func (l *List) add(kind, location string) {
	switch {
	case location == "":
	case kind == "sitemapindex":
		l.Sitemaps = append(l.Sitemaps, location)
	default:
		l.Pages = append(l.Pages, location)
	}
}
