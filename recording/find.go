package recording

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// endings are the name endings of recordings in a directory.
var endings = []string{".jsonl", ".jsonl.gz", ".jsonl.zst"}

// Find returns the recordings for paths, without duplicates and in the order of the
// paths: a file, a pattern such as visits/**/*.jsonl, or a directory, which includes
// subdirectories and is sorted by name. A pattern or a directory without a recording is
// an error; "-" and files that don't exist are returned unchanged.
func Find(paths []string) ([]string, error) {
	var all []string
	known := map[string]bool{}
	for _, path := range paths {
		found, err := find(path)
		if err != nil {
			return nil, err
		}
		for _, file := range found {
			if clean := filepath.Clean(file); !known[clean] {
				known[clean] = true
				all = append(all, file)
			}
		}
	}
	return all, nil
}

func find(path string) ([]string, error) {
	info, err := os.Stat(path)
	switch {
	case path == "-": // standard input, even if a file has that name
		return []string{path}, nil
	case err == nil && info.IsDir():
		return within(path)
	case err == nil || !strings.ContainsAny(path, "*?[{"):
		return []string{path}, nil
	}
	found, err := doublestar.FilepathGlob(path, doublestar.WithFilesOnly())
	switch {
	case err != nil:
		return nil, fmt.Errorf("finding recordings: %q is not a pattern: it has an unclosed bracket", path)
	case len(found) == 0:
		return nil, fmt.Errorf("finding recordings: no file matches %q", path)
	}
	slices.Sort(found)
	return found, nil
}

// within returns the recordings in a directory and its subdirectories.
func within(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		isRecording := slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(path, end) })
		if err == nil && d.Type().IsRegular() && isRecording {
			found = append(found, path)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("finding recordings in %s: %w", dir, cause(err))
	case len(found) == 0:
		return nil, fmt.Errorf("finding recordings: the directory %s has none: %w", dir, errNoRecording)
	}
	return found, nil
}

var errNoRecording = errors.New("no file's name ends in " + strings.Join(endings, ", "))
