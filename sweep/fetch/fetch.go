// Package fetch downloads lists of pages: sitemaps, including nested ones.
package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"layertap/sweep"
)

const (
	// timeout bounds one request.
	timeout = 30 * time.Second
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
	text, err := get(ctx, address)
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
	return bounded(packed)
}

func get(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, errors.New("it isn't a valid URL")
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
	return bounded(response.Body)
}

func bounded(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading it: %w", err)
	}
	if len(text) > maxSize {
		return nil, fmt.Errorf("it is larger than %d MB", maxSize>>20)
	}
	return text, nil
}
