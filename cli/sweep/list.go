package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"layertap/cli/files"
	"layertap/sweep"
	"layertap/sweep/fetch"
)

// pagesOf returns the pages named by an argument, and the file or sitemap that they
// were read from, which is empty if the argument is a page.
func pagesOf(ctx context.Context, arg string) (list []string, from string, err error) {
	switch {
	case isSitemap(arg):
		list, err = fetch.Pages(ctx, arg)
		return list, "the sitemap " + arg, err
	case isFile(arg):
		list, err = readList(arg)
		return list, arg, err
	}
	return []string{arg}, "", nil
}

// isSitemap reports whether an argument is the URL of a sitemap, not of a page.
func isSitemap(arg string) bool {
	u, err := url.Parse(arg)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && (strings.HasSuffix(u.Path, ".xml") || strings.HasSuffix(u.Path, ".xml.gz"))
}

// isFile reports whether an argument names a file: an existing one, or one with a
// typical extension.
func isFile(arg string) bool {
	if strings.Contains(arg, "://") {
		return false
	}
	_, err := os.Stat(arg)
	return !errors.Is(err, fs.ErrNotExist) || strings.HasSuffix(arg, ".txt") || strings.HasSuffix(arg, ".xml")
}

func readList(name string) ([]string, error) {
	text, err := files.Read(name)
	if err == nil {
		text, err = fetch.Unpacked(text)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	list, err := sweep.ReadList(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	case len(list.Sitemaps) > 0:
		return nil, fmt.Errorf("reading %s: it is a sitemap index; give its URL instead", name)
	}
	return list.Pages, nil
}
