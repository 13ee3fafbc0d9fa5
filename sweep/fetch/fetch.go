// Package fetch downloads lists of pages: sitemaps, including nested ones.
package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"

	"layertap/internal/download"
	"layertap/sweep"
)

const (
	// maxSize is the maximum uncompressed size of a sitemap:
	// https://www.sitemaps.org/protocol.html allows 50 MB.
	maxSize = 50 << 20
	// maxSitemaps bounds the number of sitemaps in an index, including nested ones.
	maxSitemaps = 1000
	// maxPages bounds the total number of pages.
	maxPages = 1_000_000
)

// Pages returns the pages in a sitemap or, for a sitemap index, in all its sitemaps. The
// errors are sentences about the URL.
func Pages(ctx context.Context, address string) ([]string, error) {
	var pages []string
	known := map[string]bool{address: true}
	for waiting := []string{address}; len(waiting) > 0; waiting = waiting[1:] {
		list, err := read(ctx, waiting[0])
		if err != nil {
			return nil, fmt.Errorf("reading the sitemap %s: %w", waiting[0], err)
		}
		if pages = append(pages, list.Pages...); len(pages) > maxPages {
			return nil, fmt.Errorf("reading the sitemap %s: it names more than %d pages", address, maxPages)
		}
		for _, next := range list.Sitemaps {
			if known[next] {
				continue
			}
			if known[next] = true; len(known) > maxSitemaps {
				return nil, fmt.Errorf("reading the sitemap %s: it names more than %d sitemaps", address, maxSitemaps)
			}
			waiting = append(waiting, next)
		}
	}
	return pages, nil
}

func read(ctx context.Context, address string) (sweep.List, error) {
	text, err := download.Get(ctx, address, maxSize)
	if err != nil {
		return sweep.List{}, err
	}
	if text, err = Unpacked(text); err != nil {
		return sweep.List{}, err
	}
	return sweep.ReadList(text)
}

// Unpacked decompresses a text if it is compressed with gzip, and otherwise returns it
// unchanged.
func Unpacked(text []byte) ([]byte, error) {
	if !bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		return text, nil
	}
	packed, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("unpacking it: %w", err)
	}
	return download.Bounded(packed, maxSize)
}
